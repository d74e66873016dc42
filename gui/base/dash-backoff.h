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
} DashBackoff;

/* Counts an attempt and returns the delay before it, between half and the whole of the step. */
guint dash_backoff_next (DashBackoff *backoff);
void dash_backoff_reset (DashBackoff *backoff);
