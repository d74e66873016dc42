/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "gui/base/dash-snapshot.h"

/* A job for the views. One object stands for one job as long as the store has it; its properties
 * change in place.
 *
 * Properties (read-only, notified): "state" (int), "attempt" (int), "version" (uint, grows with
 * every change). */
#define DASH_TYPE_JOB (dash_job_get_type ())
G_DECLARE_FINAL_TYPE (DashJob, dash_job, DASH, JOB, GObject)

/* What dash_job_update() changed. */
typedef enum
{
  DASH_JOB_CHANGE_NONE = 0,
  DASH_JOB_CHANGE_LIVE = 1 << 0, /* progress, message */
  DASH_JOB_CHANGE_ORDER =
      1 << 1, /* what lists filter and sort by: state, pause, place in the queue, name, … */
  DASH_JOB_CHANGE_ENDED = 1 << 2, /* it ran, and is over now */
} DashJobChange;

/* Both take over `snapshot`. */
DashJob *dash_job_new (DashSnapshot *snapshot);
DashJobChange dash_job_update (DashJob *self, DashSnapshot *snapshot);

/* All valid until the next update. */
const VestimJob *dash_job_get (DashJob *self);
const char *dash_job_get_id (DashJob *self);
const char *dash_job_get_name (DashJob *self);       /* one safe line */
const char *dash_job_get_folder (DashJob *self);     /* (nullable) */
const char *dash_job_get_search_key (DashJob *self); /* name, ID, tags: dash_search_matches() */
/* The name for strcmp(): in the order of the user's language, numbers by their value. */
const char *dash_job_get_sort_key (DashJob *self);
VestimJobState dash_job_get_state (DashJob *self);
double dash_job_get_test_rmse (DashJob *self); /* see VestimErrorUnit; NAN: none */

gboolean dash_job_has_tag (DashJob *self, const char *tag);

/* (transfer full) "17.4 mV"; "–": none. */
char *dash_job_dup_test_rmse (DashJob *self);

/* Seconds that the attempt runs or ran until `now_ms`; NAN when it has not started. */
double dash_job_get_elapsed (DashJob *self, int64_t now_ms);

/* Whether a user may start, stop or retry it now, or end its training and test it. */
gboolean dash_job_can_start (DashJob *self);
gboolean dash_job_can_stop (DashJob *self);
gboolean dash_job_can_finish (DashJob *self);
gboolean dash_job_can_retry (DashJob *self);

/* Whether it has not started, so that what it will do can be changed. */
gboolean dash_job_can_edit (DashJob *self);

/* Whether it is queued or running, and may be paused or, when it is paused, go on. */
gboolean dash_job_can_pause (DashJob *self);
gboolean dash_job_can_resume (DashJob *self);

/* Whether it is an estimation that is over, so that it may have a model to test. */
gboolean dash_job_can_evaluate (DashJob *self);
