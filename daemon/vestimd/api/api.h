/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/service.h"
#include "daemon/vestimd/metrics/loop-meter.h"
#include "daemon/vestimd/metrics/upkeep-stats.h"
#include "daemon/vestimd/sys/control-groups.h"

/* The HTTP interface of the daemon: joins http, jobs and JSON. The routes are in "api/routes.h";
 * the HttpServer that serves them has the Api as its `user`. */

typedef struct Api Api;

typedef struct
{
  uv_loop_t *loop;
  Service *service;
  Registry *registry;
  const char *jobs_dir;
  const char *estimator; /* (nullable) path of vestim-estimate */
  const char *version;
  int64_t started_at;                  /* ms since the epoch */
  const ControlGroups *control_groups; /* (nullable) NULL: as if there were none */
  const LoopMeter *loop_meter;
  const UpkeepStats *upkeep_stats;

  /* For POST /server/shutdown; called when the answer is being sent. */
  void (*request_stop) (void *user, bool keep_jobs);
  void *user;
} ApiConfig;

/* All strings are borrowed until the Api is closed. */
Api *api_new (const ApiConfig *config);

/* Publishes a stored change on GET /events. */
void api_announce (Api *api, const ServiceEvent *event);

/* Answers those who wait for the change of a job, because the daemon stops. With `with_ends`, those
 * whose job it ends get the answer with its end; call it again without when all have ended. */
void api_end_waits (Api *api, bool with_ends);

/* Ends the event streams, and answers 503 to requests that wait for a check. `closed` is called
 * when no request is in progress; the Api is then gone. Call it after the server was drained and
 * the service stopped, and before the server is closed. */
void api_close (Api *api, void (*closed) (void *user), void *user);
