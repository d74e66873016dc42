/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/retention/retention-clock.h"

#include <glib.h>

#define DAY (INT64_C (24) * 3600 * 1000)
#define WALL (INT64_C (20000) * DAY)

static int64_t now_ms;

static int64_t
get_uptime (void)
{
  return now_ms;
}

static int64_t
value_after (const char *stored, int64_t wall_ms)
{
  KeyClock clock;

  retention_clock_init (&clock, stored, wall_ms, get_uptime);
  return key_clock_now (&clock);
}

static void
test_it_begins_at_the_wall_clock (void)
{
  now_ms = 5000;
  g_assert_cmpint (value_after (NULL, WALL), ==, WALL);
  g_assert_cmpint (value_after ("nonsense", WALL), ==, WALL);
}

/* A wall clock that is set by years, in either direction, makes no job old. */
static void
test_in_one_boot_it_follows_the_uptime_alone (void)
{
  g_autofree char *stored = NULL;
  KeyClock clock;

  now_ms = 1000;
  retention_clock_init (&clock, NULL, WALL, get_uptime);
  stored = key_clock_format (&clock);
  now_ms += 3 * DAY;
  g_assert_cmpint (key_clock_now (&clock), ==, WALL + 3 * DAY);
  g_assert_cmpint (value_after (stored, WALL + 4000 * DAY), ==, WALL + 3 * DAY);
  g_assert_cmpint (value_after (stored, WALL - 4000 * DAY), ==, WALL + 3 * DAY);
}

/* The machine was off, and nobody knows how long for sure. */
static void
test_a_reboot_adds_a_week_at_most (void)
{
  g_autofree char *stored =
      g_strdup_printf ("%" G_GINT64_FORMAT " 00000000-0000-0000-0000-000000000000 77777", WALL);

  now_ms = 10;
  g_assert_cmpint (value_after (stored, WALL + 2 * DAY), ==, WALL + 2 * DAY);
  g_assert_cmpint (value_after (stored, WALL + 4000 * DAY), ==, WALL + 7 * DAY);
  g_assert_cmpint (value_after (stored, WALL - 4000 * DAY), ==, WALL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/retention-clock/" path, test_##name)
  ADD ("begin", it_begins_at_the_wall_clock);
  ADD ("uptime", in_one_boot_it_follows_the_uptime_alone);
  ADD ("reboot", a_reboot_adds_a_week_at_most);
  return g_test_run ();
}
