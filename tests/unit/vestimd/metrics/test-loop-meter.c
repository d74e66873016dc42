/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/metrics/loop-meter.h"

#include <glib.h>
#include <stdbool.h>

#define BUSY_NS UINT64_C (3000000)

static void
on_timer (uv_timer_t *timer)
{
  uint64_t end = uv_hrtime () + BUSY_NS;

  while (uv_hrtime () < end)
    ;
}

static void
on_closed (void *user)
{
  *(bool *) user = true;
}

static uint64_t
count_turns (const LoopMeter *meter)
{
  uint64_t n = 0;

  for (size_t i = 0; i <= meter->turns.scale->n_bounds; i++)
    n += meter->turns.counts[i];
  return n;
}

static void
test_the_time_of_each_turn_is_counted (void)
{
  uv_loop_t loop;
  uv_timer_t timer;
  LoopMeter meter;
  bool is_closed = false;

  uv_loop_init (&loop);
  loop_meter_open (&meter, &loop);
  uv_timer_init (&loop, &timer);
  for (int i = 0; i < 3; i++)
    {
      uv_timer_start (&timer, on_timer, 1, 0);
      uv_run (&loop, UV_RUN_DEFAULT);
      g_assert_cmpuint (count_turns (&meter), >=, (unsigned) i);
    }
  g_assert_cmpuint (meter.longest, >=, BUSY_NS);
  g_assert_cmpuint (meter.turns.sum, >=, 2 * BUSY_NS);
  loop_meter_close (&meter, on_closed, &is_closed);
  uv_close ((uv_handle_t *) &timer, NULL);
  uv_run (&loop, UV_RUN_DEFAULT);
  g_assert_true (is_closed);
  g_assert_cmpint (uv_loop_close (&loop), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loop_meter/the_time_of_each_turn_is_counted",
                   test_the_time_of_each_turn_is_counted);
  return g_test_run ();
}
