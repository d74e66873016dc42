/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

/* The data directory: made with mode 0700, resolved once if it is itself a symbolic link, then
 * checked: it is ours, no other user may write it or replace it, its path is short enough for
 * SQLite, it is not on a network file system, and all of it is on one file system. */

/* Makes and checks `home` and the folders `folders` in it (NULL-terminated names). `*resolved`
 * (transfer full) is its real path, `*created` (transfer full, nullable) the topmost folder that
 * was made. On failure -errno, with `*message` (transfer full) a sentence that names the file and
 * says what to do. */
int datadir_prepare (const char *home, const char *const *folders, char **resolved, char **created,
                     char **message);

/* Logs what was made of the path `home`, from the folder `first` (nullable) on: so a path that was
 * mistyped is noticed. */
void datadir_log_creation (const char *home, const char *first);

/* Whether the name of an open folder is on another file system than the folder, or another mount of
 * the same one: nothing can be renamed from one to the other then. */
bool datadir_is_elsewhere (int folder, const char *name);

/* Whether the folder `path` may be the data directory or one in it: a folder, ours, and no other
 * user may write it. 0, or -errno with `*message` as above. */
int datadir_check_owner (const struct stat *info, const char *path, char **message);

/* Whether `path`, without symbolic links, is short enough for SQLite. As above. */
int datadir_check_length (const char *path, char **message);

/* `(transfer full, nullable)` the name of the network file system ("NFS") that the open folder is
 * on; NULL for a local one. */
char *datadir_dup_network_name (int folder);

/* The same by the magic number of statfs(2). That cannot tell which file system FUSE serves. */
const char *datadir_network_name (long magic);
