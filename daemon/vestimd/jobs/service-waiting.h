/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* What a queued job waits for: `waiting` of the job object. It is derived when a job is serialized.
 * For the service's own files. */

/* `(transfer full, nullable)` the JSON object; NULL: the job waits for nothing that it could name.
 */
char *service_dup_waiting (Service *service, const VestimJob *data);
