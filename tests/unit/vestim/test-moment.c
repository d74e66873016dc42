/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/moment.h"

/* 2026-11-30 14:00:00 in Berlin, which is UTC+1. */
static GDateTime *
make_now (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");

  if (zone == NULL)
    zone = g_time_zone_new_offset (3600);
  return g_date_time_new (zone, 2026, 11, 30, 14, 0, 0);
}

static void
test_moments (void)
{
  static const struct
  {
    const char *text, *wanted;
  } cases[] = {
    { "18:30", "2026-11-30T17:30:00.000Z" },
    { "14:00", "2026-12-01T13:00:00.000Z" },
    { "6:05", "2026-12-01T05:05:00.000Z" },
    { "18:30:15", "2026-11-30T17:30:15.000Z" },
    { "tomorrow", "2026-11-30T23:00:00.000Z" },
    { "tomorrow 6:00", "2026-12-01T05:00:00.000Z" },
    { "2026-12-24", "2026-12-23T23:00:00.000Z" },
    { "2026-12-24 18:00", "2026-12-24T17:00:00.000Z" },
    { "2026-12-24T18:00:01", "2026-12-24T17:00:01.000Z" },
    { "2026-12-24T18:00:00Z", "2026-12-24T18:00:00.000Z" },
    { "2026-12-24T18:00:00.250-05:00", "2026-12-24T23:00:00.250Z" },
  };
  g_autoptr (GDateTime) now = make_now ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = moment_parse (cases[i].text, now);

      g_assert_cmpstr (got, ==, cases[i].wanted);
    }
}

static void
test_other_texts (void)
{
  static const char *const texts[] = { "",
                                       "18",
                                       "25:00",
                                       "18:60",
                                       "18:30 ",
                                       "tomorrow x",
                                       "tomorrow 25:00",
                                       "2026-13-01",
                                       "2026-02-30",
                                       "2026-12-24 ",
                                       "now",
                                       "18:30pm",
                                       "2026-12-24T18:00:00+99:00",
                                       "1:2:3" };
  g_autoptr (GDateTime) now = make_now ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (moment_parse (texts[i], now));
}

static void
test_after (void)
{
  g_autoptr (GDateTime) now = make_now ();
  g_autofree char *got = moment_after (7200.5, now);

  g_assert_cmpstr (got, ==, "2026-11-30T15:00:00.500Z");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/moment/local times and RFC 3339 are understood", test_moments);
  g_test_add_func ("/moment/other texts are not", test_other_texts);
  g_test_add_func ("/moment/a time from now", test_after);
  return g_test_run ();
}
