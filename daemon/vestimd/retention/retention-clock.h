/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/key-clock.h"

/* The clock that measures how long jobs have been over, in milliseconds. It begins at the wall
 * clock when retention is turned on, and then follows the uptime: a step of the wall clock, however
 * far, makes no job old. A reboot advances it to the wall clock, but by at most
 * RETENTION_CLOCK_MAX_OFF_MS, because the wall clock may be wrong then. So it may be behind, and
 * jobs are kept longer; it is never far ahead. */

#define RETENTION_CLOCK_SETTING "retention_clock"
#define RETENTION_CLOCK_MAX_OFF_MS (INT64_C (7) * 24 * 3600 * 1000)

/* `stored`: (nullable) the setting. `wall_ms`: the wall clock now. */
void retention_clock_init (KeyClock *clock, const char *stored, int64_t wall_ms,
                           int64_t (*uptime_ms) (void));
