/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log.h"
#include "tests/support/scratch.h"

/* `(transfer full)` what one call writes to stderr. */
static char *
capture (LogLevel level, const char *message)
{
  char text[8192] = "";
  int pipe_fds[2];
  int saved = dup (STDERR_FILENO);
  ssize_t n;

  g_assert_cmpint (pipe2 (pipe_fds, O_CLOEXEC | O_NONBLOCK), ==, 0);
  dup2 (pipe_fds[1], STDERR_FILENO);
  log_line (level, "test", "%s", message);
  dup2 (saved, STDERR_FILENO);
  n = read (pipe_fds[0], text, sizeof text - 1);
  close (saved);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
  return g_strndup (text, n > 0 ? (gsize) n : 0);
}

/* Users grep for this form. */
static void
test_a_line_has_time_level_module_and_event (void)
{
  g_autofree char *line = capture (LOG_LEVEL_INFO, "job started id=1");

  g_assert_true (g_regex_match_simple (
      "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z info test: job started id=1\\n$", line,
      0, 0));
}

/* A job's name must not forge a line, nor control the reader's terminal. */
static void
test_control_characters_are_escaped (void)
{
  g_autofree char *line = capture (LOG_LEVEL_INFO, "a\nb\tc\033[1m\x7f \xc2\x9b"
                                                   "1m \xff é");

  g_assert_true (g_str_has_suffix (line, ": a\\nb\\tc\\x1b[1m\\x7f \\xc2\\x9b1m \\xff é\n"));
}

/* One write() of at most PIPE_BUF bytes is never mixed with another's. */
static void
test_a_long_line_is_cut_and_says_so (void)
{
  g_autofree char *message = g_strnfill (10000, 'x');
  g_autofree char *line = capture (LOG_LEVEL_ERROR, message);

  g_assert_cmpint (strlen (line), <=, 4096);
  g_assert_cmpint (strlen (line), >, 4000);
  g_assert_true (g_str_has_suffix (line, "x…\n"));
}

static void
test_the_level_holds_back_what_is_below (void)
{
  g_autofree char *debug = capture (LOG_LEVEL_DEBUG, "detail");
  log_set_level (LOG_LEVEL_ERROR);
  g_autofree char *warning = capture (LOG_LEVEL_WARNING, "odd");
  log_set_level (LOG_LEVEL_DEBUG);
  g_autofree char *debug_again = capture (LOG_LEVEL_DEBUG, "detail");

  log_set_level (LOG_LEVEL_INFO);
  g_assert_cmpstr (debug, ==, "");
  g_assert_cmpstr (warning, ==, "");
  g_assert_cmpstr (debug_again, !=, "");
}

static void
test_an_unknown_level_is_refused (void)
{
  LogLevel level = LOG_LEVEL_DEBUG;

  g_assert_false (log_level_parse ("verbose", &level));
  g_assert_cmpint (level, ==, LOG_LEVEL_DEBUG);
  g_assert_true (log_level_parse ("warning", &level));
  g_assert_cmpint (level, ==, LOG_LEVEL_WARNING);
}

/* Callers log between a failed call and the return of its errno. */
static void
test_errno_survives_a_line (void)
{
  g_autofree char *line = NULL;

  errno = ENOSPC;
  line = capture (LOG_LEVEL_INFO, "x");
  errno = ENOSPC;
  log_debug ("test", "held back");
  g_assert_cmpint (errno, ==, ENOSPC);
}

/* In the background, a start's warnings still reach the user, until the daemon serves. */
static void
test_a_file_takes_all_and_stderr_the_warnings (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "vestimd.log");

  g_assert_cmpint (log_open_file (path, 1000000), ==, 0);
  g_autofree char *info = capture (LOG_LEVEL_INFO, "one");
  g_autofree char *warning = capture (LOG_LEVEL_WARNING, "two");
  log_close_file ();
  g_autofree char *text = scratch_read (path);

  g_assert_cmpstr (info, ==, "");
  g_assert_true (g_str_has_suffix (warning, "two\n"));
  g_assert_nonnull (strstr (text, "one\n"));
  g_assert_nonnull (strstr (text, "two\n"));
  g_assert_cmpint (scratch_mode (path), ==, 0600);
}

