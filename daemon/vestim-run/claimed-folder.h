/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/attempt/claim.h"
#include "daemon/vestim-run/locked-folder.h"

/* A job folder that several hosts share: see claim.h. */

/* Opens it and claims the attempt. 0; -EALREADY when the attempt was claimed or started before, or
 * a later one was; or -errno. */
int claimed_folder_open (LockedFolder *folder, const char *path, const ClaimOwner *owner);

/* locked_folder_prepare(), and a new run.lock with the number of the attempt. A shim that runs an
 * earlier attempt, and may still have the old file open, does not change it. 0 or -errno. */
int claimed_folder_prepare (LockedFolder *folder, int attempt);

/* The attempt cannot begin: removes run.lock and the claim, so that it may be tried again. */
void claimed_folder_withdraw (LockedFolder *folder, int attempt);

/* Who claimed that attempt, as part of a sentence: "job 7 on host n1". False when nobody did. */
bool claimed_folder_describe_owner (const char *path, int attempt, char *text, size_t size);
