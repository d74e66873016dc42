/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/* What a job made in its folder. All block, and belong to worker threads. No symbolic link is ever
 * followed, and the files that the daemon and the shim keep there do not count. */

#define FOLDER_MAX_FILES 100000 /* more are not listed */

/* `(transfer full)` [{"name":…,"size":…,"modified_at":…},…] in order of name; a missing folder has
 * none. */
GString *folder_list (const char *folder);

/* The descriptor of a regular file of the folder, or -errno: -ENOENT for what is none, lies
 * outside, or is reached by a link. `path` is relative to the folder. */
int folder_open (const char *folder, const char *path, struct stat *st);
