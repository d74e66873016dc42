/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/job/vestim-job-json.h"

/* A client finds every key of the contract in a new job. */
static void
test_a_new_job_has_every_key (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  job->rank = 5;
  job->id = g_strdup ("job_20261122-195012-00002a");
  job->created_at = job->updated_at = INT64_C (1795377012123);
  vestim_job_json_append (out, job, "/data/jobs");
  g_assert_cmpstr (
      out->str, ==,
      "{\"job_id\":\"job_20261122-195012-00002a\",\"name\":\"\",\"kind\":null,"
      "\"status\":\"created\",\"priority\":0,\"rank\":5,\"selections\":{},"
      "\"resources\":{\"cpus\":1,\"memory_mb\":0,\"gpus\":0},\"group\":\"default\","
      "\"depends_on\":[],\"start_after\":null,\"retry\":null,\"tags\":[],\"note\":\"\","
      "\"pinned\":false,\"unique\":null,\"executor\":\"local\",\"paused\":false,"
      "\"waiting\":null,"
      "\"job_folder\":\"/data/jobs/job_20261122-195012-00002a\",\"attempt\":1,"
      "\"created_at\":\"2026-11-22T19:50:12.123Z\",\"updated_at\":\"2026-11-22T19:50:12.123Z\","
      "\"started_at\":null,\"finished_at\":null,\"progress\":null,\"message\":null,"
      "\"details\":{\"exit_code\":null,\"signal\":null,\"reason\":null,\"cpu_s\":null,"
      "\"max_rss_kb\":null,\"wall_s\":null,\"metrics\":{},\"attempts\":[]}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-json/a-new-job-has-every-key", test_a_new_job_has_every_key);
  return g_test_run ();
}
