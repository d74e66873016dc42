/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/config.h"
#include "tests/support/scratch.h"

typedef struct
{
  char *folder;
  char *file;
  DaemonConfig config;
  char *message;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->file = scratch_path (f->folder, "vestimd.conf");
  g_setenv ("VESTIM_HOME", f->folder, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const variables[] = { "VESTIM_HOME", "VESTIM_HOST", "VESTIM_PORT",
                                           "VESTIM_MAX_RUNNING", "VESTIM_NO_AUTH" };

  for (size_t i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  config_clear (&f->config);
  g_free (f->message);
  scratch_free (f->folder);
  g_free (f->file);
}

/* Loads a command line given as words separated by spaces. */
static int
load (Fixture *f, const char *words)
{
  g_autofree char *line = g_strconcat ("vestimd ", words, NULL);
  g_auto (GStrv) argv = g_strsplit (g_strchomp (line), " ", -1);

  config_clear (&f->config);
  g_clear_pointer (&f->message, g_free);
  return config_load (&f->config, (int) g_strv_length (argv), argv, &f->message);
}

static void
test_without_any_setting_the_defaults_hold (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_SERVE);
  g_assert_cmpstr (f->config.host, ==, "127.0.0.1");
  g_assert_cmpint (f->config.port, ==, 8001);
  g_assert_false (f->config.port_named);
  g_assert_cmpint (f->config.max_running, ==, -1);
  g_assert_cmpint (f->config.max_running_default, ==, -1);
  g_assert_cmpint (f->config.capacity.cpus, ==, -1);
  g_assert_cmpint (f->config.log_level, ==, LOG_LEVEL_INFO);
  g_assert_null (f->config.allowed_hosts[0]);
  g_assert_cmpstr (f->config.paths->home, ==, f->folder);
}

/* Each source overrides the weaker ones, setting by setting. */
static void
test_the_stronger_source_wins (Fixture *f, gconstpointer data)
{
  scratch_write (f->file, "[vestimd]\nhost=127.0.0.2\nport=1002\nmax-running = 2 \n"
                          "log-level=debug\nallowed_hosts=a;b:80, c\ncapacity=gpus=1, cpus=3\n");
  g_setenv ("VESTIM_PORT", "1003", TRUE);
  g_setenv ("VESTIM_HOST", "127.0.0.3", TRUE);
  g_assert_cmpint (load (f, "--host 127.0.0.4 --capacity memory_mb=100"), ==, EXIT_OK);
  g_assert_cmpstr (f->config.host, ==, "127.0.0.4");
  g_assert_cmpint (f->config.port, ==, 1003);
  g_assert_true (f->config.port_named);
  g_assert_cmpint (f->config.max_running, ==, -1);
  g_assert_cmpint (f->config.max_running_default, ==, 2);
  g_assert_cmpint (f->config.capacity_default.cpus, ==, 3);
  g_assert_cmpint (f->config.capacity_default.gpus, ==, 1);
  g_assert_cmpint (f->config.capacity_default.memory_mb, ==, -1);
  g_assert_cmpint (f->config.capacity.memory_mb, ==, 100);
  g_assert_cmpint (f->config.log_level, ==, LOG_LEVEL_DEBUG);
  g_assert_cmpint (g_strv_length (f->config.allowed_hosts), ==, 3);
  g_assert_cmpstr (f->config.allowed_hosts[1], ==, "b:80");
}

static void
test_a_hook_is_a_program_of_ours (Fixture *f, gconstpointer data)
{
  const char *const wrong[] = { "",     "true",      "bin/true",   "/no/such/program",
                                "/etc", "/dev/null", "/etc/passwd" };

  scratch_write (f->file, "[vestimd]\nport=1\n[hooks]\non_end = /bin/sh \n");
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_cmpstr (f->config.hook_on_end, ==, "/bin/sh");
  g_assert_cmpint (f->config.port, ==, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *text = g_strdup_printf ("[hooks]\non_end=%s\n", wrong[i]);

      scratch_write (f->file, text);
      g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
      g_assert_nonnull (strstr (f->message, "on_end: "));
    }
  scratch_write (f->file, "[hooks]\non_start=/bin/sh\n");
  g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
}

/* A setting of this start overrides what was stored over HTTP. */
static void
test_max_running_of_the_environment_is_named (Fixture *f, gconstpointer data)
{
  g_setenv ("VESTIM_MAX_RUNNING", "7", TRUE);
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_cmpint (f->config.max_running, ==, 7);
  g_assert_cmpint (load (f, "--max-running 9"), ==, EXIT_OK);
  g_assert_cmpint (f->config.max_running, ==, 9);
  g_assert_cmpint (load (f, "--max-running 0"), ==, EXIT_OK);
  g_assert_cmpint (f->config.max_running, ==, 0);
}

static void
test_empty_variables_count_as_unset (Fixture *f, gconstpointer data)
{
  g_setenv ("VESTIM_PORT", "", TRUE);
  g_setenv ("VESTIM_HOST", "", TRUE);
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_false (f->config.port_named);
  g_assert_cmpstr (f->config.host, ==, "127.0.0.1");
}

static void
test_wrong_command_lines_are_usage_errors (Fixture *f, gconstpointer data)
{
  const char *const lines[] = {
    "--port 65536",
    "--port -1",
    "--port 1e3",
    "--port",
    "--port= ",
    "--bogus",
    "word",
    "-x",
    "--json",
    "--keep-jobs",
    "--timeout 3",
    "--status --stop",
    "--stop --json",
    "--status --keep-jobs",
    "--stop --timeout -1",
    "--stop --timeout inf",
    "--stop --timeout 1s",
    "--stop --daemonize",
    "--status --new-registry",
    "--max-running -1",
    "--capacity cpus=0",
    "--capacity gpus=1025",
    "--capacity memory_mb=-1",
    "--capacity memory=8G",
    "--capacity 8",
    "--max-running 1025",
    "--log-level loud",
    "--host a/b",
    "--data-dir=",
    "--json=1 --status",
    "--no-auth --host 0.0.0.0",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_test_message ("%s", lines[i]);
      g_assert_cmpint (load (f, lines[i]), ==, EXIT_USAGE);
      g_assert_nonnull (f->message);
    }
}

/* The sentence says which of the sources is wrong. */
static void
test_a_wrong_variable_is_named (Fixture *f, gconstpointer data)
{
  g_setenv ("VESTIM_PORT", "80x", TRUE);
  g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
  g_assert_nonnull (strstr (f->message, "VESTIM_PORT"));
}

static void
test_a_wrong_file_is_named (Fixture *f, gconstpointer data)
{
  const char *const contents[] = {
    "[vestimd]\nport=x\n",        "[vestimd]\nprot=1\n",
    "[other]\nport=1\n",          "port=1\n",
    "[vestimd]\nnonsense\n",      "[vestimd]\ndaemonize=true\n",
    "[vestimd]\nno-auth=maybe\n", "[vestimd]\nno-auth=true\nhost=0.0.0.0\n"
  };

  for (size_t i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      scratch_write (f->file, contents[i]);
      g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
      g_assert_true (strstr (f->message, f->file) != NULL || strstr (f->message, "--no-auth"));
    }
}

/* Notepad writes the mark, and "Unicode" there is UTF-16. */
static void
test_a_file_of_windows_is_read (Fixture *f, gconstpointer data)
{
  const char utf16[] = "\xFF\xFE[\0v\0e\0s\0t\0i\0m\0d\0]\0\n\0";

  scratch_write (f->file, "\xEF\xBB\xBF[vestimd]\r\nport=8123\r\n");
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_cmpint (f->config.port, ==, 8123);
  g_assert_true (g_file_set_contents (f->file, utf16, sizeof utf16 - 1, NULL));
  g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
  g_assert_nonnull (strstr (f->message, "save it as UTF-8"));
}

/* The message shows what to write. */
static void
test_a_file_without_group_needs_a_first_line (Fixture *f, gconstpointer data)
{
  scratch_write (f->file, "port=8123\n");
  g_assert_cmpint (load (f, ""), ==, EXIT_USAGE);
  g_assert_nonnull (strstr (f->message, "start the file with the line [vestimd]"));
}

static void
test_a_link_in_place_of_the_file_is_refused (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (symlink ("/dev/null", f->file), ==, 0);
  g_assert_cmpint (load (f, ""), ==, EXIT_REFUSED);
  g_assert_nonnull (strstr (f->message, f->file));
}

/* The daemon can be stopped in spite of an error in the settings. */
static void
test_status_and_stop_need_no_settings (Fixture *f, gconstpointer data)
{
  scratch_write (f->file, "nonsense");
  g_setenv ("VESTIM_PORT", "80x", TRUE);
  g_assert_cmpint (load (f, "--status --json"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_STATUS);
  g_assert_true (f->config.json);
  g_assert_cmpint (load (f, "--stop --timeout 1.5 --keep-jobs"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_STOP);
  g_assert_cmpfloat (f->config.timeout_s, ==, 1.5);
  g_assert_true (f->config.keep_jobs);
  g_assert_cmpint (load (f, "--backup x.db"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_BACKUP);
  g_assert_cmpstr (f->config.file, ==, "x.db");
  g_assert_cmpint (load (f, "--restore y.db"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_RESTORE);
  g_assert_cmpint (load (f, "--restore y.db --daemonize"), ==, EXIT_USAGE);
  g_assert_cmpint (load (f, "--restore y.db --backup x.db"), ==, EXIT_USAGE);
  g_assert_cmpint (load (f, "--backup"), ==, EXIT_USAGE);
}

static void
test_no_auth_is_taken_for_loopback (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (load (f, "--no-auth"), ==, EXIT_OK);
  g_assert_true (f->config.no_auth);
  g_assert_cmpint (load (f, "--no-auth --host ::1"), ==, EXIT_OK);
  g_setenv ("VESTIM_NO_AUTH", "1", TRUE);
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_true (f->config.no_auth);
  g_setenv ("VESTIM_NO_AUTH", "0", TRUE);
  g_assert_cmpint (load (f, ""), ==, EXIT_OK);
  g_assert_false (f->config.no_auth);
}

/* --help lists each option. */
static void
test_help_lists_every_option (Fixture *f, gconstpointer data)
{
  const char *const options[] = { "--host",        "--port",          "--daemonize",
                                  "--max-running", "--log-level",     "--allowed-hosts",
                                  "--no-auth",     "--new-registry",  "--status",
                                  "--json",        "--stop",          "--timeout",
                                  "--keep-jobs",   "--data-dir",      "--help",
                                  "--version",     "--jobs-in-memory" };

  for (size_t i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_nonnull (strstr (config_help (), options[i]));
  g_assert_cmpint (load (f, "-h"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_HELP);
  g_assert_cmpint (load (f, "--version"), ==, EXIT_OK);
  g_assert_cmpint (f->config.action, ==, DAEMON_ACTION_VERSION);
}

#define ADD(name, test) g_test_add ("/config/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("without-any-setting-the-defaults-hold", test_without_any_setting_the_defaults_hold);
  ADD ("the-stronger-source-wins", test_the_stronger_source_wins);
  ADD ("a-hook-is-a-program-of-ours", test_a_hook_is_a_program_of_ours);
  ADD ("max-running-of-the-environment-is-named", test_max_running_of_the_environment_is_named);
  ADD ("empty-variables-count-as-unset", test_empty_variables_count_as_unset);
  ADD ("wrong-command-lines-are-usage-errors", test_wrong_command_lines_are_usage_errors);
  ADD ("a-wrong-variable-is-named", test_a_wrong_variable_is_named);
  ADD ("a-wrong-file-is-named", test_a_wrong_file_is_named);
  ADD ("a-file-of-windows-is-read", test_a_file_of_windows_is_read);
  ADD ("a-file-without-group-needs-a-first-line", test_a_file_without_group_needs_a_first_line);
  ADD ("a-link-in-place-of-the-file-is-refused", test_a_link_in_place_of_the_file_is_refused);
  ADD ("status-and-stop-need-no-settings", test_status_and_stop_need_no_settings);
  ADD ("no-auth-is-taken-for-loopback", test_no_auth_is_taken_for_loopback);
  ADD ("help-lists-every-option", test_help_lists_every_option);
  return g_test_run ();
}
