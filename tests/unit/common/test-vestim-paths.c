/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <pwd.h>
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

/* `HOME= vestimd`, and services without HOME: the current folder must not become the home. */
static void
test_without_home_the_user_database_counts (void)
{
  const char *const values[] = { "", "relative", NULL };
  g_autofree char *before = g_strdup (g_getenv ("HOME"));
  const struct passwd *user = getpwuid (geteuid ());

  if (user == NULL)
    {
      g_test_skip ("the user database does not have this user");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (values[i] != NULL)
        g_setenv ("HOME", values[i], TRUE);
      else
        g_unsetenv ("HOME");
      g_assert_cmpstr (vestim_paths_user_home (), ==, user->pw_dir);
    }
  if (before != NULL)
    g_setenv ("HOME", before, TRUE);
  g_assert_cmpstr (vestim_paths_user_home (), ==, before != NULL ? before : user->pw_dir);
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
  g_test_add_func ("/paths/without-home-the-user-database-counts",
                   test_without_home_the_user_database_counts);
  g_test_add_func ("/paths/a-relative-path-becomes-absolute",
                   test_a_relative_path_becomes_absolute);
  g_test_add_func ("/paths/dots-are-left-to-the-kernel", test_dots_are_left_to_the_kernel);
  return g_test_run ();
}