/* The log must not fill the disk, and three old ones are kept. */
static void
test_a_full_file_is_rotated (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "l");
  g_autofree char *third = scratch_path (folder, "l.3");
  g_autofree char *fourth = scratch_path (folder, "l.4");
  struct stat info;

  g_assert_cmpint (log_open_file (path, 200), ==, 0);
  for (int i = 0; i < 30; i++)
    log_info ("test", "number %d", i);
  log_close_file ();
  g_autofree char *text = scratch_read (path);

  g_assert_nonnull (strstr (text, "number 29\n"));
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, <=, 200);
  g_assert_true (scratch_exists (third));
  g_assert_cmpint (scratch_mode (third), ==, 0600);
  g_assert_false (scratch_exists (fourth));
}

/* With a link instead of the log, others could choose which file grows. */
static void
test_a_link_or_fifo_is_not_opened (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *link_path = scratch_path (folder, "link");
  g_autofree char *target = scratch_path (folder, "target");
  g_autofree char *fifo = scratch_path (folder, "fifo");

  scratch_write (target, "");
  g_assert_cmpint (symlink (target, link_path), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (log_open_file (link_path, 1000), ==, -ELOOP);
  g_assert_cmpint (log_open_file (fifo, 1000), <, 0);
}

static void *
log_many (void *user)
{
  for (int i = 0; i < 500; i++)
    log_info ("thread", "line %d of thread %s with some text after it", i, (char *) user);
  return NULL;
}

/* How many whole lines of log_many() a file has; any other line is an error. */
static guint
count_lines (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_assert_nonnull (strstr (*line, "info thread: line "));
      g_assert_true (g_str_has_suffix (*line, " with some text after it"));
    }
  return g_strv_length (lines);
}

/* Several threads log; no line may be torn or lost, also while the file is rotated. */
static void
test_threads_do_not_mix_lines (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "log");
  pthread_t threads[3];
  guint n_lines = 0;

  g_assert_cmpint (log_open_file (path, 60000), ==, 0);
  for (int i = 0; i < 3; i++)
    pthread_create (&threads[i], NULL, log_many, (void *) "abc");
  for (int i = 0; i < 3; i++)
    pthread_join (threads[i], NULL);
  log_close_file ();
  for (int i = 1; i <= LOG_FILES_KEPT; i++)
    {
      g_autofree char *old = g_strdup_printf ("%s.%d", path, i);

      n_lines += count_lines (old);
    }
  g_assert_cmpint (n_lines + count_lines (path), ==, 1500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/a-line-has-time-level-module-and-event",
                   test_a_line_has_time_level_module_and_event);
  g_test_add_func ("/log/control-characters-are-escaped", test_control_characters_are_escaped);
  g_test_add_func ("/log/a-long-line-is-cut-and-says-so", test_a_long_line_is_cut_and_says_so);
  g_test_add_func ("/log/the-level-holds-back-what-is-below",
                   test_the_level_holds_back_what_is_below);
  g_test_add_func ("/log/an-unknown-level-is-refused", test_an_unknown_level_is_refused);
  g_test_add_func ("/log/errno-survives-a-line", test_errno_survives_a_line);
  g_test_add_func ("/log/a-file-takes-all-and-stderr-the-warnings",
                   test_a_file_takes_all_and_stderr_the_warnings);
  g_test_add_func ("/log/a-full-file-is-rotated", test_a_full_file_is_rotated);
  g_test_add_func ("/log/a-link-or-fifo-is-not-opened", test_a_link_or_fifo_is_not_opened);
  g_test_add_func ("/log/threads-do-not-mix-lines", test_threads_do_not_mix_lines);
  return g_test_run ();
}
