/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/wait-job.h"

static bool
wait_for (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  int *code = data;
  int own_code = VESTIM_EXIT_REFUSED;

  if (!wait_job_report (invocation->session, id, report, &own_code, error))
    return false;
  if (*code == VESTIM_EXIT_DONE)
    *code = own_code;
  return true;
}

static int
run (Invocation *invocation, GError **error)
{
  int code = VESTIM_EXIT_DONE;
  int failed = job_action_run (invocation, wait_for, &code, error);

  return failed != VESTIM_EXIT_DONE ? failed : code;
}

const Command command_wait = {
  .name = "wait",
  .arguments = "JOB...",
  .summary = "Wait until jobs are over, and exit with the exit code of the job",
  .examples = "vestim wait $id && vestim log $id\n"
              "timeout 1h vestim wait $id      # at most an hour",
  .details =
      "The exit code is the job's own; 128 + N if signal N ended it; 75 if it never ran; 76 "
      "if it was stopped or interrupted; 1 if it failed without a code or a signal. Of "
      "several jobs it is the first that is not 0, in the order of the command line.\n"
      "Retries of a retry policy are part of the job: it is over after the last one. Ctrl+C "
      "leaves the job running.\n"
      "If the server was killed, the command starts it again, unless --no-start is given. If "
      "it was stopped, the command waits at most 30 seconds for its restart (or for the "
      "duration in VESTIM_RESTART_WAIT), and then exits with 3. If it cannot be reached, the "
      "command waits at most 5 minutes.",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run,
};
