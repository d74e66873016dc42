/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-run/ending.h"

/* How long after the first SIGKILL a process counts as one that does not end. */
#define STUCK_MS 5000

/* A sentence about a process of the set that another user owns, as after sudo, so that we may not
 * end it. False when there is none. */
bool stuck_describe (const Ending *ending, char *sentence, size_t size);
