/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/job-marks.h"

/* /proc/PID/environ shows what a program was started with, so that a program has to be started. */
static pid_t
start (const char *id, const char *folder)
{
  char *environment[] = { g_strconcat ("VESTIM_JOB_ID=", id, NULL),
                          g_strconcat ("VESTIM_JOB_DIR=", folder, NULL), NULL };
  char *argv[] = { (char *) "/bin/cat", NULL };
  int ends[2], ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (pipe2 (ready, O_CLOEXEC), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      dup2 (ends[0], 0);
      execve (argv[0], argv, environment);
      _exit (127);
    }
  close (ends[0]);
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 0); /* closed by exec */
  close (ready[0]);
  g_free (environment[0]);
  g_free (environment[1]);
  return pid;
}

static void
assert_found (const char *id, const char *folder, JobMarksFound expected)
{
  JobMarks marks;
  pid_t pid = start (id, folder);

  job_marks_init (&marks, "job_1", "/jobs/job_1");
  g_assert_cmpint (job_marks_find (&marks, pid), ==, expected);
  job_marks_clear (&marks);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

static void
test_both_marks_make_it_ours (void)
{
  assert_found ("job_1", "/jobs/job_1", JOB_MARKS_OURS);
}

/* Two daemons may have a job of the same ID in their folders. */
static void
test_another_id_or_folder_is_another_job (void)
{
  assert_found ("job_12", "/jobs/job_1", JOB_MARKS_OTHER);
  assert_found ("job_1", "/jobs/job_12", JOB_MARKS_OTHER);
}

static void
test_a_process_without_marks_has_none (void)
{
  JobMarks marks;

  job_marks_init (&marks, "job_1", "/jobs/job_1");
  g_assert_cmpint (job_marks_find (&marks, getpid ()), ==, JOB_MARKS_NONE);
  g_assert_cmpint (job_marks_find (&marks, 0), ==, JOB_MARKS_NONE);
  job_marks_clear (&marks);
}

#define ADD(name) g_test_add_func ("/job-marks/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (both_marks_make_it_ours);
  ADD (another_id_or_folder_is_another_job);
  ADD (a_process_without_marks_has_none);
  return g_test_run ();
}
