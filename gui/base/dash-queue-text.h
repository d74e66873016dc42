/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"
#include "gui/base/dash-server-info.h"

/* How a job is queued, in words. Values from the network are safe lines. */

/* (nullable) (transfer none) the job with this ID, if it is known. Jobs that wait for others are
 * explained with the names of these. */
typedef const VestimJob *(*DashJobFinder) (const char *job_id, gpointer data);

/* (transfer full) (element-type GStrv) a title and a text for each field that differs from its
 * default. */
GPtrArray *dash_queue_text_rows (const VestimJob *job, DashJobFinder find, gpointer data);

/* (transfer full) (element-type GStrv) a title and a text for each earlier attempt, the newest
 * first. */
GPtrArray *dash_queue_text_attempts (const VestimJob *job);

/* (nullable) (transfer full) what a queued job waits for: a sentence, or "After “other job”". */
char *dash_queue_text_waiting (const VestimJob *job, DashJobFinder find, gpointer data);

/* (transfer full) "3 of 8 CPUs, 4.0 GiB of 16.0 GiB memory, 0 of 1 GPUs": what is taken, or free.
 */
char *dash_queue_text_taken (const DashServerInfo *info);
char *dash_queue_text_free (const DashServerInfo *info);
