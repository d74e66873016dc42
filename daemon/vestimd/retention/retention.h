/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/jobs/service.h"
#include "daemon/vestimd/metrics/upkeep-stats.h"

/* Deletes the oldest jobs that are over, when there are more of them than the settings allow, when
 * they are older, or when all together are larger. It keeps pinned jobs, and a job while
 * another one that depends on it may still start.
 *
 * It runs in the background, soon after an end of a job or a change of the settings, and hourly. */

typedef struct
{
  uv_loop_t *loop;
  Registry *registry;
  Service *service;
  const char *jobs_dir;
  int64_t (*wall_ms) (void);
  int64_t (*uptime_ms) (void);
  UpkeepStats *stats;
} RetentionConfig;

typedef struct Retention Retention;

/* The strings and `stats` are borrowed. */
Retention *retention_new (const RetentionConfig *config);

/* A job has ended. */
void retention_wake (Retention *retention);

/* The settings may have changed. */
void retention_note_settings (Retention *retention);

/* Calls `closed` when nothing of it is under way any more. Service and registry are still open. */
void retention_close (Retention *retention, void (*closed) (void *user), void *user);
