/* SPDX-License-Identifier: MIT */
#include "common/vestim-duration.h"

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    double seconds;
  } cases[] = {
    { "90", 90 },           { "0.5", 0.5 },     { "0,5", 0.5 },          { " 90 s ", 90 },
    { "15 min", 900 },      { "15m", 900 },     { "1.5 h", 5400 },       { "2h30min", 9000 },
    { "2 h 30 min", 9000 }, { "1 Day", 86400 }, { "2 hours 1 s", 7201 }, { "1e3", 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double seconds;

      g_assert_true (vestim_duration_parse (cases[i].text, &seconds));
      g_assert_cmpfloat (seconds, ==, cases[i].seconds);
    }
}

static void
test_refuse (void)
{
  static const char *const texts[] = { "",       "0",     "0 s",      "-5",      "abc", "5 parsecs",
                                       "h",      "1 h 5", "5 5",      "inf",     "nan", "1e999",
                                       "0x10 q", "1e10",  "400000 d", "5 min x", "--5", "." };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      double seconds;

      if (vestim_duration_parse (texts[i], &seconds))
        g_error ("“%s” was taken for %g s", texts[i], seconds);
    }
}

/* A duplicated job has the same limit to the last digit. */
static void
test_text (void)
{
  static const struct
  {
    double seconds;
    const char *text;
  } cases[] = { { 90, "90 s" },           { 900, "15 min" },  { 7200, "2 h" },   { 172800, "2 d" },
                { 1234567, "1234567 s" }, { 0.25, "0.25 s" }, { 5400, "90 min" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = vestim_duration_text (cases[i].seconds);
      double seconds;

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_true (vestim_duration_parse (text, &seconds));
      g_assert_cmpfloat (seconds, ==, cases[i].seconds);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duration/units are optional", test_parse);
  g_test_add_func ("/duration/other text is refused", test_refuse);
  g_test_add_func ("/duration/a duration can be typed again", test_text);
  return g_test_run ();
}
