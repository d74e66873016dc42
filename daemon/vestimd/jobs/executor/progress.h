/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/jobs/executor/executor.h"

/* Reads the progress.jsonl of one attempt while it grows, and keeps the last value of each key and
 * metric. Malformed lines are logged and ignored. */

#define PROGRESS_MAX_METRICS 64 /* names; more are ignored */

typedef struct Progress Progress;

/* `name` identifies it in log lines: the job's ID. */
Progress *progress_new (const char *name);
void progress_free (Progress *progress);

/* Takes the bytes that follow in the file; they may end within a line. */
void progress_feed (Progress *progress, const char *data, size_t length);

/* Takes the bytes that the file got since the last call. Blocks: call it on a worker thread; only
 * one thread at a time may use a Progress. A missing file is an empty one. 0 or -errno. */
int progress_read (Progress *progress, const char *folder);

/* True, with the last values of all reports so far, when something came since the last call. The
 * strings of `report` are valid until the next call on `progress`. */
bool progress_take_report (Progress *progress, AttemptProgress *report);
