/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/job-folder.h"

#define CLAIM "--claim 7"
#define BEATING "--claim 7 --heartbeat 0.02"
#define FENCED BEATING " --fence 0.5"

static void
assert_text (const JobFolder *folder, const char *name, const char *wanted)
{
  g_autofree char *text = job_folder_read (folder, name);

  g_assert_cmpstr (text, ==, wanted);
}

static void
assert_has (const JobFolder *folder, const char *name, const char *part)
{
  g_autofree char *text = job_folder_read (folder, name);

  if (strstr (text, part) == NULL)
    g_error ("%s has no %s: %s", name, part, text);
}

static void
make_folder (const JobFolder *folder, const char *name)
{
  g_autofree char *path = job_folder_file (folder, name);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

/* What vestim-run prints on its standard error. */
static char *
errors_of (const JobFolder *folder, const char *options, int code)
{
  g_autofree char *command =
      g_strdup_printf ("exec %s --folder %s --job-id a %s 2>%s/errors", g_getenv ("VESTIM_RUN"),
                       folder->path, options, folder->path);
  int status = system (command);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, code);
  return job_folder_read (folder, "errors");
}

/* ---- Who runs ---- */

static void
test_a_claimed_attempt_runs_once (void)
{
  JobFolder folder;
  g_autofree char *errors = NULL, *unclaimed = NULL;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 1, CLAIM, "echo once"), ==, 0);
  errors = errors_of (&folder, "--attempt 1 --claim 8 echo twice", 75);
  g_assert_nonnull (strstr (errors, "was claimed by '7' on host "));
  g_assert_nonnull (strstr (errors, "use a higher number"));
  unclaimed = errors_of (&folder, "--attempt 1 echo twice", 75);
  assert_text (&folder, "log.txt", "once\n");
  job_folder_clear (&folder);
}

/* The owner died before it could say who it is. */
static void
test_a_claim_without_an_owner_counts (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  make_folder (&folder, "attempt.1");
  g_assert_cmpint (job_folder_run (&folder, 1, CLAIM, "touch ran"), ==, 75);
  g_assert_false (job_folder_has (&folder, "ran"));
  g_assert_false (job_folder_has (&folder, "attempt.1/owner.json"));
  job_folder_clear (&folder);
}

static void
test_an_earlier_attempt_is_refused_and_leaves_no_claim (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (job_folder_run (&folder, 3, CLAIM, "echo three"), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 2, CLAIM, "echo two"), ==, 75);
  g_assert_false (job_folder_has (&folder, "attempt.2"));
  g_assert_cmpint (job_folder_run (&folder, 4, NULL, "echo four"), ==, 0);
  g_assert_cmpint (job_folder_run (&folder, 4, CLAIM, "echo four"), ==, 75);
  assert_text (&folder, "log.txt", "four\n");
  assert_text (&folder, "log.1.txt", "three\n");
  job_folder_clear (&folder);
}

static void
test_a_wrong_option_of_a_claim_is_a_usage_error (void)
{
  static const struct
  {
    const char *options;
    const char *reason;
  } cases[] = {
    { "--claim ''", "--claim needs an ID" },
    { "--claim 'a b'", "--claim needs an ID" },
    { "--claim 7 --heartbeat 0", "--heartbeat needs a number of seconds" },
    { "--claim 7 --fence x", "--fence needs a number of seconds" },
    { "--claim 7 --fence 10", "--fence must be longer than --heartbeat" },
    { "--claim 7 --heartbeat 60", "--fence must be longer than --heartbeat" },
    { "--fence 70", "give --claim, too" },
    { "--heartbeat 1", "give --claim, too" },
    { "--input 2", "--input needs a descriptor or a file" },
    { "--input ''", "--input needs a descriptor or a file" },
  };
  JobFolder folder;

  job_folder_init (&folder);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *options = g_strdup_printf ("--attempt 1 %s -- touch ran", cases[i].options);
      g_autofree char *errors = errors_of (&folder, options, 2);

      g_assert_nonnull (strstr (errors, cases[i].reason));
      g_assert_false (job_folder_has (&folder, "attempt.1"));
    }
  job_folder_clear (&folder);
}

/* ---- Files ---- */

/* A reader on another host knows by the lengths when it has all. */
static void
test_the_end_is_recorded_in_the_claim_with_the_lengths (void)
{
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (
      job_folder_run (&folder, 1, CLAIM, "echo hello; echo '{\"step\":1}' >&3; exit 3"), ==, 0);
  assert_has (&folder, "attempt.1/exit.json", "\"attempt\":1,\"exit_code\":3,");
  assert_has (&folder, "attempt.1/exit.json", "\"fenced\":false");
  g_assert_cmpint (job_folder_number (&folder, "attempt.1/exit.json", "log_bytes"), ==, 6);
  g_assert_cmpint (job_folder_number (&folder, "attempt.1/exit.json", "progress_bytes"), ==, 11);
  assert_text (&folder, "log.txt", "hello\n");
  assert_text (&folder, "progress.jsonl", "{\"step\":1}\n");
  g_assert_false (job_folder_has (&folder, "exit.json"));
  g_assert_false (job_folder_has (&folder, "attempt.1/exit.json.tmp"));
  job_folder_clear (&folder);
}

