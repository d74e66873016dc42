/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

#include "daemon/vestimd/api/disk-usage.h"
#include "daemon/vestimd/api/check-queue.h"
#include "daemon/vestimd/api/selections-check.h"
#include "common/json/vestim-fields.h"

/* `sh -c …` stands for vestim-estimate. */
typedef struct
{
  uv_loop_t loop;
  CheckQueue *queue;
  unsigned n_ended;
  unsigned n_done;
  CheckStatus last;
  GString *output;
  bool is_closed;
} Fixture;

static void
on_ended (void *user, CheckStatus status, const char *output, size_t length)
{
  Fixture *fixture = user;

  fixture->n_ended++;
  fixture->n_done += status == CHECK_DONE;
  fixture->last = status;
  g_string_append_len (fixture->output, output, (gssize) length);
}

static void
on_closed (void *user)
{
  ((Fixture *) user)->is_closed = true;
}

static void
set_up (Fixture *fixture, const void *program)
{
  uv_loop_init (&fixture->loop);
  fixture->output = g_string_new (NULL);
  fixture->queue = check_queue_new (&fixture->loop, program);
}

static void
tear_down (Fixture *fixture, const void *data)
{
  check_queue_close (fixture->queue, on_closed, fixture);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_true (fixture->is_closed);
  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_string_free (fixture->output, TRUE);
}

static void
start (Fixture *fixture, const char *script, const char *input, unsigned limit_ms)
{
  const char *const arguments[] = { "-c", script, NULL };

  check_queue_add (fixture->queue, arguments, input, strlen (input), limit_ms, on_ended, fixture);
}

static void
wait_for (Fixture *fixture, unsigned n)
{
  while (fixture->n_ended < n)
    uv_run (&fixture->loop, UV_RUN_ONCE);
}

/* Large input and output are transferred at the same time, through pipes that hold less than
 * either. */
static void
test_input_goes_in_and_output_comes_out (Fixture *fixture, const void *data)
{
  g_autofree char *input = g_strnfill (1000000, 'x');

  start (fixture, "cat", input, 10000);
  wait_for (fixture, 1);
  g_assert_cmpint (fixture->last, ==, CHECK_DONE);
  g_assert_cmpstr (fixture->output->str, ==, input);
}

static void
expect_each (Fixture *fixture, const char *const *scripts, unsigned limit_ms, CheckStatus status)
{
  for (unsigned i = 0; scripts[i] != NULL; i++)
    {
      start (fixture, scripts[i], "input that nobody reads", limit_ms);
      wait_for (fixture, i + 1);
      g_assert_cmpint (fixture->last, ==, status);
    }
}

/* A disk that does not answer: it may answer later. */
static void
test_a_run_that_takes_too_long_is_late (Fixture *fixture, const void *data)
{
  static const char *const scripts[] = { "sleep 600", "exec >&-; sleep 600", NULL };

  expect_each (fixture, scripts, 100, CHECK_LATE);
}

static void
test_a_run_that_crashes_or_prints_too_much_has_failed (Fixture *fixture, const void *data)
{
  static const char *const scripts[] = { "kill -SEGV $$", "exit 3",
                                         "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
                                         NULL };

  expect_each (fixture, scripts, 600000, CHECK_FAILED);
}

/* Without a descriptor for the channel. */
static void
test_a_run_that_the_system_has_no_room_for_is_busy (Fixture *fixture, const void *data)
{
  struct rlimit limit, none;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  start (fixture, "true", "", 10000);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  wait_for (fixture, 1);
  g_assert_cmpint (fixture->last, ==, CHECK_BUSY);
}

/* A burst of requests waits in a queue, and the queue has a limit. */
static void
test_runs_wait_in_a_bounded_line (Fixture *fixture, const void *data)
{
  for (int i = 0; i < 40; i++)
    start (fixture, "true", "", 10000);
  wait_for (fixture, 40);
  g_assert_cmpuint (fixture->n_done, ==, 40);
  for (int i = 0; i < 100; i++)
    start (fixture, "sleep 0.01", "", 10000);
  wait_for (fixture, 140);
  g_assert_cmpuint (fixture->n_done, >=, 100);
  g_assert_cmpuint (fixture->n_done, <, 140);
}

