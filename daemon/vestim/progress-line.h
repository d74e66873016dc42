/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/session.h"

/* A line on standard error that shows the progress of a job while something waits in the main
 * context. */
typedef struct ProgressLine ProgressLine;

/* (nullable) (transfer full) NULL if standard error is no terminal. `session` outlives it. */
ProgressLine *progress_line_new (Session *session, const char *id);

/* Removes the line. */
void progress_line_free (ProgressLine *self);
