/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/job/vestim-job-state.h"

/* The words are the protocol's, written and read. */
static void
test_every_name_is_parsed_back (void)
{
  for (int i = 0; i < VESTIM_N_JOB_STATES; i++)
    {
      VestimJobState state = VESTIM_JOB_CREATED;

      g_assert_true (vestim_job_state_parse (vestim_job_state_name ((VestimJobState) i), &state));
      g_assert_cmpint (state, ==, i);
    }
}

static void
test_an_unknown_name_is_refused (void)
{
  VestimJobState state = VESTIM_JOB_FAILED;

  g_assert_false (vestim_job_state_parse ("Running", &state));
  g_assert_cmpint (state, ==, VESTIM_JOB_FAILED);
}

/* Errors begin with "The job" and this: no word of the protocol stands where it makes no sentence.
 */
static void
test_each_state_has_a_phrase (void)
{
  g_assert_cmpstr (vestim_job_state_phrase (VESTIM_JOB_CREATED), ==, "is not queued yet");
  g_assert_cmpstr (vestim_job_state_phrase (VESTIM_JOB_RUNNING), ==, "is running");
  g_assert_cmpstr (vestim_job_state_phrase (VESTIM_JOB_FAILED), ==, "has failed");
  g_assert_cmpstr (vestim_job_state_phrase (VESTIM_JOB_INTERRUPTED), ==, "was interrupted");
}

/* A job that is over only leaves its state by a retry, which queues it. */
static void
test_a_final_state_leads_to_the_queue_only (void)
{
  for (int from = 0; from < VESTIM_N_JOB_STATES; from++)
    for (int to = 0; to < VESTIM_N_JOB_STATES; to++)
      if (vestim_job_state_is_final ((VestimJobState) from))
        g_assert_cmpint (vestim_job_state_can_move ((VestimJobState) from, (VestimJobState) to), ==,
                         to == VESTIM_JOB_QUEUED);
}

/* A draft has nothing to stop. */
static void
test_only_queued_and_running_jobs_can_be_stopped (void)
{
  for (int from = 0; from < VESTIM_N_JOB_STATES; from++)
    g_assert_cmpint (vestim_job_state_can_move ((VestimJobState) from, VESTIM_JOB_STOPPED), ==,
                     from == VESTIM_JOB_QUEUED || from == VESTIM_JOB_RUNNING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-state/every-name-is-parsed-back", test_every_name_is_parsed_back);
  g_test_add_func ("/job-state/an-unknown-name-is-refused", test_an_unknown_name_is_refused);
  g_test_add_func ("/job-state/each-state-has-a-phrase", test_each_state_has_a_phrase);
  g_test_add_func ("/job-state/a-final-state-leads-to-the-queue-only",
                   test_a_final_state_leads_to_the_queue_only);
  g_test_add_func ("/job-state/only-queued-and-running-jobs-can-be-stopped",
                   test_only_queued_and_running_jobs_can_be_stopped);
  return g_test_run ();
}