/* The daemon stops within 10 s, also when a disk does not answer. */
static void
test_closing_ends_runs_at_once (Fixture *fixture, const void *data)
{
  gint64 begin = g_get_monotonic_time ();

  for (int i = 0; i < 8; i++)
    start (fixture, "sleep 600", "", 60000);
  tear_down (fixture, NULL);
  g_assert_cmpuint (fixture->n_ended, ==, 8);
  g_assert_cmpint (fixture->last, ==, CHECK_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_USEC_PER_SEC);
}

static void
test_a_missing_program_has_failed (Fixture *fixture, const void *data)
{
  start (fixture, "true", "", 10000);
  wait_for (fixture, 1);
  g_assert_cmpint (fixture->last, ==, CHECK_FAILED);
}

/* Of a child's output, only errors of the expected form count. */
static void
test_only_faults_of_the_agreed_form_count (void)
{
  static const char good[] =
      "{\"errors\":[{\"field\":\"selections.test_files\",\"message\":\"m\"},{},1]}";
  static const char *const odd[] = { "", "x", "[]", "{}", "{\"errors\":{}}", "{\"errors\":[]}" };
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (odd); i++)
    selections_check_parse (odd[i], strlen (odd[i]), errors);
  g_assert_cmpuint (errors->len, ==, 0);
  selections_check_parse (good, sizeof good - 1, errors);
  g_assert_cmpuint (errors->len, ==, 1);
}

static void
on_usage_closed (void *user)
{
  *(bool *) user = true;
}

/* Status must never wait for a walk over the disk. */
static void
test_disk_usage_is_counted_in_the_background (void)
{
  uv_loop_t loop;
  bool is_closed = false;
  g_autofree char *folder = g_dir_make_tmp ("vestim-usage-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "f", NULL);

  g_assert_true (g_file_set_contents (file, "12345", -1, NULL));
  uv_loop_init (&loop);
  DiskUsage *usage = disk_usage_new (&loop, folder);
  g_assert_cmpint (disk_usage_get (usage), ==, 0);
  uv_run (&loop, UV_RUN_DEFAULT);
  g_assert_cmpint (disk_usage_get (usage), ==, 5);
  disk_usage_close (usage, on_usage_closed, &is_closed);
  uv_run (&loop, UV_RUN_DEFAULT);
  g_assert_true (is_closed);
  g_assert_cmpint (uv_loop_close (&loop), ==, 0);
  g_assert_cmpint (g_remove (file) | g_remove (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/api-check-queue/input-and-output-cross", Fixture, "/bin/sh", set_up,
              test_input_goes_in_and_output_comes_out, tear_down);
  g_test_add ("/api-check-queue/a-slow-run-is-late", Fixture, "/bin/sh", set_up,
              test_a_run_that_takes_too_long_is_late, tear_down);
  g_test_add ("/api-check-queue/a-crash-is-a-failure", Fixture, "/bin/sh", set_up,
              test_a_run_that_crashes_or_prints_too_much_has_failed, tear_down);
  g_test_add ("/api-check-queue/no-room-is-busy", Fixture, "/bin/sh", set_up,
              test_a_run_that_the_system_has_no_room_for_is_busy, tear_down);
  g_test_add ("/api-check-queue/runs-wait-in-a-bounded-line", Fixture, "/bin/sh", set_up,
              test_runs_wait_in_a_bounded_line, tear_down);
  g_test_add ("/api-check-queue/closing-ends-runs-at-once", Fixture, "/bin/sh", set_up,
              test_closing_ends_runs_at_once, NULL);
  g_test_add ("/api-check-queue/a-missing-program", Fixture, "/nonexistent/program", set_up,
              test_a_missing_program_has_failed, tear_down);
  g_test_add_func ("/api-selections-check/only-the-agreed-form-counts",
                   test_only_faults_of_the_agreed_form_count);
  g_test_add_func ("/api-disk-usage/counted-in-the-background",
                   test_disk_usage_is_counted_in_the_background);
  return g_test_run ();
}
