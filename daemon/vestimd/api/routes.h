/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/http/server.h"

/* The table of all routes; static. Its handlers need the Api as the server's `user`. */
const HttpRoute *api_routes (size_t *n);

/* The server's `missing` and `check_body`: for a job that does not exist, and a body that is not
 * JSON.
 */
const char *api_missing (const HttpExchange *exchange);
bool api_check_body (HttpExchange *exchange);
