/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"

/* For the service's own files. */

/* Deletes the jobs up to the sequence `last` that are in one of `states` and not in memory. Calls
 * `fn`, maybe at once, with 0 or a SERVICE_E_*, and with the number of deleted jobs. When the code
 * is 0, all of these jobs that are left are in memory. */
typedef void (*ClearFn) (void *user, int code, size_t n_cleared);
void service_clear_absent (Service *service, ServiceStates states, int64_t last, ClearFn fn,
                           void *user);
