/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* How long to wait before the next attempt: doubled each time up to a limit, with jitter so that
 * many dashboards don't come back in step. */
typedef struct
{
  guint first_ms;
  guint max_ms;
  guint attempt; /* failures in a row */
} DashBackoff;

/* The delay before the next attempt, between half and the whole of the step; counts it. */
guint dash_backoff_next (DashBackoff *backoff);
void dash_backoff_reset (DashBackoff *backoff);
