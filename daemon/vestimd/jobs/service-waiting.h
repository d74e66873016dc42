/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* Why a queued job waits: `waiting` of the job object. It is derived when a job is serialized, so a
 * change that concerns all queued jobs costs nothing for each of them. For the service's own files.
 */

/* A number that is the same as long as `waiting` is. */
unsigned service_waiting_version (const Service *service, const VestimJob *data);

/* `(transfer full, nullable)` the JSON object; NULL: the job waits for nothing. */
char *service_dup_waiting (Service *service, const VestimJob *data);
