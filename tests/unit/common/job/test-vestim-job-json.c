/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "common/job/vestim-job-json.h"

static VestimJsonDoc *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  VestimJsonDoc *doc = vestim_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return doc;
}

/* A client finds every key of the contract, also before anything happened. */
static void
test_a_new_job_has_every_key (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  job->id = g_strdup ("job_20261122-195012-00002a");
  job->created_at = job->updated_at = INT64_C (1795377012123);
  vestim_job_json_append (out, job, "/data/jobs");
  g_assert_cmpstr (
      out->str, ==,
      "{\"job_id\":\"job_20261122-195012-00002a\",\"name\":\"\",\"kind\":null,"
      "\"status\":\"created\",\"priority\":0,\"selections\":{},"
      "\"job_folder\":\"/data/jobs/job_20261122-195012-00002a\",\"attempt\":1,"
      "\"created_at\":\"2026-11-22T19:50:12.123Z\",\"updated_at\":\"2026-11-22T19:50:12.123Z\","
      "\"started_at\":null,\"finished_at\":null,\"progress\":null,\"message\":null,"
      "\"details\":{\"exit_code\":null,\"signal\":null,\"reason\":null,\"cpu_s\":null,"
      "\"max_rss_kb\":null,\"wall_s\":null,\"metrics\":{}}}");
}

static VestimJob *
full_job (void)
{
  VestimJob *job = vestim_job_new ();

  job->id = g_strdup ("job_20261122-195012-00002a");
  job->name = (g_free (job->name), g_strdup ("US06 \"two\"\n\x01"));
  job->kind = VESTIM_JOB_KIND_COMMAND;
  job->state = VESTIM_JOB_FAILED;
  job->priority = -3;
  job->selections = (g_free (job->selections), g_strdup ("{ \"argv\" : [\"x\"]\r\n}"));
  job->attempt = 2;
  job->created_at = 1000;
  job->finished_at = 2001;
  job->progress = 0.1;
  job->message = g_strdup ("m");
  job->details = (VestimJobDetails){ .exit_code = 0,
                                     .signal = g_strdup ("SIGSEGV"),
                                     .reason = g_strdup ("r"),
                                     .cpu_s = 0.25,
                                     .max_rss_kb = 0,
                                     .wall_s = 1.5,
                                     .metrics = g_strdup ("{\"a\":1}") };
  return job;
}

/* The dashboard sees the same job as the daemon. */
static void
test_a_job_is_read_back (void)
{
  g_autoptr (VestimJob) job = full_job ();
  g_autoptr (GString) out = g_string_new (NULL), again = g_string_new (NULL);
  g_autofree char *folder = NULL;

  vestim_job_json_append (out, job, "/d");
  g_autoptr (VestimJsonDoc) doc = parse (out->str);
  g_autoptr (VestimJob) copy = vestim_job_json_read (vestim_json_root (doc), &folder, NULL);
  g_assert_nonnull (copy);
  vestim_job_json_append (again, copy, "/d");
  g_assert_cmpstr (again->str, ==, out->str);
  g_assert_cmpstr (folder, ==, "/d/job_20261122-195012-00002a");
  g_assert_cmpint (copy->sequence, ==, 42);
}

/* Another version's server must not bring the dashboard down. */
static void
test_a_stranger_is_refused_or_read_with_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) bad = parse ("{\"job_id\":\"x\",\"status\":\"lost\"}");
  g_autoptr (VestimJsonDoc) odd =
      parse ("{\"job_id\":\"x\",\"status\":\"queued\",\"name\":3,\"details\":[],"
             "\"progress\":\"1\",\"created_at\":\"soon\",\"new\":{}}");

  g_assert_null (vestim_job_json_read (vestim_json_root (bad), NULL, &error));
  g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT);
  g_autoptr (VestimJob) job = vestim_job_json_read (vestim_json_root (odd), NULL, NULL);
  g_assert_nonnull (job);
  g_assert_cmpstr (job->name, ==, "");
  g_assert_true (isnan (job->progress));
  g_assert_cmpint (job->created_at, ==, 0);
  g_assert_cmpint (job->details.exit_code, ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-json/a-new-job-has-every-key", test_a_new_job_has_every_key);
  g_test_add_func ("/job-json/a-job-is-read-back", test_a_job_is_read_back);
  g_test_add_func ("/job-json/a-stranger-is-refused-or-read-with-defaults",
                   test_a_stranger_is_refused_or_read_with_defaults);
  return g_test_run ();
}
