/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/jobs/service.h"

/* Deletes the oldest jobs that are over, as far as the settings want it: those beyond a number, an
 * age or a size of all. Never one that is pinned, or that a job depends on which may still start.
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
} RetentionConfig;

typedef struct Retention Retention;

/* The strings are borrowed. */
Retention *retention_new (const RetentionConfig *config);

/* A job has ended. */
void retention_wake (Retention *retention);

/* The settings may have changed. */
void retention_note_settings (Retention *retention);

/* Calls `closed` when nothing of it is under way any more. Service and registry are still open. */
void retention_close (Retention *retention, void (*closed) (void *user), void *user);
