/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/jobs/service-calls.h"

/* What clients change of the queue as a whole: its settings, its groups, and the order of its jobs.
 * These changes happen one after the other, so each starts from what the one before has stored. */

const ServiceSettings *service_get_settings (const Service *service);

/* For reading. */
const Queue *service_get_queue (const Service *service);

/* Of the result, `settings` is as it will be. */
void service_set_settings (Service *service, const ServiceSettings *values, unsigned given,
                           const ServiceCall *call);

typedef enum
{
  SERVICE_GROUP_LIMIT = 1 << 0,
  SERVICE_GROUP_PAUSED = 1 << 1,
} ServiceGroupSetting;

/* A group without jobs is made; one with default settings goes with its last job. Of the result,
 * `group` is as it will be. */
void service_set_group (Service *service, const char *name, int max_running, bool is_paused,
                        unsigned given, const ServiceCall *call);

typedef enum
{
  SERVICE_MOVE_FRONT,
  SERVICE_MOVE_BACK,
  SERVICE_MOVE_BEFORE,
  SERVICE_MOVE_AFTER,
} ServiceMove;

/* Changes the place of a queued job among those of its priority. `other_id` (nullable): of
 * SERVICE_MOVE_BEFORE and SERVICE_MOVE_AFTER. */
void service_move (Service *service, const char *job_id, ServiceMove where, const char *other_id,
                   const ServiceCall *call);
