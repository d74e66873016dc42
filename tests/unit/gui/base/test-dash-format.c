/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-format.h"

#include <math.h>

typedef struct
{
  double value;
  const char *text;
} Case;

static void
expect_each (char *(*format) (double), const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *text = format (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* The column of times is read at a glance, so all have the same form. */
static void
test_durations (void)
{
  static const Case cases[] = { { 0, "< 1 s" },          { 5.9, "0:05" },     { 65, "1:05" },
                                { 3599, "59:59" },       { 3600, "1:00:00" }, { 7384, "2:03:04" },
                                { 360000, "100:00:00" }, { -3, "< 1 s" },     { NAN, "–" },
                                { INFINITY, "–" } };

  expect_each (dash_format_duration, cases, G_N_ELEMENTS (cases));
}

/* A server may send any number. */
static void
test_absurd_times (void)
{
  g_autofree char *duration = dash_format_duration (1e300);
  g_autofree char *uptime = dash_format_uptime (1e300);
  g_autofree char *relative = dash_format_relative (G_MAXINT64, 0);
  g_autofree char *exact = dash_format_exact (G_MININT64);

  g_assert_nonnull (duration);
  g_assert_nonnull (uptime);
  g_assert_nonnull (relative);
  g_assert_nonnull (exact);
}

static void
test_uptime (void)
{
  static const Case cases[] = { { 59, "less than a minute" },
                                { 61, "1 min" },
                                { 7500, "2 h 5 min" },
                                { 4 * 86400 + 7200, "4 days" },
                                { NAN, "less than a minute" } };

  expect_each (dash_format_uptime, cases, G_N_ELEMENTS (cases));
}

/* 100 % means that all is done. */
static void
test_percent (void)
{
  static const Case cases[] = { { 0, "0 %" },   { 0.29, "29 %" }, { 0.999, "99 %" },
                                { 1, "100 %" }, { 1.5, "100 %" }, { -1, "" },
                                { NAN, "" } };

  expect_each (dash_format_percent, cases, G_N_ELEMENTS (cases));
}

static void
test_sizes (void)
{
  g_autofree char *none = dash_format_size (-1);
  g_autofree char *some = dash_format_size (1234567);

  g_assert_true (g_str_has_prefix (none, "0"));
  g_assert_true (g_str_has_prefix (some, "1.2"));
  g_assert_true (g_str_has_suffix (some, "MB"));
}

/* A user who types 8G reads 8. */
static void
test_memory (void)
{
  g_autofree char *some = dash_format_memory (8192);
  g_autofree char *none = dash_format_memory (-1);
  g_autofree char *huge = dash_format_memory (G_MAXINT64);

  g_assert_cmpstr (some, ==, "8.0\302\240GiB");
  g_assert_true (g_str_has_prefix (none, "0"));
  g_assert_true (g_str_has_suffix (huge, "EiB"));
}

static int64_t
local_ms (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, minute, 0);

  return g_date_time_to_unix (time) * 1000;
}

/* Near times are relative, others are dates; midnight is the limit, not 24 hours. */
static void
test_relative (void)
{
  const int64_t now = local_ms (2026, 11, 22, 20, 0);
  const struct
  {
    int64_t time;
    const char *text;
  } cases[] = {
    { now - 59000, "just now" },
    { now + 30000, "just now" },
    { now - 5 * 60000, "5 min ago" },
    { local_ms (2026, 11, 22, 0, 5), "Today 00:05" },
    { local_ms (2026, 11, 21, 23, 59), "Yesterday 23:59" },
    { local_ms (2026, 11, 21, 0, 1), "Yesterday 00:01" },
    { local_ms (2026, 11, 3, 14, 3), "3 Nov 2026" },
    { local_ms (2027, 1, 9, 0, 0), "9 Jan 2027" },
    { 0, "–" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = dash_format_relative (cases[i].time, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* A state has an icon and a word, not only a colour. */
static void
test_states (void)
{
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    {
      g_assert_cmpint (dash_format_state ((VestimJobState) state)[0], !=, '\0');
      g_assert_true (
          g_str_has_suffix (dash_format_state_icon ((VestimJobState) state), "-symbolic"));
    }
  g_assert_cmpstr (dash_format_kind (VESTIM_JOB_KIND_NONE), ==, "Draft");
}

/* A menu would show "night_1" as "night1", with a line below the 1. */
static void
test_menu_label (void)
{
  g_autofree char *label = dash_format_menu_label ("_night_1");

  g_assert_cmpstr (label, ==, "__night__1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/durations have one form", test_durations);
  g_test_add_func ("/format/absurd times do no harm", test_absurd_times);
  g_test_add_func ("/format/a longer uptime is coarser", test_uptime);
  g_test_add_func ("/format/percents are rounded down", test_percent);
  g_test_add_func ("/format/sizes have units", test_sizes);
  g_test_add_func ("/format/memory has the units that a user types", test_memory);
  g_test_add_func ("/format/near times are relative", test_relative);
  g_test_add_func ("/format/every state has an icon and a word", test_states);
  g_test_add_func ("/format/a menu label shows all characters", test_menu_label);
  return g_test_run ();
}
