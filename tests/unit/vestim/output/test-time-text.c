/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/time-text.h"

#include <glib.h>
#include <math.h>

static void
test_relative (void)
{
  static const struct
  {
    int64_t age_s;
    const char *text;
  } cases[] = {
    { 0, "just now" },
    { 59, "just now" },
    { -1, "just now" },
    { -30, "in a moment" },
    { 60, "1 min ago" },
    { 3599, "59 min ago" },
    { 3600, "1 h ago" },
    { 47 * 3600, "47 h ago" },
    { 48 * 3600, "2 days ago" },
    { 29 * 86400, "29 days ago" },
    { -300, "in 5 min" },
    { -7200, "in 2 h" },
    { 40 * 86400, "2026-10-22" },
  };
  const int64_t now = 1796083200000; /* 2026-12-01 */

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = time_text_relative (now - cases[i].age_s * 1000, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_span (void)
{
  static const struct
  {
    double seconds;
    const char *text;
  } cases[] = {
    { 0, "0.0 s" },        { 0.44, "0.4 s" },          { 9.96, "10 s" },      { 59.4, "59 s" },
    { 59.6, "1 min 0 s" }, { 303, "5 min 3 s" },       { 7500, "2 h 5 min" }, { 100000, "1 d 3 h" },
    { -1, "0.0 s" },       { 1e300, "1157407 d 9 h" }, { NAN, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = time_text_span (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_exact (void)
{
  g_autofree char *text = time_text_exact (1795377012123);
  g_autofree char *none = time_text_exact (0);
  g_autofree char *no_age = time_text_relative (0, 1);

  g_assert_cmpstr (text, ==, "2026-11-22 19:50:12 +0000");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (no_age, ==, "");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-text/a time is told by its distance", test_relative);
  g_test_add_func ("/time-text/a span has two units", test_span);
  g_test_add_func ("/time-text/an exact time has its zone", test_exact);
  return g_test_run ();
}
