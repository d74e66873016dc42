/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestimd/jobs/executor/executor.h"
#include "daemon/vestimd/jobs/executor/lock-record.h"

/* An AttemptResult that owns its strings. Zeros are an empty one. */
typedef struct
{
  AttemptResult base; /* its strings are the ones below */
  char *signal;
  char *error;
  char *result;
} Outcome;

/* Takes it from exit.json of an open job folder; false, untouched, when there is none of this
 * attempt. Blocking. */
bool outcome_read (Outcome *outcome, int folder_fd, int attempt);

/* Makes it that of a job that could not be started, with a sentence that says why. */
void outcome_fail (Outcome *outcome, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The same for what failed with the errno `code`, which may be a lack of room. */
void outcome_note_errno (Outcome *outcome, int code);

/* Makes it that of a job that was lost. */
void outcome_lose (Outcome *outcome, const LockRecord *record);
void outcome_clear (Outcome *outcome);
