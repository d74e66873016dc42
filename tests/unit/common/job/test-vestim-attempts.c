/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "common/job/vestim-attempts.h"
#include "common/json/vestim-json.h"

static VestimJob *
new_failed_job (void)
{
  VestimJob *job = vestim_job_new ();

  job->state = VESTIM_JOB_FAILED;
  job->started_at = INT64_C (1795377012123);
  job->finished_at = INT64_C (1795377013123);
  job->details.exit_code = 3;
  job->details.reason = g_strdup ("exit code 3");
  job->details.wall_s = 1;
  return job;
}

static void
test_an_attempt_is_kept_with_its_details (void)
{
  g_autoptr (VestimJob) job = new_failed_job ();

  vestim_job_reset_attempt (job);
  g_assert_cmpstr (job->details.attempts, ==,
                   "[{\"attempt\":1,\"status\":\"failed\",\"exit_code\":3,\"signal\":null,"
                   "\"reason\":\"exit code 3\",\"started_at\":\"2026-11-22T19:50:12.123Z\","
                   "\"finished_at\":\"2026-11-22T19:50:13.123Z\",\"cpu_s\":null,"
                   "\"max_rss_kb\":null,\"wall_s\":1}]");
  g_assert_cmpint (job->details.exit_code, ==, -1);
  g_assert_null (job->details.reason);
}

/* The number of the first attempt that is kept after 100 of them with such a reason. */
static int64_t
first_kept (const char *reason, size_t *n)
{
  g_autoptr (VestimJob) job = new_failed_job ();
  g_autoptr (VestimJsonDoc) doc = NULL;
  int64_t first = 0;

  g_free (job->details.reason);
  job->details.reason = g_strdup (reason);
  for (job->attempt = 1; job->attempt <= 100; job->attempt++)
    vestim_attempts_add (job);
  g_assert_cmpuint (strlen (job->details.attempts), <=, VESTIM_MAX_ATTEMPTS_BYTES + 2);
  doc = vestim_json_parse (job->details.attempts, strlen (job->details.attempts), NULL);
  g_assert_nonnull (doc);
  *n = vestim_json_size (vestim_json_root (doc));
  vestim_json_get_int64 (vestim_json_member (vestim_json_first (vestim_json_root (doc)), "attempt"),
                         &first);
  return first;
}

/* Every list and every event contains them. */
static void
test_the_newest_are_kept_within_limits (void)
{
  g_autofree char *long_reason = g_strnfill (2000, 'x');
  size_t n = 0;

  g_assert_cmpint (first_kept ("x", &n), ==, 51);
  g_assert_cmpuint (n, ==, VESTIM_MAX_ATTEMPTS);
  g_assert_cmpint (first_kept (long_reason, &n), ==, 101 - (int64_t) n);
  g_assert_cmpuint (n, >, 4);
  g_assert_cmpuint (n, <, 9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attempts/an-attempt-is-kept-with-its-details",
                   test_an_attempt_is_kept_with_its_details);
  g_test_add_func ("/attempts/the-newest-are-kept-within-limits",
                   test_the_newest_are_kept_within_limits);
  return g_test_run ();
}
