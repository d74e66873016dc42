/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/metrics/histogram.h"

/* Measures each turn of a loop: the time from one wait for events to the next, in which nobody else
 * is served. A turn costs some tens of nanoseconds more. */

typedef struct
{
  Histogram turns;  /* in ns */
  uint64_t longest; /* of them */
  uv_prepare_t prepare;
  uint64_t last_ns; /* the end of the last turn; 0: none yet */
  uint64_t last_idle_ns;
  void (*closed) (void *user);
  void *user;
} LoopMeter;

/* Before the loop runs for the first time. The meter does not keep the loop alive. */
void loop_meter_open (LoopMeter *meter, uv_loop_t *loop);

void loop_meter_close (LoopMeter *meter, void (*closed) (void *user), void *user);
