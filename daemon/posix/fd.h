/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Descriptors and small files. Results are 0 or -errno unless stated. All calls block: they are for
 * the start of a program and for worker threads. Every descriptor is opened close-on-exec. */

/* ---- Reading and writing ---- */

/* `(transfer full)` a complete regular file as NUL-terminated text; free it with free() or
 * g_free(). -ELOOP for a symbolic link, -EINVAL for anything else that is no regular file (a FIFO
 * does not hang it), -EFBIG beyond `limit` bytes. `length` is (nullable). */
int fd_read_file (const char *path, size_t limit, char **text, size_t *length);

/* The same for a file of an open folder. */
int fd_read_file_at (int folder, const char *name, size_t limit, char **text, size_t *length);

/* Reads `size` bytes from `offset`, fewer at the end of the file only. Their number or -errno. */
ssize_t fd_read_at (int fd, char *buffer, size_t size, uint64_t offset);

int fd_write_all (int fd, const char *text, size_t length);

/* Writes all of it at `offset`. The number of bytes written: less than `size` on failure. */
size_t fd_write_at (int fd, const char *data, size_t size, uint64_t offset);

/* ---- Opening ---- */

/* Opens a folder that is no symbolic link, for the calls that take an open folder. The descriptor
 * or -errno. */
int fd_open_folder (const char *path);

/* Opens a regular file of an open folder (AT_FDCWD: a path), never through a symbolic link, and
 * without waiting on a FIFO. `flags` are those of open(); a file that O_CREAT makes has mode 0600.
 * The descriptor or -errno: -ELOOP for a link, -EISDIR or -EINVAL for anything else that is no
 * regular file. */
int fd_open_file (int folder, const char *name, int flags);

/* The same for a file that belongs to us: it is made when it is missing, and anything else of that
 * name makes way (see fd_make_way()). */
int fd_make_file (int folder, const char *name, int flags);

/* A pipe whose reading end never blocks. */
int fd_open_pipe (int *reader, int *writer);

/* Closes it unless it is -1, and makes it -1. */
void fd_clear (int *fd);

/* ---- Names in a folder ---- */

/* Frees a name of a folder: a folder of that name is renamed to "<name>.moved.<n>", since it may
 * hold work of a user; anything else is removed. Of a link that is the link itself, not its target.
 */
int fd_make_way (int folder, const char *name);

/* Renames `name` to a free name of the folder `to`: `name` itself, else "<name>.<n>". */
int fd_move (int from, const char *name, int to);

/* Whether the name in the folder is that of this very file, not of a link to it. */
bool fd_is_at (int folder, const char *name, int fd);

/* ---- The descriptors of this process ---- */

/* Closes all descriptors above 2 except those of `keep`. */
void fd_close_others (const int *keep, size_t n_keep);

/* Raises the soft limit of open files to `wanted`, or as far as the hard one allows. The soft limit
 * as it was; 0 when it was enough already. */
unsigned long fd_raise_limit (unsigned long wanted);

/* Opens /dev/null for each of 0, 1, 2 that is closed, so that no file gets their numbers. */
int fd_ensure_standard (void);

/* ---- Errors ---- */

/* The end of a sentence about a file: "it is a symbolic link", "No space left on device", … */
const char *fd_describe_error (int r);

/* Whether an errno, or a negative one, means that there is no room: a full disk, a quota, a limit
 * of the file size. */
bool fd_error_is_full (int r);
