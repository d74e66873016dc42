/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <uv.h>

/* The size of all files of a folder. A thread counts them, but only on request and if the last
 * count is old; the longer counting takes, the older it may be. */

typedef struct DiskUsage DiskUsage;

DiskUsage *disk_usage_new (uv_loop_t *loop, const char *path);

/* The latest count; 0 before the first one. May start another one. */
int64_t disk_usage_get (DiskUsage *usage);

void disk_usage_close (DiskUsage *usage, void (*closed) (void *user), void *user);
