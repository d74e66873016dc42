/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/job/vestim-job-state.h"

typedef struct
{
  int cpus;
  int64_t memory_mb;
  int gpus;
} DashSlots;

typedef struct
{
  char *name;
  int max_running; /* -1: no limit */
  gboolean paused;
  int queued;
  int running;
} DashGroup;

/* GET /server/status. */
typedef struct
{
  char *version;
  int64_t pid;
  int64_t started_at; /* milliseconds since the epoch */
  double uptime_s;
  int64_t max_running;
  int64_t jobs[VESTIM_N_JOB_STATES];
  int64_t jobs_bytes; /* -1: not known */
  gboolean paused;    /* no job starts */
  DashSlots capacity;
  DashSlots in_use;
  GPtrArray *groups; /* DashGroup, by name; empty for a server that has none */
} DashServerInfo;

/* (nullable) (transfer full) NULL with `error` when the answer is not that of a vestimd. */
DashServerInfo *dash_server_info_parse (const char *text, gsize length, GError **error);
void dash_server_info_free (DashServerInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashServerInfo, dash_server_info_free)