/* A PID of another host could be that of anything here. */
static void
test_run_lock_has_no_process_and_no_lock (void)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  JobFolder folder;
  g_autofree char *path = NULL;
  GPid shim;
  int fd;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, CLAIM, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  path = job_folder_file (&folder, "run.lock");
  fd = open (path, O_RDWR);
  g_assert_cmpint (fcntl (fd, F_GETLK, &lock), ==, 0);
  g_assert_cmpint (lock.l_type, ==, F_UNLCK);
  close (fd);
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "attempt"), ==, 1);
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "pid"), ==, 0);
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "job_pid"), ==, 0);
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "log_pipe"), ==, 0);
  g_assert_cmpint (job_folder_number (&folder, "attempt.1/owner.json", "pid"), ==, shim);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  job_folder_clear (&folder);
}

/* Whoever believes that the attempt is lost must not end or record what runs on another host. */
static void
test_a_claimed_attempt_is_not_ended_as_lost (void)
{
  JobFolder folder;
  g_autofree char *errors = NULL;
  GPid shim;

  job_folder_init (&folder);
  shim = job_folder_start (&folder, 1, CLAIM, "echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  errors = errors_of (&folder, "--end --attempt 1", 75);
  g_assert_nonnull (strstr (errors, "was claimed by '7' on host "));
  g_assert_nonnull (strstr (errors, "end it there"));
  g_assert_false (job_folder_has (&folder, "exit.json"));
  g_assert_cmpint (kill (shim, 0), ==, 0);
  kill (shim, SIGTERM);
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  assert_has (&folder, "attempt.1/exit.json", "\"signal\":\"SIGTERM\"");
  assert_has (&folder, "attempt.1/exit.json", "\"stopped\":true");
  job_folder_clear (&folder);
}

static void
test_without_an_owner_the_refusal_to_end_says_so (void)
{
  JobFolder folder;
  g_autofree char *errors = NULL;

  job_folder_init (&folder);
  make_folder (&folder, "attempt.1");
  errors = errors_of (&folder, "--end --attempt 1", 75);
  g_assert_nonnull (strstr (errors, "its owner is unknown: end it on its host."));
  job_folder_clear (&folder);
}

/* More than 64 MiB: the ring starts where run.lock says. */
static void
test_the_log_of_a_claimed_attempt_is_kept_in_order (void)
{
  JobFolder folder;
  g_autofree char *last = NULL;

  job_folder_init (&folder);
  job_folder_run (&folder, 1, CLAIM, "seq 1000000000 1007000000");
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "log_bytes"), ==, 11 * 7000001);
  g_assert_cmpint (job_folder_number (&folder, "attempt.1/exit.json", "log_bytes"), ==,
                   11 * 7000001);
  job_folder_run (&folder, 2, CLAIM, "true");
  last = job_folder_read (&folder, "log.1.txt");
  g_assert_true (g_str_has_suffix (last, "\n1006999999\n1007000000\n"));
  job_folder_clear (&folder);
}

/* ---- The fence ---- */

/* On a very busy machine, a short fence may have ended the job already. */
static void
await_start (const JobFolder *folder)
{
  job_folder_await (folder, "attempt.1/heartbeat.json", "started_at");
  while (job_folder_number (folder, "attempt.1/heartbeat.json", "started_at") == 0
         && !job_folder_has (folder, "attempt.1/exit.json"))
    g_usleep (1000);
}

static void
test_a_later_attempt_ends_the_job (void)
{
  JobFolder folder;
  GPid first;

  job_folder_init (&folder);
  first = job_folder_start (&folder, 1, BEATING, "sleep 600 & echo up; sleep 600");
  job_folder_await (&folder, "log.txt", "up");
  g_assert_cmpint (job_folder_run (&folder, 2, "--claim 8", "echo two; echo '{}' >&3"), ==, 0);
  g_assert_cmpint (job_folder_wait (first), ==, 0);
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  assert_has (&folder, "attempt.1/exit.json", "\"signal\":\"SIGTERM\"");
  assert_has (&folder, "attempt.1/exit.json", "\"stopped\":false");
  assert_has (&folder, "attempt.1/exit.json", "\"fenced\":true");
  assert_has (&folder, "log.1.txt", "attempt 2 has begun.");
  /* Nothing of the second attempt has changed. */
  assert_text (&folder, "log.txt", "two\n");
  assert_text (&folder, "progress.jsonl", "{}\n");
  assert_has (&folder, "attempt.2/exit.json", "\"attempt\":2,\"exit_code\":0");
  g_assert_cmpint (job_folder_number (&folder, "run.lock", "attempt"), ==, 2);
  job_folder_clear (&folder);
}

