/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_MOVE_TRIES 10000

static int
read_up_to (int fd, size_t limit, char **text, size_t *length)
{
  g_autofree char *bytes = g_malloc (limit + 1);
  size_t n_read = 0;

  for (;;)
    {
      /* One byte more than allowed is asked for: a file may grow behind the back of fstat(). */
      ssize_t n = read (fd, bytes + n_read, limit + 1 - n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      if (n == 0)
        break;
      n_read += (size_t) n;
      if (n_read > limit)
        return -EFBIG;
    }
  bytes[n_read] = '\0';
  *text = g_steal_pointer (&bytes);
  if (length != NULL)
    *length = n_read;
  return 0;
}

int
fd_open_at (int folder_fd, const char *name)
{
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

  return fd < 0 ? -errno : fd;
}

int
fd_read_file_at (int folder_fd, const char *name, size_t limit, char **text, size_t *length)
{
  struct stat info;
  int fd = fd_open_at (folder_fd, name);
  int r;

  if (fd < 0)
    return fd == -ENXIO ? -EINVAL : fd;
  if (fstat (fd, &info) != 0)
    r = -errno;
  else if (!S_ISREG (info.st_mode))
    r = -EINVAL;
  else
    r = read_up_to (fd, limit, text, length);
  close (fd);
  return r;
}

int
fd_read_file (const char *path, size_t limit, char **text, size_t *length)
{
  return fd_read_file_at (AT_FDCWD, path, limit, text, length);
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

int
fd_write_file (const char *path, const char *text, size_t length)
{
  g_autofree char *temporary = g_strdup_printf ("%s.new-XXXXXX", path);
  int fd = mkostemp (temporary, O_CLOEXEC); /* 0600 */
  int r;

  if (fd < 0)
    return -errno;
  r = fd_write_all (fd, text, length);
  if (r == 0 && fsync (fd) != 0)
    r = -errno;
  if (close (fd) != 0 && r == 0)
    r = -errno;
  if (r == 0 && rename (temporary, path) != 0)
    r = -errno;
  if (r < 0)
    unlink (temporary);
  return r;
}

static int
compare_ints (const void *a, const void *b)
{
  return *(const int *) a - *(const int *) b;
}

/* Where the kernel has no close_range(): what /proc lists, else every possible number. */
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

void
fd_close_others (const int *keep, size_t n_keep)
{
  g_autofree int *sorted = g_new (int, n_keep + 1);
  int first = STDERR_FILENO + 1;

  if (n_keep > 0)
    memcpy (sorted, keep, n_keep * sizeof *keep);
  qsort (sorted, n_keep, sizeof *sorted, compare_ints);
  for (size_t i = 0; i < n_keep; i++)
    if (sorted[i] >= first)
      {
        close_between (first, sorted[i] - 1);
        first = sorted[i] + 1;
      }
  close_between (first, G_MAXINT);
}

unsigned long
fd_raise_limit (unsigned long wanted)
{
  struct rlimit limit;
  rlim_t before;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;
  before = limit.rlim_cur;
  limit.rlim_cur = MIN (limit.rlim_max, (rlim_t) wanted);
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

/* renameat() that replaces nothing. File systems that cannot promise it are asked before. */
static int
rename_to_free_name (int from_fd, const char *name, int to_fd, const char *new_name)
{
  struct stat st;

  if (renameat2 (from_fd, name, to_fd, new_name, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -errno;
  if (fstatat (to_fd, new_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    return -EEXIST;
  return renameat (from_fd, name, to_fd, new_name) == 0 ? 0 : -errno;
}

int
fd_move (int from_fd, const char *name, int to_fd)
{
  int r = rename_to_free_name (from_fd, name, to_fd, name);

  for (int i = 1; r == -EEXIST && i < MAX_MOVE_TRIES; i++)
    {
      g_autofree char *new_name = g_strdup_printf ("%.*s.%d", NAME_MAX - 6, name, i);

      r = rename_to_free_name (from_fd, name, to_fd, new_name);
    }
  return r;
}

const char *
fd_describe_error (int r)
{
  if (r == -ELOOP)
    return "it is a symbolic link";
  if (r == -EINVAL)
    return "it is no regular file";
  if (r == -EFBIG)
    return "it is too large";
  return g_strerror (-r);
}

int
fd_open_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  return fd < 0 ? -errno : fd;
}

int
fd_open_in_folder (const char *folder, const char *name)
{
  int folder_fd = fd_open_folder (folder);
  int fd;

  if (folder_fd < 0)
    return folder_fd;
  fd = fd_open_at (folder_fd, name);
  close (folder_fd);
  return fd;
}
