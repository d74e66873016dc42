/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-clock.h"

#include <glib.h>

#define MINUTE INT64_C (60000)
#define OTHER_BOOT "00000000-0000-0000-0000-000000000000"

static int64_t uptime;

static int64_t
uptime_ms (void)
{
  return uptime;
}

static void
test_it_goes_on_with_the_uptime (void)
{
  KeyClock clock;

  uptime = 500;
  key_clock_init (&clock, NULL, 1000, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 1000);
  uptime += 77;
  g_assert_cmpint (key_clock_now (&clock), ==, 1077);
}

/* The daemon may have been stopped for a while. */
static void
test_a_restart_counts_the_time_in_between (void)
{
  g_autofree char *stored = NULL;
  KeyClock clock;

  uptime = 500;
  key_clock_init (&clock, NULL, 1000, uptime_ms);
  uptime += 20;
  stored = key_clock_format (&clock);
  uptime += 300;
  key_clock_init (&clock, stored, 1010, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 1320);
}

static void
test_a_reboot_continues_from_the_later_of_setting_and_key (void)
{
  KeyClock clock;

  uptime = 5;
  key_clock_init (&clock, "1000 " OTHER_BOOT " 900", 800, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 1000);
  key_clock_init (&clock, "1000 " OTHER_BOOT " 900", 1200, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 1200);
}

/* A sandbox hides the ID of the boot, so all boots look alike. A key may then expire later. */
static void
test_an_uptime_that_went_back_is_a_reboot (void)
{
  g_autofree char *stored = NULL;
  KeyClock clock;

  uptime = 9000;
  key_clock_init (&clock, NULL, 1000, uptime_ms);
  stored = key_clock_format (&clock);
  uptime = 10;
  key_clock_init (&clock, stored, 700, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 1000);
}

static void
test_a_setting_that_cannot_be_read_is_none (void)
{
  KeyClock clock;

  uptime = 10;
  key_clock_init (&clock, "nonsense", 700, uptime_ms);
  g_assert_cmpint (key_clock_now (&clock), ==, 700);
}

static void
test_it_is_stored_once_a_boot_and_every_ten_minutes (void)
{
  g_autofree char *first = NULL, *second = NULL;
  KeyClock clock;

  uptime = 10;
  key_clock_init (&clock, "1000 " OTHER_BOOT " 900", 800, uptime_ms);
  g_assert_true (key_clock_is_due (&clock));
  first = key_clock_format (&clock);
  uptime += 10 * MINUTE - 1;
  g_assert_false (key_clock_is_due (&clock));
  uptime += 1;
  g_assert_true (key_clock_is_due (&clock));
  second = key_clock_format (&clock);
  g_assert_false (key_clock_is_due (&clock));
  key_clock_init (&clock, second, 800, uptime_ms);
  g_assert_false (key_clock_is_due (&clock));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-clock/it-goes-on-with-the-uptime", test_it_goes_on_with_the_uptime);
  g_test_add_func ("/key-clock/a-restart-counts-the-time-in-between",
                   test_a_restart_counts_the_time_in_between);
  g_test_add_func ("/key-clock/a-reboot-continues-from-the-later-of-setting-and-key",
                   test_a_reboot_continues_from_the_later_of_setting_and_key);
  g_test_add_func ("/key-clock/an-uptime-that-went-back-is-a-reboot",
                   test_an_uptime_that_went_back_is_a_reboot);
  g_test_add_func ("/key-clock/a-setting-that-cannot-be-read-is-none",
                   test_a_setting_that_cannot_be_read_is_none);
  g_test_add_func ("/key-clock/it-is-stored-once-a-boot-and-every-ten-minutes",
                   test_it_is_stored_once_a_boot_and_every_ten_minutes);
  return g_test_run ();
}
