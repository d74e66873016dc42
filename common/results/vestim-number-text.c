/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-number-text.h"

#include <glib.h>
#include <math.h>

#define NONE "–"

/* Larger numbers are not measurements, and don't fit into a column. */
#define LARGEST 1e9

char *
vestim_number_text_millivolts (double mv)
{
  if (!isfinite (mv))
    return g_strdup (NONE);
  if (fabs (mv) >= LARGEST)
    return g_strdup_printf ("%.3g", mv);
  return g_strdup_printf (fabs (mv) < 100 ? "%.1f" : "%.0f", mv);
}

char *
vestim_number_text_count (double n)
{
  return fabs (n) < LARGEST ? g_strdup_printf ("%.0f", n) : g_strdup (NONE);
}

char *
vestim_number_text_r2 (double r2)
{
  return isfinite (r2) ? g_strdup_printf ("%.4f", r2) : g_strdup (NONE);
}

char *
vestim_number_text_value (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.4g", value) : g_strdup (NONE);
}
