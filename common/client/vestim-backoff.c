/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-backoff.h"

guint
vestim_backoff_next (VestimBackoff *backoff)
{
  guint64 step;

  g_return_val_if_fail (backoff != NULL, 0);
  step = MIN ((guint64) backoff->first_ms << MIN (backoff->attempt, 16), (guint64) backoff->max_ms);
  backoff->attempt++;
  return (guint) (step / 2 + (guint64) g_random_int_range (0, (gint32) (step / 2 + 1)));
}

void
vestim_backoff_reset (VestimBackoff *backoff)
{
  g_return_if_fail (backoff != NULL);
  backoff->attempt = 0;
}
