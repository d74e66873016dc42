/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-backoff.h"

guint
dash_backoff_next (DashBackoff *backoff)
{
  guint64 step;

  g_return_val_if_fail (backoff != NULL, 0);
  step = MIN ((guint64) backoff->first_ms << MIN (backoff->attempt, 16), (guint64) backoff->max_ms);
  backoff->attempt++;
  return (guint) (step / 2 + (guint64) g_random_int_range (0, (gint32) (step / 2 + 1)));
}

void
dash_backoff_reset (DashBackoff *backoff)
{
  g_return_if_fail (backoff != NULL);
  backoff->attempt = 0;
}
