/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/fence-clock.h"

#include <glib.h>

#define FENCE 60000
#define TICK 1000

/* Ticks as often as it should, from the last tick until `until`. */
static void
run_until (FenceClock *clock, int64_t until)
{
  while (clock->ticked_at < until)
    g_assert_false (fence_clock_tick (clock, clock->ticked_at + TICK));
}

static void
test_it_is_over_after_the_time_without_a_heartbeat (void)
{
  FenceClock clock;

  fence_clock_init (&clock, FENCE, 5);
  g_assert_cmpint (clock.tick_ms, ==, TICK);
  run_until (&clock, 5 + FENCE - TICK);
  g_assert_false (fence_clock_is_over (&clock, 5 + FENCE - 1));
  g_assert_true (fence_clock_is_over (&clock, 5 + FENCE));
}

static void
test_a_heartbeat_counts_from_its_beginning (void)
{
  FenceClock clock;

  fence_clock_init (&clock, FENCE, 0);
  run_until (&clock, 50000);
  fence_clock_note_written (&clock, 20000);
  g_assert_false (fence_clock_is_over (&clock, 20000 + FENCE - 1));
  g_assert_true (fence_clock_is_over (&clock, 20000 + FENCE));
}

/* Slurm suspends jobs, and computers sleep. */
static void
test_a_halted_shim_tries_before_it_ends_its_job (void)
{
  FenceClock clock;
  const int64_t day = 24 * 3600 * 1000;

  fence_clock_init (&clock, FENCE, 0);
  g_assert_true (fence_clock_tick (&clock, day));
  g_assert_false (fence_clock_is_over (&clock, day));
  fence_clock_note_written (&clock, day + 1);
  run_until (&clock, day + FENCE - TICK);
  g_assert_false (fence_clock_is_over (&clock, day + FENCE));
  g_assert_true (fence_clock_is_over (&clock, day + FENCE + 1));
}

static void
test_a_halted_shim_that_cannot_write_ends_its_job_soon (void)
{
  FenceClock clock;
  const int64_t day = 24 * 3600 * 1000;

  fence_clock_init (&clock, FENCE, 0);
  g_assert_true (fence_clock_tick (&clock, day));
  run_until (&clock, day + 4 * TICK);
  g_assert_false (fence_clock_is_over (&clock, day + 4 * TICK));
  run_until (&clock, day + 5 * TICK);
  g_assert_true (fence_clock_is_over (&clock, day + 5 * TICK));
}

/* Else a machine that is too busy for one tick in time would never end the job. */
static void
test_there_is_one_trial_until_it_writes_again (void)
{
  FenceClock clock;

  fence_clock_init (&clock, FENCE, 0);
  for (int64_t now = 0; now < FENCE; now += 6 * TICK)
    {
      g_assert_false (fence_clock_is_over (&clock, now));
      fence_clock_tick (&clock, now);
    }
  g_assert_true (fence_clock_is_over (&clock, FENCE));
  fence_clock_note_written (&clock, FENCE);
  g_assert_true (fence_clock_tick (&clock, 3 * FENCE));
  g_assert_false (fence_clock_is_over (&clock, 3 * FENCE));
}

/* A busy machine is not a halted one. */
static void
test_a_late_tick_counts_in_full (void)
{
  FenceClock clock;

  fence_clock_init (&clock, FENCE, 0);
  for (int64_t now = 0; now < FENCE; now += 5 * TICK)
    {
      g_assert_false (fence_clock_is_over (&clock, now));
      g_assert_false (fence_clock_tick (&clock, now));
    }
  g_assert_true (fence_clock_is_over (&clock, FENCE));
}

static void
test_the_tick_suits_the_fence (void)
{
  FenceClock clock;

  fence_clock_init (&clock, 2000, 0);
  g_assert_cmpint (clock.tick_ms, ==, 100);
  fence_clock_init (&clock, 10, 0);
  g_assert_cmpint (clock.tick_ms, ==, 10);
}

#define ADD(name) g_test_add_func ("/fence-clock/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (it_is_over_after_the_time_without_a_heartbeat);
  ADD (a_heartbeat_counts_from_its_beginning);
  ADD (a_halted_shim_tries_before_it_ends_its_job);
  ADD (a_halted_shim_that_cannot_write_ends_its_job_soon);
  ADD (there_is_one_trial_until_it_writes_again);
  ADD (a_late_tick_counts_in_full);
  ADD (the_tick_suits_the_fence);
  return g_test_run ();
}
