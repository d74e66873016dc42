/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Closes every descriptor above 2 but these two (-1: none), and makes these close-on-exec. */
void descriptors_close_others (int keep, int keep_too);

/* A pipe, close-on-exec, whose reading end never blocks. 0 or -errno. */
int descriptors_pipe (int *reader, int *writer);

/* Opens a regular file of the job folder, never through a link, close-on-exec; a descriptor or
 * -errno. */
int descriptors_open_file (int folder, const char *name, int flags);

/* The same for a file that is ours to write: made when it is missing, and when a job has put
 * something else in its place, that makes way. */
int descriptors_make_file (int folder, const char *name, int flags);

/* Frees a name of the job folder: a folder is renamed to "<name>.moved.<n>", since it may hold work
 * of the job; anything else, a link itself and not its target, is removed. 0 or -errno. */
int descriptors_make_way (int folder, const char *name);

/* Whether that very file, not a link to it, has the name in the folder. */
bool descriptors_is_at (int folder, const char *name, int fd);

/* Reads up to `size` bytes from the start; their number or -errno. */
ssize_t descriptors_read_start (int fd, char *buffer, size_t size);

/* Writes all of it at `offset`; the number of bytes that were written, less than `size` on failure.
 */
size_t descriptors_write_at (int fd, const char *data, size_t size, uint64_t offset);

/* Closes it unless it is -1, and makes it -1. */
void descriptors_clear (int *fd);
