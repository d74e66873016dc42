/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

/* The files that a job made in its folder, without those of the daemon and the shim. No symbolic
 * link is ever followed. All functions block: call them on worker threads. */

#define FOLDER_MAX_FILES 100000 /* more are not listed */

/* Whether a name at the top of the folder is one of those. */
bool folder_is_reserved (const char *name);

/* Appends [{"name":…,"size":…,"modified_at":…},…] sorted by name; a missing folder has none. A name
 * that is not UTF-8 has replacement characters, and "path" beside it is the name with percent
 * escapes. 0, or -errno if descriptors or memory are lacking. */
int folder_list (const char *folder, GString *json);

/* The descriptor of a regular file of the folder, or -errno: -ENOENT if it is not one, lies
 * outside, or is reached by a link. `path` is relative to the folder. */
int folder_open (const char *folder, const char *path, struct stat *st);
