/* SPDX-License-Identifier: MIT */
#include "daemon/posix/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/posix/lack.h"

#define MAX_NAME_TRIES 10000
#define FIRST_SIZE (1 << 13) /* of the buffer for a file */

/* ---- Reading and writing ---- */

static int
read_up_to (int fd, size_t limit, char **text, size_t *length)
{
  char *bytes = NULL;
  size_t size = 0, n_read = 0;
  ssize_t n = 1;

  /* The size of fstat() does not help: the file may grow, and in /proc it is 0. */
  while (n != 0 && n_read <= limit)
    {
      if (n_read == size)
        {
          size = size == 0 ? FIRST_SIZE : 2 * size;
          bytes = realloc (bytes, size);
        }
      if (bytes == NULL)
        abort ();
      n = read (fd, bytes + n_read, size - n_read);
      if (n < 0 && errno != EINTR)
        break;
      n_read += n > 0 ? (size_t) n : 0;
    }
  if (n != 0)
    {
      int r = n < 0 ? -errno : -EFBIG;

      free (bytes);
      return r;
    }
  bytes[n_read] = '\0';
  *text = bytes;
  if (length != NULL)
    *length = n_read;
  return 0;
}

int
fd_read_file_at (int folder, const char *name, size_t limit, char **text, size_t *length)
{
  int fd = fd_open_file (folder, name, O_RDONLY);
  int r;

  if (fd < 0)
    return fd;
  r = read_up_to (fd, limit, text, length);
  close (fd);
  return r;
}

int
fd_read_file (const char *path, size_t limit, char **text, size_t *length)
{
  return fd_read_file_at (AT_FDCWD, path, limit, text, length);
}

ssize_t
fd_read_at (int fd, char *buffer, size_t size, uint64_t offset)
{
  size_t used = 0;

  while (used < size)
    {
      ssize_t n = pread (fd, buffer + used, size - used, (off_t) (offset + used));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      if (n == 0)
        break;
      used += (size_t) n;
    }
  return (ssize_t) used;
}

int
fd_write_all (int fd, const char *text, size_t length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, text, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      text += n;
      length -= (size_t) n;
    }
  return 0;
}

size_t
fd_write_at (int fd, const char *data, size_t size, uint64_t offset)
{
  size_t written = 0;

  while (written < size)
    {
      ssize_t n = pwrite (fd, data + written, size - written, (off_t) (offset + written));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      written += (size_t) n;
    }
  return written;
}

/* ---- Opening ---- */

/* An error of an open call, noted for searches. */
static int
open_error (void)
{
  lack_note (errno);
  return -errno;
}

int
fd_open_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  return fd < 0 ? open_error () : fd;
}

int
fd_open_file (int folder, const char *name, int flags)
{
  struct stat info;
  int fd = openat (folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno == ENXIO ? -EINVAL : open_error ();
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return fd;
  close (fd);
  return -EINVAL;
}

int
fd_make_file (int folder, const char *name, int flags)
{
  int fd = fd_open_file (folder, name, flags | O_CREAT);
  int r;

  if (fd != -EISDIR && fd != -ELOOP && fd != -EINVAL && fd != -EACCES)
    return fd;
  r = fd_make_way (folder, name);
  return r < 0 ? r : fd_open_file (folder, name, flags | O_CREAT);
}

int
fd_open_pipe (int *reader, int *writer)
{
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC) != 0)
    return -errno;
  *reader = ends[0];
  *writer = ends[1];
  /* O_NONBLOCK belongs to this end: the other one is a pipe as usual. */
  return fcntl (ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
}

void
fd_clear (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* ---- Names in a folder ---- */

/* renameat() that replaces nothing. Where the file system has no such call, it looks first. */
static int
rename_to_free_name (int from, const char *name, int to, const char *new_name)
{
  struct stat info;

  if (renameat2 (from, name, to, new_name, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -errno;
  if (fstatat (to, new_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
    return -EEXIST;
  return renameat (from, name, to, new_name) == 0 ? 0 : -errno;
}

/* Tries `name` with `suffix` and the numbers from 1 until one is free. */
static int
rename_numbered (int from, const char *name, int to, const char *suffix)
{
  char new_name[NAME_MAX + 1];
  int r = -EEXIST;

  for (int i = 1; r == -EEXIST && i < MAX_NAME_TRIES; i++)
    {
      snprintf (new_name, sizeof new_name, "%.*s%s%d", NAME_MAX - 16, name, suffix, i);
      r = rename_to_free_name (from, name, to, new_name);
    }
  return r;
}

int
fd_make_way (int folder, const char *name)
{
  if (unlinkat (folder, name, 0) == 0 || errno == ENOENT)
    return 0;
  return errno == EISDIR ? rename_numbered (folder, name, folder, ".moved.") : -errno;
}

int
fd_move (int from, const char *name, int to)
{
  int r = rename_to_free_name (from, name, to, name);

  return r == -EEXIST ? rename_numbered (from, name, to, ".") : r;
}

bool
fd_is_at (int folder, const char *name, int fd)
{
  struct stat there, here;

  return fstatat (folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && fstat (fd, &here) == 0
         && there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

/* ---- The descriptors of this process ---- */

/* For a kernel without close_range(): closes what /proc lists, else every possible number. */
static void
close_each (int first, int last)
{
  DIR *folder = opendir ("/proc/self/fd");
  struct dirent *entry;

  if (folder == NULL)
    {
      for (int fd = first; fd <= last && fd < (int) sysconf (_SC_OPEN_MAX); fd++)
        close (fd);
      return;
    }
  while ((entry = readdir (folder)) != NULL)
    {
      int fd = atoi (entry->d_name);

      if (fd >= first && fd <= last && fd != dirfd (folder))
        close (fd);
    }
  closedir (folder);
}

static void
close_between (int first, int last)
{
  if (first > last)
    return;
  if (syscall (SYS_close_range, (unsigned) first, (unsigned) last, 0u) != 0)
    close_each (first, last);
}

/* The lowest descriptor of `keep` from `first` on, INT_MAX when there is none. */
static int
next_kept (const int *keep, size_t n_keep, int first)
{
  int next = INT_MAX;

  for (size_t i = 0; i < n_keep; i++)
    if (keep[i] >= first && keep[i] < next)
      next = keep[i];
  return next;
}

void
fd_close_others (const int *keep, size_t n_keep)
{
  int first = STDERR_FILENO + 1, kept;

  while ((kept = next_kept (keep, n_keep, first)) != INT_MAX)
    {
      close_between (first, kept - 1);
      first = kept + 1;
    }
  close_between (first, INT_MAX);
}

unsigned long
fd_raise_limit (unsigned long wanted)
{
  struct rlimit limit;
  rlim_t before;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  before = limit.rlim_cur;
  limit.rlim_cur = wanted < limit.rlim_max ? (rlim_t) wanted : limit.rlim_max;
  if (limit.rlim_cur <= before || setrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  return (unsigned long) before;
}

int
fd_ensure_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
      return -EBADF;
  return 0;
}

/* ---- Errors ---- */

const char *
fd_describe_error (int r)
{
  switch (-r)
    {
    case ELOOP:
      return "it is a symbolic link";
    case EINVAL:
      return "it is not a regular file";
    case EFBIG:
      return "it is too large";
    case ENOSPC:
    case EDQUOT:
      return "the disk is full";
    default:
      return strerror (-r);
    }
}

bool
fd_error_is_full (int r)
{
  int code = abs (r);

  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}
