/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/base-stamp.h"

#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/jobs/registry/open-error.h"

#define TEXT_LIMIT 256

static char *
stamp_path (const char *registry)
{
  return g_strconcat (registry, "-stamp", NULL);
}

/* "<boot> <device> <inode> <size> <seconds> <nanoseconds>\n"; device and inode are its own. False
 * if it cannot be known. */
static bool
make_text (int fd, off_t size, struct timespec changed_at, char *text)
{
  char boot_id[PROCESS_BOOT_ID + 1];
  struct stat own;

  process_read_boot_id (boot_id);
  if (fstat (fd, &own) != 0)
    return false;
  snprintf (text, TEXT_LIMIT, "%s %" PRIuMAX " %" PRIuMAX " %" PRIdMAX " %" PRIdMAX " %ld\n",
            boot_id, (uintmax_t) own.st_dev, (uintmax_t) own.st_ino, (intmax_t) size,
            (intmax_t) changed_at.tv_sec, changed_at.tv_nsec);
  return true;
}

void
base_stamp_open (BaseStamp *stamp, const char *registry)
{
  stamp->path = stamp_path (registry);
  stamp->fd = fd_make_file (AT_FDCWD, stamp->path, O_RDWR);
  base_stamp_clear (stamp);
}

void
base_stamp_clear (BaseStamp *stamp)
{
  stamp->size = -1;
  if (stamp->fd >= 0 && ftruncate (stamp->fd, 0) != 0)
    unlink (stamp->path);
}

void
base_stamp_set (BaseStamp *stamp, off_t size, struct timespec changed_at)
{
  char text[TEXT_LIMIT];

  if (stamp->fd < 0
      || (stamp->size == size && stamp->changed_at.tv_sec == changed_at.tv_sec
          && stamp->changed_at.tv_nsec == changed_at.tv_nsec))
    return;
  base_stamp_clear (stamp);
  if (!make_text (stamp->fd, size, changed_at, text))
    return;
  if (fd_write_at (stamp->fd, text, strlen (text), 0) < strlen (text))
    {
      base_stamp_clear (stamp); /* the disk is full: the next change tries again */
      return;
    }
  stamp->size = size;
  stamp->changed_at = changed_at;
}

void
base_stamp_close (BaseStamp *stamp)
{
  if (stamp->path == NULL)
    return;
  if (stamp->fd >= 0)
    unlink (stamp->path);
  fd_clear (&stamp->fd);
  g_clear_pointer (&stamp->path, g_free);
}

/* Whether the stamp says that the database looks like this, or says nothing. */
static bool
agrees (int fd, const struct stat *database)
{
  char found[TEXT_LIMIT] = "", expected[TEXT_LIMIT];
  const char *last = expected;
  size_t length;

  if (fd_read_at (fd, found, sizeof found - 1, 0) <= 0 || strchr (found, '\n') == NULL
      || !make_text (fd, database->st_size, database->st_mtim, expected))
    return true;
  /* The first three words say whether it counts. */
  for (int i = 0; i < 3; i++)
    last = strchr (last, ' ') + 1;
  length = (size_t) (last - expected);
  return strncmp (found, expected, length) != 0 || strcmp (found + length, last) == 0;
}

int
base_stamp_check (const char *registry, char **message)
{
  g_autofree char *path = stamp_path (registry);
  struct stat database;
  int fd = fd_open_file (AT_FDCWD, path, O_RDONLY);
  bool is_known = fd < 0 || lstat (registry, &database) != 0 || agrees (fd, &database);

  fd_clear (&fd);
  if (is_known)
    return 0;
  return open_error (
      message,
      "The registry %s was replaced or changed after a crash: its log %s-wal belongs to the file "
      "that was there before. If you restored a backup, move %s-wal away, then start again; jobs "
      "that are newer than the backup are lost then. If nobody replaced the registry, remove %s, "
      "then start again; the start uses the log. Nothing was changed.",
      registry, registry, registry, path);
}

void
base_stamp_forget (const char *registry)
{
  g_autofree char *path = stamp_path (registry);

  unlink (path);
}
