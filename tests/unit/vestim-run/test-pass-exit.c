/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/pass-exit.h"

#include <glib.h>
#include <signal.h>

#define EXIT(code) ((code) << 8)

static int
code (ExitRecord record, int wait_status)
{
  return pass_exit_code (&record, wait_status);
}

static void
test_code_and_signal_are_those_of_the_program (void)
{
  g_assert_cmpint (code ((ExitRecord){ 0 }, EXIT (0)), ==, 0);
  g_assert_cmpint (code ((ExitRecord){ 0 }, EXIT (3)), ==, 3);
  g_assert_cmpint (code ((ExitRecord){ 0 }, EXIT (255)), ==, 255);
  g_assert_cmpint (code ((ExitRecord){ 0 }, SIGKILL), ==, 137);
  g_assert_cmpint (code ((ExitRecord){ .stopped = true }, EXIT (7)), ==, 7);
  g_assert_cmpint (code ((ExitRecord){ .timed_out = true }, SIGTERM), ==, 143);
}

/* Jobs that depend on this one would start. */
static void
test_what_was_ended_is_no_success (void)
{
  g_assert_cmpint (code ((ExitRecord){ .timed_out = true }, EXIT (0)), ==, 124);
  g_assert_cmpint (code ((ExitRecord){ .stopped = true }, EXIT (0)), ==, 143);
  g_assert_cmpint (code ((ExitRecord){ .fenced = true }, EXIT (0)), ==, 143);
  g_assert_cmpint (code ((ExitRecord){ .error = (char *) "no program" }, 0), ==, 127);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pass-exit/code_and_signal_are_those_of_the_program",
                   test_code_and_signal_are_those_of_the_program);
  g_test_add_func ("/pass-exit/what_was_ended_is_no_success", test_what_was_ended_is_no_success);
  return g_test_run ();
}
