/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "estimator/trainer.h"

/* Says how far the work is: as lines for people on standard output, and as lines of JSON on the
 * descriptor named in VESTIM_PROGRESS_FD, if there is one. Nobody listening is no failure. */
typedef struct
{
  int fd; /* -1: none; not ours to close */
} Progress;

void progress_init (Progress *progress);

/* `part` is 0 to 1 of the whole job. */
void progress_say (const Progress *progress, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The same, on the descriptor only: what is said too often for a log. */
void progress_hint (const Progress *progress, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The last word of a job that failed; how far it was stays as it is. On the descriptor only. */
void progress_fail (const Progress *progress, const char *reason);

/* The training's last epoch, with its series. */
void progress_epoch (const Progress *progress, double part, const Training *training,
                     int max_epochs);
