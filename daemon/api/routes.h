/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "http/server.h"

/* The table of all routes; static. Its handlers need the Api as the server's `user`. */
const HttpRoute *api_routes (size_t *n);
