/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <unistd.h>

#include "common/vestim-paths.h"

/* Tests and several daemons side by side live by this variable. */
static void
test_the_environment_names_the_data_directory (void)
{
  g_setenv ("VESTIM_HOME", "/srv/vestim", TRUE);
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);

  g_assert_cmpstr (paths->home, ==, "/srv/vestim");
  g_assert_cmpstr (paths->pid_file, ==, "/srv/vestim/server.pid");
  g_assert_cmpstr (paths->config, ==, "/srv/vestim/vestimd.conf");
}

/* `VESTIM_HOME= vestimd` is how a shell script says "not set". */
static void
test_an_empty_variable_counts_as_unset (void)
{
  g_autofree char *expected = g_build_filename (g_get_home_dir (), ".vestim", NULL);

  g_setenv ("VESTIM_HOME", "", TRUE);
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);

  g_assert_cmpstr (paths->home, ==, expected);
}

/* The daemon changes its folder when it goes into the background. */
static void
test_a_relative_path_becomes_absolute (void)
{
  g_assert_cmpint (chdir ("/tmp"), ==, 0);
  g_autoptr (VestimPaths) paths = vestim_paths_new ("data/");

  g_assert_cmpstr (paths->home, ==, "/tmp/data/");
  g_assert_cmpstr (paths->token, ==, "/tmp/data/token");
}

/* Taken out of the text, ".." behind a symbolic link would lead elsewhere than the kernel goes. */
static void
test_dots_are_left_to_the_kernel (void)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new ("/a/link/../b");
  g_autofree char *folder = vestim_paths_job_folder (paths, "job_1");

  g_assert_cmpstr (folder, ==, "/a/link/../b/jobs/job_1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paths/the-environment-names-the-data-directory",
                   test_the_environment_names_the_data_directory);
  g_test_add_func ("/paths/an-empty-variable-counts-as-unset",
                   test_an_empty_variable_counts_as_unset);
  g_test_add_func ("/paths/a-relative-path-becomes-absolute",
                   test_a_relative_path_becomes_absolute);
  g_test_add_func ("/paths/dots-are-left-to-the-kernel", test_dots_are_left_to_the_kernel);
  return g_test_run ();
}
