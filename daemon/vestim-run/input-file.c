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

/* A descriptor of the folder that the part before the last slash names, and that last part. */
typedef struct
{
  int folder;
  char name[NAME_MAX + 1];
} Place;

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

static int
enter (int folder, const char *name)
{
  int inner = openat (folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int r = inner < 0 ? -errno : inner;

  close (folder);
  return r;
}

/* 0 or -errno, and then no descriptor is left open. */
static int
find_place (int folder, const char *path, Place *place)
{
  place->folder = fcntl (folder, F_DUPFD_CLOEXEC, 3);
  if (place->folder < 0)
    return -errno;
  for (;;)
    {
      if (!take_name (&path, place->name))
        {
          close (place->folder);
          return -EINVAL;
        }
      if (*path == '\0')
        return 0;
      place->folder = enter (place->folder, place->name);
      if (place->folder < 0)
        return place->folder;
    }
}

static int
open_within (int folder, const char *path)
{
  Place place;
  int r = find_place (folder, path, &place);
  int fd;

  if (r < 0)
    return r;
  fd = openat (place.folder, place.name, FILE_FLAGS | O_NOFOLLOW);
  r = fd < 0 ? -errno : fd;
  close (place.folder);
  return r;
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
