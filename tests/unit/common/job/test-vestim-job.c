/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>

#include "common/job/vestim-job.h"

/* The example of the protocol: other programs sort and show IDs by this form. */
static void
test_an_id_carries_the_utc_second_and_the_sequence (void)
{
  g_autofree char *id = vestim_job_id_new (1795377012123, 42);

  g_assert_cmpstr (id, ==, "job_20261122-195012-00002a");
  g_assert_cmpint (vestim_job_id_sequence (id), ==, 42);
}

/* With millions of jobs or a wrong clock, IDs stay readable and unique. */
static void
test_every_sequence_is_read_back_from_its_id (void)
{
  const int64_t sequences[] = { 1, 0xffffff, 0x1000000, INT64_MAX };
  const int64_t times[] = { INT64_MIN, 0, 1795377012123, INT64_MAX };

  for (size_t i = 0; i < G_N_ELEMENTS (sequences); i++)
    for (size_t t = 0; t < G_N_ELEMENTS (times); t++)
      {
        g_autofree char *id = vestim_job_id_new (times[t], sequences[i]);

        g_assert_cmpint (vestim_job_id_sequence (id), ==, sequences[i]);
      }
}

/* IDs come from URLs and folder names: only the exact form is accepted. */
static void
test_text_that_is_not_exactly_an_id_has_no_sequence (void)
{
  const char *const wrong[] = {
    "",
    "job_",
    "job_20261122-195012-",
    "job_20261122-195012-00002",
    "job_20261122-195012-000000",
    "job_20261122-195012-00002A",
    "job_20261122-195012-000002a",
    "job_20261122-195012-00002a/",
    "job_20261122-195012-00002a ",
    " job_20261122-195012-00002a",
    "Job_20261122-195012-00002a",
    "job_2026112-1950120-00002a",
    "job_20261122_195012-00002a",
    "job_20261122-195012_00002a",
    "job_20261122-195012-0x002a",
    "job_20261122-195012-8000000000000000",
    "job_20261122-195012-10000000000000001",
    "job_-0261122-195012-00002a",
    "../../etc/passwd",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmpint (vestim_job_id_sequence (wrong[i]), ==, 0);
}

/* Null means "not known"; 0 would be a value. */
static void
test_a_new_job_has_null_fields (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  g_assert_cmpstr (job->name, ==, "");
  g_assert_cmpstr (job->selections, ==, "{}");
  g_assert_cmpint (job->kind, ==, VESTIM_JOB_KIND_NONE);
  g_assert_cmpint (job->state, ==, VESTIM_JOB_CREATED);
  g_assert_cmpint (job->attempt, ==, 1);
  g_assert_true (isnan (job->progress) && isnan (job->resume_progress));
  g_assert_cmpint (job->details.exit_code, ==, -1);
  g_assert_cmpint (job->details.max_rss_kb, ==, -1);
  g_assert_true (isnan (job->details.cpu_s) && isnan (job->details.wall_s));
  g_assert_null (job->details.metrics);
}

static VestimJob *
new_full_job (void)
{
  VestimJob *job = vestim_job_new ();

  job->id = g_strdup ("job_20261122-195012-00002a");
  job->attempt = 3;
  job->started_at = 5;
  job->finished_at = 6;
  job->progress = 0.5;
  job->message = g_strdup ("epoch 12");
  job->intent = VESTIM_JOB_INTENT_STOP;
  job->idle_resumes = 2;
  job->details.exit_code = 0;
  job->details.signal = g_strdup ("SIGSEGV");
  job->details.reason = g_strdup ("timed out");
  job->details.metrics = g_strdup ("{\"loss\":1}");
  return job;
}

/* The copy goes to another thread, so it must share nothing. */
static void
test_a_copy_owns_its_text (void)
{
  VestimJob *job = new_full_job ();
  g_autoptr (VestimJob) copy = vestim_job_copy (job);

  vestim_job_free (job);
  g_assert_cmpstr (copy->id, ==, "job_20261122-195012-00002a");
  g_assert_cmpstr (copy->message, ==, "epoch 12");
  g_assert_cmpstr (copy->details.signal, ==, "SIGSEGV");
  g_assert_cmpstr (copy->details.reason, ==, "timed out");
  g_assert_cmpstr (copy->details.metrics, ==, "{\"loss\":1}");
  g_assert_cmpint (copy->idle_resumes, ==, 2);
}

/* Until it reports progress, the checkpoint that it should ignore may still exist. */
static void
test_a_fresh_attempt_without_progress_stays_fresh (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->fresh = true;
  vestim_job_reset_attempt (job);
  g_assert_true (job->fresh);
  job->progress = 0.0;
  vestim_job_reset_attempt (job);
  g_assert_false (job->fresh);
}

/* A retried job must not show how its last attempt ended. */
static void
test_a_reset_forgets_the_attempt_only (void)
{
  g_autoptr (VestimJob) job = new_full_job ();

  vestim_job_reset_attempt (job);
  g_assert_cmpint (job->attempt, ==, 3);
  g_assert_cmpint (job->idle_resumes, ==, 2);
  g_assert_cmpint (job->started_at, ==, 0);
  g_assert_cmpint (job->finished_at, ==, 0);
  g_assert_true (isnan (job->progress));
  g_assert_null (job->message);
  g_assert_cmpint (job->intent, ==, VESTIM_JOB_INTENT_NONE);
  g_assert_cmpint (job->details.exit_code, ==, -1);
  g_assert_null (job->details.signal);
  g_assert_null (job->details.reason);
  g_assert_null (job->details.metrics);
}

/* The words are the protocol's; a draft has none. */
static void
test_kinds_are_parsed_back (void)
{
  VestimJobKind kind = VESTIM_JOB_KIND_NONE;

  g_assert_null (vestim_job_kind_name (VESTIM_JOB_KIND_NONE));
  g_assert_true (vestim_job_kind_parse ("command", &kind));
  g_assert_cmpint (kind, ==, VESTIM_JOB_KIND_COMMAND);
  g_assert_true (vestim_job_kind_parse (vestim_job_kind_name (VESTIM_JOB_KIND_ESTIMATION), &kind));
  g_assert_cmpint (kind, ==, VESTIM_JOB_KIND_ESTIMATION);
  g_assert_true (vestim_job_kind_parse ("evaluation", &kind));
  g_assert_cmpint (kind, ==, VESTIM_JOB_KIND_EVALUATION);
  g_assert_false (vestim_job_kind_parse ("Command", &kind));
  g_assert_cmpint (kind, ==, VESTIM_JOB_KIND_EVALUATION);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/an-id-carries-the-utc-second-and-the-sequence",
                   test_an_id_carries_the_utc_second_and_the_sequence);
  g_test_add_func ("/job/every-sequence-is-read-back-from-its-id",
                   test_every_sequence_is_read_back_from_its_id);
  g_test_add_func ("/job/text-that-is-not-exactly-an-id-has-no-sequence",
                   test_text_that_is_not_exactly_an_id_has_no_sequence);
  g_test_add_func ("/job/a-new-job-has-null-fields", test_a_new_job_has_null_fields);
  g_test_add_func ("/job/a-copy-owns-its-text", test_a_copy_owns_its_text);
  g_test_add_func ("/job/a-reset-forgets-the-attempt-only", test_a_reset_forgets_the_attempt_only);
  g_test_add_func ("/job/a-fresh-attempt-without-progress-stays-fresh",
                   test_a_fresh_attempt_without_progress_stays_fresh);
  g_test_add_func ("/job/kinds-are-parsed-back", test_kinds_are_parsed_back);
  return g_test_run ();
}
