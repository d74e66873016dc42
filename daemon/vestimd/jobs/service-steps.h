/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/jobs/service.h"

/* Work on many jobs, in steps. For the service's own files.
 *
 * In each turn of the loop some steps are done, for a few ms, and clients are served in between.
 * One work follows the other in the order in which they began. The service does not stop before all
 * of it is done. */

typedef struct StepWork StepWork;

struct StepWork
{
  bool (*step) (StepWork *work); /* takes less than a ms; false: that was the last step */
  void (*done) (StepWork *work); /* after it; may free the work, or begin it again */
  GList link;
};

typedef struct
{
  GQueue works;   /* of StepWork */
  uv_idle_t idle; /* active while there are any */
} ServiceSteps;

void steps_init (Service *service);
void steps_close (Service *service, uv_close_cb closed);

/* Does all steps of `work`, and calls `done`, later. `work` must stay as it is until then. */
void steps_begin (Service *service, StepWork *work);
