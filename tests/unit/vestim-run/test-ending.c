/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/ending.h"

#include <glib.h>

#include "daemon/posix/clock.h"

#define HOUR_MS 3600000

static void
find_none (void *user, ProcessList *found)
{
  found->n = 0;
}

static void
test_a_limit_holds_for_a_grace_that_has_not_begun (void)
{
  Ending ending = { .find = find_none, .grace_ms = HOUR_MS };

  ending_limit_grace (&ending, 1000);
  ending_ask (&ending);
  g_assert_cmpint (ending.kill_at, <=, clock_monotonic_ms () + 1000);
  g_assert_cmpint (ending.next_at, ==, ending.kill_at);
  ending_clear (&ending);
}

/* A job that is being stopped, with a grace of an hour, may have to end sooner. */
static void
test_a_limit_shortens_a_grace_that_has_begun (void)
{
  Ending ending = { .find = find_none, .grace_ms = HOUR_MS };

  ending_ask (&ending);
  g_assert_cmpint (ending.kill_at, >, clock_monotonic_ms () + HOUR_MS / 2);
  ending_limit_grace (&ending, 1000);
  g_assert_cmpint (ending.kill_at, <=, clock_monotonic_ms () + 1000);
  g_assert_cmpint (ending.next_at, ==, ending.kill_at);
  ending_clear (&ending);
}

static void
test_a_longer_limit_changes_nothing (void)
{
  Ending ending = { .find = find_none, .grace_ms = 1000 };
  int64_t kill_at;

  ending_limit_grace (&ending, HOUR_MS);
  g_assert_cmpint (ending.grace_ms, ==, 1000);
  ending_ask (&ending);
  kill_at = ending.kill_at;
  ending_limit_grace (&ending, HOUR_MS);
  g_assert_cmpint (ending.kill_at, ==, kill_at);
  ending_clear (&ending);
}

#define ADD(name) g_test_add_func ("/ending/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_limit_holds_for_a_grace_that_has_not_begun);
  ADD (a_limit_shortens_a_grace_that_has_begun);
  ADD (a_longer_limit_changes_nothing);
  return g_test_run ();
}
