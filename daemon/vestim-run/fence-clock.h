/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* When a claimed attempt must end because it cannot write (see fence.h). Times are those of
 * clock_uptime_ms(), which also counts while the machine sleeps. The clock is asked once a tick.
 *
 * A shim that was halted, or whose machine slept, could not write meanwhile. It may try for a
 * moment before it ends its job: nobody may have noticed. It may do so once until it writes again,
 * since a machine that is too busy looks the same. */

typedef struct
{
  int64_t fence_ms;
  int64_t tick_ms;
  int64_t written_at; /* the last heartbeat that was written was begun then */
  int64_t ticked_at;
  int64_t trial_until; /* after a halt; 0: there was none since the last heartbeat */
} FenceClock;

/* A heartbeat was written just now. */
void fence_clock_init (FenceClock *clock, int64_t fence_ms, int64_t now);

/* A heartbeat that was begun at that time was written. */
void fence_clock_note_written (FenceClock *clock, int64_t begun_at);

/* True: it was halted, and a heartbeat is to be tried at once. */
bool fence_clock_tick (FenceClock *clock, int64_t now);

/* Whether the job must end. */
bool fence_clock_is_over (const FenceClock *clock, int64_t now);
