/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"

/* How a job is queued, in words. Values from the network are safe lines. */

/* (transfer full) (element-type GStrv) a title and a text for each field that differs from its
 * default. */
GPtrArray *dash_queue_text_rows (const VestimJob *job);

/* (transfer full) (element-type GStrv) a title and a text for each earlier attempt, the newest
 * first. */
GPtrArray *dash_queue_text_attempts (const VestimJob *job);

/* (nullable) (transfer full) what a queued job waits for: a sentence. */
char *dash_queue_text_waiting (const VestimJob *job);
