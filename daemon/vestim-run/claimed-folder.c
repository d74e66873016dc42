/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/claimed-folder.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"

#define LOCK_TEMPORARY ATTEMPT_LOCK_FILE ".tmp"

/* Whether this attempt or a later one was started. */
static int
check (const LockedFolder *folder, int attempt)
{
  int last = claim_find_last (folder->fd);

  if (last < 0)
    return last;
  return last > attempt || locked_folder_knows (folder, attempt) ? -EALREADY : 0;
}

int
claimed_folder_open (LockedFolder *folder, const char *path, const ClaimOwner *owner)
{
  int r;

  *folder = (LockedFolder){ .lock = -1, .claim = -1, .exit_file = -1 };
  folder->fd = fd_open_folder (path);
  if (folder->fd < 0)
    return folder->fd;
  lock_record_read (folder->fd, &folder->last);
  r = check (folder, owner->attempt);
  if (r < 0)
    return r;
  folder->claim = claim_take (folder->fd, owner);
  if (folder->claim < 0)
    return folder->claim == -EEXIST ? -EALREADY : folder->claim;
  /* A later attempt may have begun since the first look. One that begins after this look ends us by
   * the fence. */
  lock_record_read (folder->fd, &folder->last);
  r = check (folder, owner->attempt);
  if (r < 0)
    {
      fd_clear (&folder->claim);
      claim_withdraw (folder->fd, owner->attempt);
    }
  return r;
}

int
claimed_folder_prepare (LockedFolder *folder, int attempt)
{
  int r = locked_folder_prepare (folder);

  if (r < 0)
    return r;
  folder->lock = atomic_file_create (folder->fd, LOCK_TEMPORARY, 0600);
  if (folder->lock < 0)
    return folder->lock;
  r = lock_record_write (folder->lock, &(LockRecord){ .attempt = attempt });
  return r < 0 ? r
               : atomic_file_put_in_place (folder->fd, LOCK_TEMPORARY, ATTEMPT_LOCK_FILE,
                                           ATOMIC_FILE_MAKE_WAY);
}

void
claimed_folder_withdraw (LockedFolder *folder, int attempt)
{
  /* A later attempt may have made another one. */
  if (folder->lock >= 0 && fd_is_at (folder->fd, ATTEMPT_LOCK_FILE, folder->lock))
    locked_folder_withdraw (folder);
  fd_clear (&folder->claim);
  claim_withdraw (folder->fd, attempt);
}

bool
claimed_folder_describe_owner (const char *path, int attempt, char *text, size_t size)
{
  int folder = fd_open_folder (path);
  int claim = folder < 0 ? folder : claim_open (folder, attempt);
  ClaimOwner owner = { 0 };
  bool has_owner = claim >= 0 && claim_owner_read (claim, &owner);

  if (has_owner)
    snprintf (text, size, "'%s' on host %s", owner.id, owner.host);
  claim_owner_clear (&owner);
  fd_clear (&claim);
  fd_clear (&folder);
  return has_owner;
}
