/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

/* The folders above the data directory. A user who may write to one of them can replace the data
 * directory while the daemon runs. */

typedef enum
{
  PARENT_SAFE,
  PARENT_WRITABLE, /* other users may write to it, and it is not sticky */
  PARENT_FOREIGN,  /* it belongs neither to root nor to our user */
} ParentVerdict;

/* What parent_folder_judge() needs besides the folder itself. */
typedef struct
{
  uid_t user;            /* ours */
  uid_t unmapped;        /* in a user namespace: the owner of what root made outside; -1: none */
  bool is_private_group; /* the folder's group has no member but its owner */
} ParentContext;

ParentVerdict parent_folder_judge (const struct stat *info, const ParentContext *context);

/* Checks each folder above `path`, which is absolute and contains no symbolic link. 0, or -EPERM
 * with `*message` (transfer full), a sentence that says what to do. For root, another owner is only
 * a warning: 0 with a message. Root works in the folders of users, as in containers. */
int parent_folders_check (const char *path, char **message);
