/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* The series that a job reported: GET /jobs/{id}/metrics. */

#define PROGRESS_SERIES_MAX 256          /* names; more are left out */
#define PROGRESS_SERIES_MAX_POINTS 20000 /* a longer series is thinned out evenly */

typedef struct ProgressSeries ProgressSeries;

ProgressSeries *progress_series_new (void);
void progress_series_free (ProgressSeries *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgressSeries, progress_series_free)

/* Takes the bytes that follow in progress.jsonl; they may end within a line. */
void progress_series_feed (ProgressSeries *series, const char *data, size_t length);

/* `(transfer full)` {"series":{"loss":[[step,value],…]}}. Where the step is missing, the number of
 * the line, from 1, is used. The first and the last point of a series are always there. */
GString *progress_series_to_json (const ProgressSeries *series);

/* The same for a complete text. */
GString *progress_series_json (const char *text, size_t length);

/* The same for a job folder; a missing file has no series. NULL with `*r` -errno. Blocks: call it
 * on a worker thread. */
GString *progress_series_read (const char *folder, int *r);
