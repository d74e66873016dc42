/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/folder-store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/api/folder.h"

/* ---- The path ---- */

static const char *
refuse_name (const char *name)
{
  if (*name == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return "A path has names between its slashes, and none of them is \".\" or \"..\".";
  if (strlen (name) > NAME_MAX - strlen (FOLDER_STORE_PART))
    return "A name of the path is too long: give one of at most 248 bytes.";
  if (g_str_has_suffix (name, FOLDER_STORE_PART))
    return "Names that end in \".upload\" are for files that are not complete yet: give another "
           "name.";
  return NULL;
}

const char *
folder_store_refuse_path (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  const char *refusal = NULL;

  if (strlen (path) > FOLDER_STORE_MAX_PATH || g_strv_length (names) > FOLDER_STORE_MAX_DEPTH)
    return "The path is too long: give one of at most 1024 bytes and 16 names.";
  if (names[0] == NULL)
    return refuse_name ("");
  if (folder_is_reserved (names[0]) || strcmp (names[0], ATTEMPT_LAST_LOG_FILE) == 0)
    return "VEstim itself writes the file of this name: give another name.";
  for (char **name = names; *name != NULL && refusal == NULL; name++)
    refusal = refuse_name (*name);
  return refusal;
}

/* ---- The file ---- */

/* Takes `folder`. The descriptor of the folder in it or -errno. */
static int
enter (int folder, const char *name)
{
  int inner = -1, r = 0;

  if (mkdirat (folder, name, 0700) != 0 && errno != EEXIST)
    r = -errno;
  else
    inner = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (r == 0 && inner < 0)
    r = -errno;
  close (folder);
  return r < 0 ? r : inner;
}

/* Opens the folder of the last name. A descriptor or -errno. */
static int
enter_all (const char *folder, char **names)
{
  int fd;

  if (mkdir (folder, 0700) != 0 && errno != EEXIST)
    return -errno;
  fd = fd_open_folder (folder);
  for (; fd >= 0 && names[1] != NULL; names++)
    fd = enter (fd, names[0]);
  return fd;
}

/* Bytes after the part are those of an upload that was begun before. */
static int
write_part (int fd, const FolderPart *part)
{
  errno = EIO;
  if (fd_write_at (fd, part->data, part->length, part->offset) < part->length
      || ftruncate (fd, (off_t) (part->offset + part->length)) != 0)
    return -errno;
  return 0;
}

static int
complete (int folder, int fd, const char *temporary, const char *name)
{
  int r = fsync (fd) == 0 ? 0 : -errno;

  if (r == 0)
    r = atomic_file_put_in_place (folder, temporary, name, ATOMIC_FILE_PLAIN);
  if (r == 0)
    r = fsync (folder) == 0 ? 0 : -errno;
  return r;
}

/* Whether the last part is repeated after the file got its name, because its answer was lost. */
static bool
is_complete_already (int folder, const char *name, const FolderPart *part)
{
  struct stat status;

  return part->offset + part->length == (uint64_t) part->total
         && fstatat (folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (status.st_mode)
         && status.st_size == part->total;
}

static int
store_in (int folder, const char *name, const FolderPart *part, FolderStored *stored)
{
  g_autofree char *temporary = g_strconcat (name, FOLDER_STORE_PART, NULL);
  int fd = fd_open_file (folder, temporary, O_RDWR | (part->offset == 0 ? O_CREAT | O_TRUNC : 0));
  struct stat status;
  int r = fd < 0 ? fd : 0;

  if (r == -ENOENT && part->total >= 0 && is_complete_already (folder, name, part))
    {
      *stored = (FolderStored){ .size = (uint64_t) part->total, .is_complete = true };
      return 0;
    }
  if (r == -ENOENT)
    return -ESPIPE;
  if (r == 0 && fstat (fd, &status) != 0)
    r = -errno;
  if (r == 0)
    stored->size = (uint64_t) status.st_size;
  if (r == 0 && part->offset > stored->size)
    r = -ESPIPE;
  if (r == 0)
    r = write_part (fd, part);
  if (r == 0)
    {
      stored->size = part->offset + part->length;
      stored->is_complete = part->total >= 0 && stored->size == (uint64_t) part->total;
    }
  if (r == 0 && stored->is_complete)
    r = complete (folder, fd, temporary, name);
  fd_clear (&fd);
  return r;
}

int
folder_store (const char *folder, const FolderPart *part, FolderStored *stored)
{
  g_auto (GStrv) names = g_strsplit (part->path, "/", -1);
  int fd = enter_all (folder, names);
  int r;

  *stored = (FolderStored){ 0 };
  if (fd < 0)
    return fd;
  r = store_in (fd, names[g_strv_length (names) - 1], part, stored);
  close (fd);
  return r;
}
