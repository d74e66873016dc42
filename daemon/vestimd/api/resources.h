/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>
#include <uv.h>

#include "daemon/vestimd/sys/process-usage.h"

/* What the daemon uses of the machine, for GET /metrics. A thread looks, and only on request. */

typedef struct Resources Resources;

typedef struct
{
  ProcessUsage process;
  int64_t disk_free_bytes; /* on the file system of the jobs; below 0: unknown */
} ResourceSample;

/* Looks for the first time at once. */
Resources *resources_new (uv_loop_t *loop, const char *jobs_dir);

/* The latest sample; all values are below 0 before the first one. May start another one. */
const ResourceSample *resources_get (Resources *resources);

void resources_close (Resources *resources, void (*closed) (void *user), void *user);
