/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "daemon/vestimd/jobs/job.h"

typedef struct
{
  uv_timer_t timer;
  GQueue jobs; /* of Job: seen to start, not stored yet; the oldest first */
} ServiceStarts;

/* Stores a moment later that the attempt was seen to start, unless it is removed before. */
void service_add_start (Job *job);
void service_remove_start (Job *job);

/* Stores at once what waits. */
void service_store_starts (Service *service);

/* Before any attempt is adopted or launched: compares the boot with the stored one, and stores it.
 * After a boot, the attempts that an earlier daemon wanted to start count as started. */
void service_note_boot (Service *service);
