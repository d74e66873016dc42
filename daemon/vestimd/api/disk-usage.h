/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <uv.h>

/* How many bytes a folder's files have, counted on a thread, and only when somebody asks and the
 * last count is old: the longer counting takes, the older it may be. */

typedef struct DiskUsage DiskUsage;

DiskUsage *disk_usage_new (uv_loop_t *loop, const char *path);

/* The latest count, 0 before the first one; may begin another. */
int64_t disk_usage_get (DiskUsage *usage);

void disk_usage_close (DiskUsage *usage, void (*closed) (void *user), void *user);
