/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/metrics/loop-meter.h"

#include <assert.h>

/* libuv calls events in the middle of its wait for them. So the time of a turn is that between two
 * waits without what the loop has slept. */
static void
on_prepare (uv_prepare_t *prepare)
{
  LoopMeter *meter = prepare->data;
  uint64_t now_ns = uv_hrtime ();
  uint64_t idle_ns = uv_metrics_idle_time (prepare->loop);
  uint64_t passed_ns = now_ns - meter->last_ns;
  uint64_t slept_ns = idle_ns - meter->last_idle_ns;

  if (meter->last_ns != 0)
    {
      uint64_t turn_ns = passed_ns > slept_ns ? passed_ns - slept_ns : 0;

      histogram_add (&meter->turns, turn_ns);
      meter->longest = turn_ns > meter->longest ? turn_ns : meter->longest;
    }
  meter->last_ns = now_ns;
  meter->last_idle_ns = idle_ns;
}

void
loop_meter_open (LoopMeter *meter, uv_loop_t *loop)
{
  int r = uv_loop_configure (loop, UV_METRICS_IDLE_TIME);

  assert (r == 0);
  *meter = (LoopMeter){ .turns.scale = &histogram_turns };
  uv_prepare_init (loop, &meter->prepare);
  meter->prepare.data = meter;
  uv_prepare_start (&meter->prepare, on_prepare);
  uv_unref ((uv_handle_t *) &meter->prepare);
}

static void
on_closed (uv_handle_t *handle)
{
  const LoopMeter *meter = handle->data;

  meter->closed (meter->user);
}

void
loop_meter_close (LoopMeter *meter, void (*closed) (void *user), void *user)
{
  meter->closed = closed;
  meter->user = user;
  uv_close ((uv_handle_t *) &meter->prepare, on_closed);
}
