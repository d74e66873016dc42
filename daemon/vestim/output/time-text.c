/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/time-text.h"

#include <glib.h>
#include <math.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MAX_SECONDS 1e11

/* "3 min", "2 h", "4 days". */
static char *
distance_text (int64_t seconds)
{
  if (seconds < HOUR)
    return g_strdup_printf ("%d min", (int) (seconds / MINUTE));
  if (seconds < 2 * DAY)
    return g_strdup_printf ("%d h", (int) (seconds / HOUR));
  return g_strdup_printf ("%d days", (int) (seconds / DAY));
}

char *
time_text_relative (int64_t time_ms, int64_t now_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time_ms / 1000);
  g_autofree char *distance = NULL;
  int64_t age = (now_ms - time_ms) / 1000;

  if (time_ms == 0 || then == NULL)
    return g_strdup ("");
  if (ABS (age) >= 30 * DAY)
    return g_date_time_format (then, "%Y-%m-%d");
  if (ABS (age) < MINUTE)
    return g_strdup (age > -2 ? "just now" : "in a moment");
  distance = distance_text (ABS (age));
  return age > 0 ? g_strconcat (distance, " ago", NULL) : g_strconcat ("in ", distance, NULL);
}

char *
time_text_exact (int64_t time_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time_ms / 1000);

  if (time_ms == 0 || then == NULL)
    return g_strdup ("");
  return g_date_time_format (then, "%Y-%m-%d %H:%M:%S %z");
}

char *
time_text_span (double seconds)
{
  int64_t s;

  if (isnan (seconds))
    return g_strdup ("");
  if (seconds < 9.95)
    return g_strdup_printf ("%.1f s", fmax (seconds, 0));
  s = (int64_t) (fmin (seconds, MAX_SECONDS) + 0.5);
  if (s < MINUTE)
    return g_strdup_printf ("%d s", (int) s);
  if (s < HOUR)
    return g_strdup_printf ("%d min %d s", (int) (s / MINUTE), (int) (s % MINUTE));
  if (s < DAY)
    return g_strdup_printf ("%d h %d min", (int) (s / HOUR), (int) (s % HOUR / MINUTE));
  return g_strdup_printf ("%d d %d h", (int) (s / DAY), (int) (s % DAY / HOUR));
}

int64_t
time_text_now (void)
{
  return g_get_real_time () / 1000;
}
