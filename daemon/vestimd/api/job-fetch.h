/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/server-config.h"

/* Calls `handler`, at once or later, when the job of the route's {id} is in memory. Without such a
 * route or job, calls it at once. If the job cannot be read, answers instead. */
void api_fetch_job (HttpExchange *exchange, HttpHandler handler);