static void
test_a_job_whose_folder_is_gone_is_ended (void)
{
  JobFolder folder, moved;
  GPid shim;

  job_folder_init (&folder);
  moved.path = g_strconcat (folder.path, ".moved", NULL);
  shim = job_folder_start (&folder, 1, FENCED " --pass-exit", "sleep 600");
  await_start (&folder);
  g_assert_cmpint (g_rename (folder.path, moved.path), ==, 0);
  g_assert_cmpint (job_folder_wait (shim), ==, 143);
  g_assert_false (g_file_test (folder.path, G_FILE_TEST_EXISTS));
  assert_has (&moved, "log.txt", "could not be written for 0.5 s");
  assert_has (&moved, "attempt.1/exit.json", "\"fenced\":true");
  job_folder_clear (&moved);
  g_free (folder.path);
}

/* The claim is all that proves that no other host runs the attempt. */
static void
test_a_job_without_its_claim_is_ended_and_its_end_is_told (void)
{
  JobFolder folder;
  g_autofree char *errors = NULL;

  job_folder_init (&folder);
  errors = errors_of (
      &folder, "--attempt 1 " BEATING " --fence 3 -- sh -c 'rm -r attempt.1; sleep 600'", 76);
  g_assert_nonnull (strstr (errors, "could not be written for 3 s"));
  g_assert_nonnull (strstr (errors, "could not be recorded"));
  g_assert_false (job_folder_has (&folder, "attempt.1"));
  job_folder_clear (&folder);
}

/* A paused job cannot end by itself. */
static void
test_the_fence_ends_a_paused_job (void)
{
  JobFolder folder;
  GPid shim;

  job_folder_init (&folder);
  job_folder_write (&folder, "pause.request", "");
  shim = job_folder_start (&folder, 1, BEATING, "sleep 600");
  await_start (&folder);
  make_folder (&folder, "attempt.2");
  g_assert_cmpint (job_folder_wait (shim), ==, 0);
  assert_has (&folder, "attempt.1/exit.json", "\"fenced\":true");
  g_assert_cmpuint (job_folder_count_processes (&folder), ==, 0);
  job_folder_clear (&folder);
}

/* ---- A start that fails ---- */

static void
test_a_lack_withdraws_the_claim (void)
{
  JobFolder folder;
  bool has_run = false, has_lacked = false;

  job_folder_init (&folder);
  for (int n = 4; !has_run && n < 40; n++)
    {
      g_autofree char *command = g_strdup_printf (
          "exec 2>/dev/null; ulimit -n %d; exec %s --folder %s --job-id a --attempt 1 --claim 7 "
          "-- true",
          n, g_getenv ("VESTIM_RUN"), folder.path);
      int status = system (command);

      g_assert_true (WIFEXITED (status));
      has_run = WEXITSTATUS (status) == 0;
      has_lacked |= WEXITSTATUS (status) == 128 + EMFILE;
      g_assert_true (job_folder_has (&folder, "attempt.1") == has_run);
    }
  g_assert_true (has_run && has_lacked);
  assert_has (&folder, "attempt.1/exit.json", "\"exit_code\":0");
  job_folder_clear (&folder);
}

static void
test_a_missing_program_is_recorded_in_the_claim (void)
{
  const char *const argv[] = { "/no/such/program", NULL };
  JobFolder folder;

  job_folder_init (&folder);
  g_assert_cmpint (
      job_folder_wait (job_folder_start_program (&folder, 1, CLAIM " --pass-exit", argv)), ==, 127);
  assert_has (&folder, "attempt.1/exit.json", "cannot start '/no/such/program'");
  job_folder_clear (&folder);
}

#define ADD(name) g_test_add_func ("/run-claim/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (a_claimed_attempt_runs_once);
  ADD (a_claim_without_an_owner_counts);
  ADD (an_earlier_attempt_is_refused_and_leaves_no_claim);
  ADD (a_wrong_option_of_a_claim_is_a_usage_error);
  ADD (the_end_is_recorded_in_the_claim_with_the_lengths);
  ADD (run_lock_has_no_process_and_no_lock);
  ADD (a_claimed_attempt_is_not_ended_as_lost);
  ADD (without_an_owner_the_refusal_to_end_says_so);
  ADD (the_log_of_a_claimed_attempt_is_kept_in_order);
  ADD (a_later_attempt_ends_the_job);
  ADD (a_job_whose_folder_is_gone_is_ended);
  ADD (a_job_without_its_claim_is_ended_and_its_end_is_told);
  ADD (the_fence_ends_a_paused_job);
  ADD (a_lack_withdraws_the_claim);
  ADD (a_missing_program_is_recorded_in_the_claim);
  return g_test_run ();
}
