/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/input-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define FILE_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* Takes the next name of `*path`, without its slashes; false when it is too long or leads up. */
static bool
take_name (const char **path, char name[NAME_MAX + 1])
{
  size_t length = strcspn (*path, "/");

  if (length > NAME_MAX)
    return false;
  memcpy (name, *path, length);
  name[length] = '\0';
  *path += length + strspn (*path + length, "/");
  return strcmp (name, "..") != 0;
}

/* Opens one name after the other, so that no link is followed. */
static int
open_within (int folder, const char *path)
{
  char name[NAME_MAX + 1];
  int at = folder;

  for (;;)
    {
      bool is_allowed = take_name (&path, name);
      bool is_last = *path == '\0';
      int flags = is_last ? FILE_FLAGS : O_PATH | O_DIRECTORY | O_CLOEXEC;
      int next = is_allowed ? openat (at, name, flags | O_NOFOLLOW) : -1;
      int error = is_allowed ? errno : EINVAL;

      if (at != folder)
        close (at);
      if (next < 0)
        return -error;
      if (is_last)
        return next;
      at = next;
    }
}

static int
check_kind (int fd)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return -errno;
  if (S_ISDIR (status.st_mode))
    return -EISDIR;
  if (!S_ISREG (status.st_mode) && !S_ISCHR (status.st_mode) && !S_ISBLK (status.st_mode))
    return -EINVAL;
  return fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK) == 0 ? 0 : -errno;
}

int
input_file_open (int folder, const char *path)
{
  int fd, r;

  if (path[0] == '/')
    {
      fd = open (path, FILE_FLAGS);
      fd = fd < 0 ? -errno : fd;
    }
  else
    fd = open_within (folder, path);
  if (fd < 0)
    return fd;
  r = check_kind (fd);
  if (r == 0)
    return fd;
  close (fd);
  return r;
}

const char *
input_file_describe (int r)
{
  switch (-r)
    {
    case ENOENT:
      return "there is no such file; create it, then retry the job";
    case ELOOP:
    case ENOTDIR:
      return "it is reached by a symbolic link, or a part of the path is no folder; name the file "
             "itself";
    case EISDIR:
      return "it is a folder; name a file";
    case EACCES:
    case EPERM:
      return "it may not be read; check its permissions and those of its folders";
    case ENXIO:
    case EINVAL:
      return "it is no regular file or device, or its path leads out of the job folder; name a "
             "file";
    default:
      return strerror (-r);
    }
}
