/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/locked-folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/exit-record.h"
#include "daemon/attempt/log-ring.h"
#include "daemon/posix/fd.h"

int
locked_folder_open (LockedFolder *folder, const char *path)
{
  *folder = (LockedFolder){ .lock = -1, .claim = -1, .exit_file = -1 };
  folder->fd = fd_open_folder (path);
  if (folder->fd < 0)
    return folder->fd;
  folder->lock = lock_record_open (folder->fd, &folder->last);
  return folder->lock < 0 ? folder->lock : 0;
}

bool
locked_folder_knows (const LockedFolder *folder, int attempt)
{
  ExitRecord exit_record;
  bool is_known;

  exit_record_read (folder->fd, &exit_record);
  is_known = folder->last.attempt >= attempt || exit_record.attempt >= attempt;
  exit_record_clear (&exit_record);
  return is_known;
}

int
locked_folder_prepare (LockedFolder *folder)
{
  int r = log_ring_rotate (folder->fd, folder->last.log_bytes);

  if (r == 0)
    r = fd_make_way (folder->fd, ATTEMPT_PROGRESS_FILE);
  if (r == 0)
    r = fd_make_way (folder->fd, ATTEMPT_EXIT_FILE);
  if (r == 0)
    r = folder->exit_file = exit_record_prepare (locked_folder_exit_folder (folder));
  return r < 0 ? r : 0;
}

int
locked_folder_exit_folder (const LockedFolder *folder)
{
  return folder->claim >= 0 ? folder->claim : folder->fd;
}

void
locked_folder_withdraw (const LockedFolder *folder)
{
  unlinkat (folder->fd, ATTEMPT_LOCK_FILE, 0);
}

void
locked_folder_watch (const LockedFolder *folder)
{
  fcntl (folder->fd, F_NOTIFY, DN_DELETE | DN_RENAME | DN_MULTISHOT);
}

static void
restore_folder (LockedFolder *folder, const char *path)
{
  struct stat status;
  int fd;

  if (fd_is_at (AT_FDCWD, path, folder->fd))
    return;
  if (lstat (path, &status) == 0 && S_ISLNK (status.st_mode))
    unlink (path);
  mkdir (path, 0700);
  fd = fd_open_folder (path);
  if (fd < 0)
    return;
  close (folder->fd);
  folder->fd = fd;
  locked_folder_watch (folder);
}

static void
restore_lock (LockedFolder *folder, const LockRecord *record)
{
  LockRecord other;
  int old = folder->lock;
  int lock =
      fd_is_at (folder->fd, ATTEMPT_LOCK_FILE, old) ? -1 : lock_record_open (folder->fd, &other);

  if (lock < 0)
    return;
  lock_record_write (lock, record);
  folder->lock = lock;
  close (old);
  /* If the job moved the file back at this moment, both are the same, and close() released the
   * lock. */
  lock_record_lock (lock);
}

void
locked_folder_restore (LockedFolder *folder, const char *path, const LockRecord *record)
{
  restore_folder (folder, path);
  restore_lock (folder, record);
}
