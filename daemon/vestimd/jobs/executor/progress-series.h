/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* The series that a job reported: GET /jobs/{id}/metrics. */

#define PROGRESS_SERIES_MAX 256          /* names; more are left out */
#define PROGRESS_SERIES_MAX_POINTS 20000 /* a longer series is thinned out evenly */

/* `(transfer full)` {"series":{"loss":[[step,value],…]}} for the complete text of a progress.jsonl.
 * Where the step is missing, the number of the line, from 1, is used. The first and the last point
 * of a series are always there. */
GString *progress_series_json (const char *text, size_t length);

/* The same for a job folder; a missing file has no series. NULL with `*r` -errno. Blocks: call it
 * on a worker thread. */
GString *progress_series_read (const char *folder, int *r);
