/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/vestimd/jobs/executor/shim-search.h"
#include "tests/support/attempt-watcher.h"
#include "tests/support/scratch.h"

/* Shims that hang before they are ready. A hang of the real one needs a hung disk, so scripts take
 * its place. */

#define LIMIT_MS 300

static char *
write_shim (const char *folder, const char *script)
{
  char *path = scratch_path (folder, "vestim-run");

  scratch_write (path, script);
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  return path;
}

/* Without a limit the job would neither run nor end. */
static void
test_a_shim_that_is_never_ready_is_ended_and_the_job_fails (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *shim = write_shim (folder, "#!/bin/sh\nexec sleep 1000\n");
  AttemptWatcher watcher;

  attempt_watcher_init_shim (&watcher, shim, LIMIT_MS);
  attempt_watcher_launch (&watcher, 1, "true");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 0);
  g_assert_nonnull (strstr (watcher.error, "was not ready"));
  attempt_watcher_clear (&watcher);
}

static void
test_a_shim_that_hangs_once_is_started_again (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *script = g_strdup_printf (
      "#!/bin/sh\nif mkdir '%s/once'; then exec sleep 1000; fi\nexec '%s' \"$@\"\n", folder,
      g_getenv ("VESTIM_RUN"));
  g_autofree char *shim = write_shim (folder, script);
  AttemptWatcher watcher;

  attempt_watcher_init_shim (&watcher, shim, 6000);
  attempt_watcher_launch (&watcher, 1, "exit 7");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpint (watcher.result.exit_code, ==, 7);
  attempt_watcher_clear (&watcher);
}

/* It wrote its mark, so the program may have been executed: it must not be started again. */
static void
test_an_attempt_that_may_have_run_is_not_started_again (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *script =
      g_strdup_printf ("#!/bin/sh\n"
                       "case $1 in --end) exec '%s' \"$@\" ;; esac\n"
                       "echo run >> '%s/runs'\nprintf + >&4\n: > '%s/marked'\n"
                       "exec sleep 1000\n",
                       g_getenv ("VESTIM_RUN"), folder, folder);
  g_autofree char *shim = write_shim (folder, script);
  g_autofree char *runs_path = scratch_path (folder, "runs");
  g_autofree char *marked_path = scratch_path (folder, "marked");
  g_autofree char *runs = NULL;
  AttemptWatcher watcher;

  attempt_watcher_init_shim (&watcher, shim, 60000);
  attempt_watcher_launch (&watcher, 1, "true");
  while (!scratch_exists (marked_path))
    {
      uv_run (&watcher.loop, UV_RUN_NOWAIT);
      g_usleep (1000);
    }
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  runs = scratch_read (runs_path);
  g_assert_cmpstr (runs, ==, "run\n");
  g_assert_true (watcher.result.lost);
  attempt_watcher_clear (&watcher);
}

/* A shim that starts late: when the file "go" is there. */
static char *
write_late_shim (const char *folder)
{
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\n"
                                             "until [ -e '%s/go' ]; do\n"
                                             "  [ -d '%s' ] || exit 1\n"
                                             "  sleep 0.02\n"
                                             "done\n"
                                             "exec '%s' \"$@\"\n",
                                             folder, folder, g_getenv ("VESTIM_RUN"));

  return write_shim (folder, script);
}

/* As if the daemon died while its shim was late, and another one began. */
static void
adopt_late (AttemptWatcher *watcher, const char *shim)
{
  attempt_watcher_init_shim (watcher, shim, 60000);
  attempt_watcher_launch (watcher, 1, "echo run >> runs; exit 7");
  attempt_watcher_await_waiting (watcher);
  attempt_watcher_detach (watcher);
  attempt_watcher_adopt (watcher, 1);
  attempt_watcher_await_waiting (watcher);
  g_assert_cmpuint (watcher->n_started, ==, 0);
}

static void
test_a_late_shim_of_an_earlier_daemon_waits_and_runs_once (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *shim = write_late_shim (folder);
  g_autofree char *go = scratch_path (folder, "go");
  g_autofree char *runs = NULL;
  AttemptWatcher watcher;

  adopt_late (&watcher, shim);
  scratch_write (go, "");
  attempt_watcher_await_over (&watcher);
  g_assert_false (watcher.is_absent);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  g_assert_cmpint (watcher.result.exit_code, ==, 7);
  runs = job_folder_read (&watcher.folder, "runs");
  g_assert_cmpstr (runs, ==, "run\n");
  attempt_watcher_clear (&watcher);
}

/* It must not start later. */
static void
test_a_stop_ends_a_late_shim_of_an_earlier_daemon (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *shim = write_late_shim (folder);
  AttemptWatcher watcher;
  ShimName name;

  adopt_late (&watcher, shim);
  name = (ShimName){ watcher.folder.path, JOB_FOLDER_ID, 1 };
  g_assert_cmpint (shim_find (&name), >, 0);
  watcher.executor->stop (watcher.attempt);
  attempt_watcher_await_over (&watcher);
  g_assert_true (watcher.result.stopped && watcher.result.never_started);
  g_assert_cmpint (shim_find (&name), ==, 0);
  attempt_watcher_clear (&watcher);
}

static void
test_a_start_that_is_late_is_reported_once (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *shim = write_late_shim (folder);
  g_autofree char *go = scratch_path (folder, "go");
  AttemptWatcher watcher;

  attempt_watcher_init_shim (&watcher, shim, 60000);
  attempt_watcher_launch (&watcher, 1, "exit 7");
  attempt_watcher_await_waiting (&watcher);
  scratch_write (go, "");
  attempt_watcher_await_over (&watcher);
  g_assert_cmpuint (watcher.n_waiting, ==, 1);
  g_assert_cmpuint (watcher.n_started, ==, 1);
  attempt_watcher_clear (&watcher);
}

#define ADD(name) g_test_add_func ("/local-hanging/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_shim_that_is_never_ready_is_ended_and_the_job_fails);
  ADD (a_shim_that_hangs_once_is_started_again);
  ADD (an_attempt_that_may_have_run_is_not_started_again);
  ADD (a_start_that_is_late_is_reported_once);
  ADD (a_late_shim_of_an_earlier_daemon_waits_and_runs_once);
  ADD (a_stop_ends_a_late_shim_of_an_earlier_daemon);
  return g_test_run ();
}
