/* SPDX-License-Identifier: MIT */
#include "daemon/posix/atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

int
atomic_file_create (int folder, const char *temporary, mode_t mode)
{
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  int fd = openat (folder, temporary, flags, mode);

  if (fd < 0 && errno == EEXIST && unlinkat (folder, temporary, 0) == 0)
    fd = openat (folder, temporary, flags, mode);
  return fd < 0 ? -errno : fd;
}

int
atomic_file_put_in_place (int folder, const char *temporary, const char *name,
                          AtomicFileFlags flags)
{
  int r = renameat (folder, temporary, folder, name) == 0 ? 0 : -errno;

  if (r != -EISDIR || (flags & ATOMIC_FILE_MAKE_WAY) == 0)
    return r;
  r = fd_make_way (folder, name);
  return r == 0 && renameat (folder, temporary, folder, name) != 0 ? -errno : r;
}

/* The thread's number in the temporary name keeps writers apart. */
int
atomic_file_write (int folder, const char *name, const void *data, size_t length,
                   AtomicFileFlags flags)
{
  char *temporary;
  int fd, r;

  if (asprintf (&temporary, "%s.tmp-%d", name, (int) gettid ()) < 0)
    abort ();
  fd = atomic_file_create (folder, temporary, 0600);
  r = fd < 0 ? fd : fd_write_all (fd, data, length);
  if (r == 0 && (flags & ATOMIC_FILE_FLUSH) != 0 && fsync (fd) != 0)
    r = -errno;
  if (fd >= 0 && close (fd) != 0 && r == 0)
    r = -errno;
  if (r == 0)
    r = atomic_file_put_in_place (folder, temporary, name, flags);
  if (r < 0 && fd >= 0)
    unlinkat (folder, temporary, 0);
  free (temporary);
  return r;
}
