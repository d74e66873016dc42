/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_ASIDE 10000

static void
close_from (unsigned first)
{
#ifdef SYS_close_range
  if (syscall (SYS_close_range, first, ~0u, 0) == 0)
    return;
#endif
  for (long fd = sysconf (_SC_OPEN_MAX) - 1; fd >= (long) first; fd--)
    close ((int) fd);
}

void
descriptors_close_others (int keep, int keep_too)
{
  int last = keep > keep_too ? keep : keep_too;

  for (int fd = 3; fd <= last; fd++)
    if (fd != keep && fd != keep_too)
      close (fd);
    else
      fcntl (fd, F_SETFD, FD_CLOEXEC);
  close_from (last < 3 ? 3 : (unsigned) last + 1);
}

int
descriptors_pipe (int *reader, int *writer)
{
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC) != 0)
    return -errno;
  *reader = ends[0];
  *writer = ends[1];
  /* Only our end: the flag belongs to the open file, and the job must find a pipe as usual. */
  return fcntl (ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
}

int
descriptors_open_file (int folder, const char *name, int flags)
{
  struct stat status;
  int fd = openat (folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

  if (fd < 0)
    return -errno;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    return fd;
  close (fd);
  return -EINVAL;
}

/* Plain rename() does for a folder: it takes the place of nothing but an empty folder. */
static int
move_aside (int folder, const char *name)
{
  char aside[64];
  int r = -EEXIST;

  for (int i = 1; i < MAX_ASIDE && r < 0; i++)
    {
      snprintf (aside, sizeof aside, "%s.moved.%d", name, i);
      r = renameat (folder, name, folder, aside) == 0 ? 0 : -errno;
      if (r < 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
        break;
    }
  return r;
}

int
descriptors_make_way (int folder, const char *name)
{
  if (unlinkat (folder, name, 0) == 0 || errno == ENOENT)
    return 0;
  return errno == EISDIR ? move_aside (folder, name) : -errno;
}

int
descriptors_make_file (int folder, const char *name, int flags)
{
  int fd = descriptors_open_file (folder, name, flags | O_CREAT);
  int r;

  if (fd != -EISDIR && fd != -ELOOP && fd != -EINVAL && fd != -ENXIO && fd != -EACCES)
    return fd;
  r = descriptors_make_way (folder, name);
  return r < 0 ? r : descriptors_open_file (folder, name, flags | O_CREAT);
}

bool
descriptors_is_at (int folder, const char *name, int fd)
{
  struct stat there, here;

  return fstatat (folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && fstat (fd, &here) == 0
         && there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

ssize_t
descriptors_read_start (int fd, char *buffer, size_t size)
{
  size_t used = 0;

  while (used < size)
    {
      ssize_t n = pread (fd, buffer + used, size - used, (off_t) used);

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

size_t
descriptors_write_at (int fd, const char *data, size_t size, uint64_t offset)
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

void
descriptors_clear (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}
