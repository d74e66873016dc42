/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* How long to wait before the next attempt: twice as long each time, up to a limit, with jitter so
 * that many dashboards don't come back at the same time. */
typedef struct
{
  guint first_ms;
  guint max_ms;
  guint attempt; /* failures in a row */
} VestimBackoff;

/* Counts an attempt and returns the delay before it, between half and the whole of the step. */
guint vestim_backoff_next (VestimBackoff *backoff);
void vestim_backoff_reset (VestimBackoff *backoff);
