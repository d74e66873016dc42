/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-job-reader.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/job/vestim-job-json.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = vestim_node_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
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
  job->selections = (g_free (job->selections), g_strdup ("{\"argv\":[\"x\"]}"));
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
  g_autoptr (JsonNode) root = parse (out->str);
  g_autoptr (VestimJob) copy = vestim_job_read (root, &folder, NULL);
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
  g_autoptr (JsonNode) bad = parse ("{\"job_id\":\"x\",\"status\":\"lost\"}");
  g_autoptr (JsonNode) odd =
      parse ("{\"job_id\":\"x\",\"status\":\"queued\",\"name\":3,\"details\":[],"
             "\"progress\":\"1\",\"created_at\":\"soon\",\"new\":{}}");

  g_assert_null (vestim_job_read (bad, NULL, &error));
  g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT);
  g_autoptr (VestimJob) job = vestim_job_read (odd, NULL, NULL);
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
  g_test_add_func ("/job-reader/a-job-is-read-back", test_a_job_is_read_back);
  g_test_add_func ("/job-reader/a-stranger-is-refused-or-read-with-defaults",
                   test_a_stranger_is_refused_or_read_with_defaults);
  return g_test_run ();
}
