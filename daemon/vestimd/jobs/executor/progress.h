/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* Reads the progress.jsonl of one attempt while it grows, and keeps the last value of everything
 * that was reported. Malformed lines are logged and ignored. */

#define PROGRESS_MAX_METRICS 64 /* names; more are ignored */

typedef struct Progress Progress;

/* `name` is what log lines call it: the job's ID. */
Progress *progress_new (const char *name);
void progress_free (Progress *progress);

/* Takes what follows in the file. The end of a piece need not be the end of a line. */
void progress_feed (Progress *progress, const char *data, size_t length);

/* Takes what the file got since the last call. Blocking, and belongs to a worker thread; only one
 * thread at a time may use a Progress. A missing file is an empty one. 0 or -errno. */
int progress_read (Progress *progress, const char *folder);

/* True with all that was reported so far, when something came since the last call. What `report`
 * points to is valid until the next call on `progress`. */
bool progress_take_report (Progress *progress, AttemptProgress *report);
