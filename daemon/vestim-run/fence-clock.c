/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/fence-clock.h"

#define LONGEST_TICK_MS 1000
#define SHORTEST_TICK_MS 10
#define TICKS_IN_FENCE 20
#define HALT_MS 5000 /* a tick this late was no delay */
#define TRIAL_MS 5000

void
fence_clock_init (FenceClock *clock, int64_t fence_ms, int64_t now)
{
  int64_t tick_ms = fence_ms / TICKS_IN_FENCE;

  *clock = (FenceClock){
    .fence_ms = fence_ms,
    .tick_ms = tick_ms > LONGEST_TICK_MS    ? LONGEST_TICK_MS
               : tick_ms < SHORTEST_TICK_MS ? SHORTEST_TICK_MS
                                            : tick_ms,
    .written_at = now,
    .ticked_at = now,
  };
}

void
fence_clock_note_written (FenceClock *clock, int64_t begun_at)
{
  clock->written_at = begun_at;
  clock->trial_until = 0;
}

bool
fence_clock_tick (FenceClock *clock, int64_t now)
{
  bool was_halted = now - clock->ticked_at > HALT_MS;

  clock->ticked_at = now;
  if (was_halted && clock->trial_until == 0)
    clock->trial_until = now + TRIAL_MS;
  return was_halted;
}

bool
fence_clock_is_over (const FenceClock *clock, int64_t now)
{
  return now - clock->written_at >= clock->fence_ms && now >= clock->trial_until;
}
