/* SPDX-License-Identifier: MIT */
#pragma once

/* The data directory: made with mode 0700, resolved once if it is itself a symbolic link, then
 * checked: it is ours, no other user may write it, and it is not on a network file system. */

/* Makes and checks `home` and the folders `folders` in it (NULL-terminated names). `*resolved`
 * (transfer full) is its real path. On failure -errno, with `*message` (transfer full) a sentence
 * that names the file and says what to do. */
int datadir_prepare (const char *home, const char *const *folders, char **resolved, char **message);

/* The name of a network file system ("NFS"), by the magic number of statfs(2); NULL for a local
 * one. */
const char *datadir_network_name (long magic);
