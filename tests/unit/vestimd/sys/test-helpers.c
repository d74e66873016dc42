/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/sys/helpers.h"
#include "tests/support/scratch.h"

static void
make_program (const char *folder, const char *name)
{
  g_autofree char *path = scratch_path (folder, name);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  scratch_write (path, "#!/bin/sh\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

/* One helper can be replaced; the others are still found. */
static void
test_the_variable_names_the_first_place (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();

  g_setenv ("VESTIM_LIBEXEC", folder, TRUE);
  make_program (folder, "vestim-estimate");
  g_autofree char *run = helpers_find ("vestim-run");
  g_autofree char *estimate = helpers_find ("vestim-estimate");
  g_autofree char *other = helpers_find ("vestim-other");

  g_unsetenv ("VESTIM_LIBEXEC");
  g_assert_true (g_str_has_suffix (run, "/vestim-run"));
  g_assert_true (g_str_has_prefix (estimate, folder));
  g_assert_null (other);
}

/* A build runs uninstalled: this test is two folders below the programs. */
static void
test_the_build_trees_shim_is_found (void)
{
  g_autofree char *run = helpers_find ("vestim-run");

  g_assert_nonnull (run);
  g_assert_true (g_path_is_absolute (run));
  g_assert_true (g_str_has_suffix (run, "/vestim-run"));
}

/* A folder or a file that cannot be executed would fail at each job, instead of at the start. */
static void
test_what_cannot_be_executed_is_passed_over (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *plain = scratch_path (folder, "plain");
  g_autofree char *sub = scratch_path (folder, "sub");

  scratch_write (plain, "");
  g_assert_cmpint (chmod (plain, 0600), ==, 0);
  g_assert_cmpint (mkdir (sub, 0700), ==, 0);
  g_setenv ("VESTIM_LIBEXEC", folder, TRUE);
  g_assert_null (helpers_find ("plain"));
  g_assert_null (helpers_find ("sub"));
  g_unsetenv ("VESTIM_LIBEXEC");
}

/* The daemon goes to "/", and a relative path of the caller would then lead elsewhere. */
static void
test_a_relative_place_is_pinned (void)
{
  g_autofree char *before = g_get_current_dir ();

  g_setenv ("VESTIM_LIBEXEC", "some/place", TRUE);
  g_assert_cmpint (chdir ("/tmp"), ==, 0);
  helpers_pin_override ();
  g_assert_cmpstr (g_getenv ("VESTIM_LIBEXEC"), ==, "/tmp/some/place");
  g_unsetenv ("VESTIM_LIBEXEC");
  helpers_pin_override ();
  g_assert_null (g_getenv ("VESTIM_LIBEXEC"));
  g_assert_cmpint (chdir (before), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helpers/the-variable-names-the-first-place",
                   test_the_variable_names_the_first_place);
  g_test_add_func ("/helpers/the-build-trees-shim-is-found", test_the_build_trees_shim_is_found);
  g_test_add_func ("/helpers/what-cannot-be-executed-is-passed-over",
                   test_what_cannot_be_executed_is_passed_over);
  g_test_add_func ("/helpers/a-relative-place-is-pinned", test_a_relative_place_is_pinned);
  return g_test_run ();
}
