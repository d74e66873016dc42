/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Descriptors and small files. Results are 0 or -errno. All block: for the start and for threads.
 */

/* `(transfer full)` the whole of a regular file as NUL-terminated text. -ELOOP for a symbolic link,
 * -EINVAL for what is no regular file (a FIFO does not hang it), -EFBIG beyond `limit` bytes. */
int fd_read_file (const char *path, size_t limit, char **text, size_t *length);

/* The same for a file of an open folder. */
int fd_read_file_at (int folder_fd, const char *name, size_t limit, char **text, size_t *length);

/* Replaces `path` as a whole: written beside it with mode 0600, flushed, renamed. */
int fd_write_file (const char *path, const char *text, size_t length);

int fd_write_all (int fd, const char *text, size_t length);

/* Opens a file of a folder for reading, neither being reached through a symbolic link; a FIFO does
 * not hang it. The descriptor or -errno: -ELOOP or -ENOTDIR for a link. */
int fd_open_in_folder (const char *folder, const char *name);

/* The same for a file of an open folder. */
int fd_open_at (int folder_fd, const char *name);

/* Opens a folder that is no symbolic link, for the *at() calls. The descriptor or -errno. */
int fd_open_folder (const char *folder);

/* Renames `name` to a name in `to_fd` that is free: `name` itself, else with a number behind it. 0
 * or -errno. */
int fd_move (int from_fd, const char *name, int to_fd);

/* Closes all descriptors above 2 but those of `keep`. */
void fd_close_others (const int *keep, size_t n_keep);

/* Raises the soft limit of open files to `wanted`, or as far as the hard one allows. The soft limit
 * as it was; 0 when it was enough already. */
unsigned long fd_raise_limit (unsigned long wanted);

/* Opens /dev/null in the place of each of 0, 1, 2 that is closed, so that no file gets their
 * numbers. */
int fd_ensure_standard (void);

/* A sentence's end on an errno for a file: "is a symbolic link", "No space left on device", … */
const char *fd_describe_error (int r);
