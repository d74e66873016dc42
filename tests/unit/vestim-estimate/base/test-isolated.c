/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/vestim-estimate/base/isolated.h"

#define ENOUGH ((size_t) 1 << 28)

static void
write_word (FILE *out, void *user)
{
  fputs (user, out);
}

static void
crash (FILE *out, void *user)
{
  signal (SIGSEGV, SIG_DFL); /* no report of a sanitizer */
  raise (SIGSEGV);
}

static void
take_much (FILE *out, void *user)
{
  g_free (g_malloc (4 * ENOUGH));
  fputs ("done", out);
}

static void
print (FILE *out, void *user)
{
  printf ("this would break the test's output\n");
  fflush (stdout);
  fputs ("done", out);
}

static void
test_what_it_writes_comes_back (void)
{
  IsolatedResult result = { 0 };

  g_assert_cmpint (isolated_run (write_word, (void *) "word", ENOUGH, &result), ==, ISOLATED_DONE);
  g_assert_cmpmem (result.bytes, result.length, "word", 4);
  isolated_clear (&result);
  g_assert_cmpint (isolated_run (print, NULL, ENOUGH, &result), ==, ISOLATED_DONE);
  isolated_clear (&result);
}

static void
test_its_crash_is_told (void)
{
  IsolatedResult result = { 0 };

  g_assert_cmpint (isolated_run (crash, NULL, ENOUGH, &result), ==, ISOLATED_CRASHED);
  g_assert_null (result.bytes);
}

/* A file of some bytes may claim to hold terabytes. */
static void
test_its_memory_is_limited (void)
{
  IsolatedResult result = { 0 };

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
  g_test_skip ("AddressSanitizer can't be limited");
  return;
#endif
  g_assert_cmpint (isolated_run (take_much, NULL, ENOUGH, &result), ==, ISOLATED_LIMITED);
  g_assert_cmpint (isolated_run (take_much, NULL, 8 * ENOUGH, &result), ==, ISOLATED_DONE);
  isolated_clear (&result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/isolated/what it writes comes back", test_what_it_writes_comes_back);
  g_test_add_func ("/isolated/a crash is reported", test_its_crash_is_told);
  g_test_add_func ("/isolated/its memory is limited", test_its_memory_is_limited);
  return g_test_run ();
}
