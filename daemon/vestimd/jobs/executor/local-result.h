/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/attempt/exit-record.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/vestimd/jobs/executor/executor.h"

/* What an AttemptResult points to. */
typedef struct
{
  ExitRecord exit_record;
  int lack; /* 0, or the errno of a momentary lack that kept it from its start */
  bool never_started;
  char *summary; /* (nullable) text of summary.json of this attempt */
} LocalResult;

void local_result_init (LocalResult *result);
void local_result_clear (LocalResult *result);

/* Reads exit.json and summary.json of an open job folder; false, with an empty result, when there
 * is no exit record of this attempt. Blocks. */
bool local_result_read (LocalResult *result, int folder, int attempt);

/* Makes it the result of an attempt that could not be started, with a sentence that says why. */
void local_result_set_error (LocalResult *result, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* After that: the reason was this errno, which may be a momentary lack. */
void local_result_note_errno (LocalResult *result, int code);

/* Makes it the result of an attempt that was stopped before its start. */
void local_result_set_never_started (LocalResult *result);

/* Makes it the result of a lost attempt. */
void local_result_set_lost (LocalResult *result, const LockRecord *record);

/* The result as it is reported; its strings belong to `result`. */
AttemptResult local_result_report (const LocalResult *result);
