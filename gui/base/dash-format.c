/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-format.h"

#include <glib/gi18n.h>
#include <math.h>

#define NONE "–"

/* More is not a duration, and would overflow the integers below. */
#define MAX_SECONDS 1e11
#define MIB (1024 * 1024)

typedef struct
{
  const char *label;
  const char *icon;
  const char *css_class;
} StateLook;

/* In the order of VestimJobState. */
static const StateLook looks[VESTIM_N_JOB_STATES] = {
  { N_ ("Created"), "vestim-created-symbolic", "dim-label" },
  { N_ ("Queued"), "vestim-queued-symbolic", "dim-label" },
  { N_ ("Running"), "vestim-running-symbolic", "accent" },
  { N_ ("Completed"), "vestim-completed-symbolic", "success" },
  { N_ ("Failed"), "vestim-failed-symbolic", "error" },
  { N_ ("Stopped"), "vestim-stopped-symbolic", "dim-label" },
  { N_ ("Interrupted"), "vestim-interrupted-symbolic", "warning" },
};

const char *
dash_format_state (VestimJobState state)
{
  g_return_val_if_fail ((guint) state < VESTIM_N_JOB_STATES, NONE);
  return _ (looks[state].label);
}

const char *
dash_format_state_icon (VestimJobState state)
{
  g_return_val_if_fail ((guint) state < VESTIM_N_JOB_STATES, NULL);
  return looks[state].icon;
}

const char *
dash_format_state_class (VestimJobState state)
{
  g_return_val_if_fail ((guint) state < VESTIM_N_JOB_STATES, NULL);
  return looks[state].css_class;
}

const char *
dash_format_kind (VestimJobKind kind)
{
  switch (kind)
    {
    case VESTIM_JOB_KIND_COMMAND:
      return _ ("Command");
    case VESTIM_JOB_KIND_EVALUATION:
      return _ ("Evaluation");
    case VESTIM_JOB_KIND_ESTIMATION:
      return _ ("Estimation");
    case VESTIM_JOB_KIND_NONE:
      return _ ("Draft");
    }
  return NONE;
}

char *
dash_format_duration (double seconds)
{
  gint64 s;

  if (!isfinite (seconds))
    return g_strdup (NONE);
  s = (gint64) CLAMP (seconds, 0, MAX_SECONDS);
  if (s < 1)
    return g_strdup (_ ("< 1 s"));
  if (s < 3600)
    return g_strdup_printf ("%d:%02d", (int) (s / 60), (int) (s % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", s / 3600, (int) (s / 60 % 60),
                          (int) (s % 60));
}

char *
dash_format_uptime (double seconds)
{
  gint64 minutes = isfinite (seconds) ? (gint64) CLAMP (seconds, 0, MAX_SECONDS) / 60 : 0;
  gulong days;

  if (minutes < 1)
    return g_strdup (_ ("less than a minute"));
  if (minutes < 60)
    return g_strdup_printf (_ ("%d min"), (int) minutes);
  if (minutes < 2 * 24 * 60)
    return g_strdup_printf (_ ("%d h %d min"), (int) (minutes / 60), (int) (minutes % 60));
  days = (gulong) (minutes / 60 / 24);
  return g_strdup_printf (ngettext ("%lu day", "%lu days", days), days);
}

char *
dash_format_size (int64_t bytes)
{
  return g_format_size ((guint64) MAX (bytes, 0));
}

char *
dash_format_memory (int64_t mib)
{
  return g_format_size_full ((guint64) CLAMP (mib, 0, G_MAXINT64 / MIB) * MIB,
                             G_FORMAT_SIZE_IEC_UNITS);
}

char *
dash_format_percent (double fraction)
{
  if (!isfinite (fraction) || fraction < 0)
    return g_strdup ("");
  /* Rounded down: 100 % means that all is done. */
  return g_strdup_printf (_ ("%d %%"), (int) floor (MIN (fraction, 1) * 100 + 1e-9));
}

char *
dash_format_place (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.10g", value) : g_strdup (NONE);
}

/* How many midnights lie between the two. */
static int
days_between (GDateTime *then, GDateTime *now)
{
  GDate from, to;
  int year, month, day;

  g_date_clear (&from, 1);
  g_date_clear (&to, 1);
  g_date_time_get_ymd (then, &year, &month, &day);
  g_date_set_dmy (&from, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  g_date_time_get_ymd (now, &year, &month, &day);
  g_date_set_dmy (&to, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_days_between (&from, &to);
}

char *
dash_format_relative (int64_t time_ms, int64_t now_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time_ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  gint64 age = (now_ms - time_ms) / 1000;
  int days;

  if (time_ms == 0 || then == NULL || now == NULL)
    return g_strdup (NONE);
  /* The clocks of two machines differ a little. */
  if (age > -60 && age < 60)
    return g_strdup (_ ("just now"));
  if (age > 0 && age < 3600)
    return g_strdup_printf (_ ("%d min ago"), (int) (age / 60));
  days = days_between (then, now);
  if (days == 0)
    return g_date_time_format (then, _ ("Today %H:%M"));
  if (days == 1)
    return g_date_time_format (then, _ ("Yesterday %H:%M"));
  return g_date_time_format (then, _ ("%-d %b %Y"));
}

char *
dash_format_exact (int64_t time_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time_ms / 1000);

  if (time_ms == 0 || then == NULL)
    return g_strdup (NONE);
  return g_date_time_format (then, "%Y-%m-%d %H:%M:%S");
}

int64_t
dash_format_now (void)
{
  return g_get_real_time () / 1000;
}

char *
dash_format_menu_label (const char *text)
{
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  parts = g_strsplit (text, "_", -1);
  return g_strjoinv ("__", parts);
}
