/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/systemd-scope.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "tests/support/scratch.h"

/* A script in the place of systemd-run, the only one that the search finds first. */
static char *
start_with (const char *folder, const char *script, SystemdScope *scope)
{
  g_autofree char *program = scratch_path (folder, "systemd-run");
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strdup_printf ("%s:%s", folder, before);
  char *answer;

  scratch_write (program, script);
  g_assert_cmpint (chmod (program, 0700), ==, 0);
  g_setenv ("PATH", path, true);
  answer = systemd_scope_start (scope);
  g_setenv ("PATH", before, true);
  return answer;
}

static void
test_the_holder_lives_until_the_scope_is_closed (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *options = scratch_path (folder, "options");
  g_autofree char *script =
      g_strdup_printf ("#!/bin/sh\necho \"$*\" > %s\n"
                       "while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n",
                       options);
  g_autofree char *given = NULL;
  SystemdScope scope;
  g_autofree char *answer = start_with (folder, script, &scope);
  pid_t holder = scope.holder;

  g_assert_nonnull (answer);
  g_assert_nonnull (strstr (answer, ":/"));
  g_assert_cmpint (kill (holder, 0), ==, 0);
  given = scratch_read (options);
  g_assert_nonnull (strstr (given, "--scope"));
  g_assert_nonnull (strstr (given, "Delegate=yes"));
  systemd_scope_close (&scope);
  g_assert_cmpint (kill (holder, 0), ==, -1);
  g_assert_cmpint (errno, ==, ESRCH);
}

static void
test_a_refusal_leaves_nothing (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  SystemdScope scope;

  g_assert_null (start_with (folder, "#!/bin/sh\necho no\nexit 1\n", &scope));
  g_assert_cmpint (scope.holder, ==, 0);
  systemd_scope_close (&scope);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/systemd-scope/the-holder-lives-until-the-scope-is-closed",
                   test_the_holder_lives_until_the_scope_is_closed);
  g_test_add_func ("/systemd-scope/a-refusal-leaves-nothing", test_a_refusal_leaves_nothing);
  return g_test_run ();
}
