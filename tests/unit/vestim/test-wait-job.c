/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-node.h"
#include "daemon/vestim/wait-job.h"

#define JOB(status, started, details) \
  "{\"job_id\":\"x\",\"status\":\"" status "\",\"started_at\":" started ",\"details\":{" details \
  "}}"
#define THEN "\"2026-11-22T19:50:12.123Z\""

static void
test_codes (void)
{
  static const struct
  {
    const char *job;
    int code;
  } cases[] = {
    { JOB ("completed", THEN, "\"exit_code\":0,\"wall_s\":1"), 0 },
    { JOB ("failed", THEN, "\"exit_code\":3,\"wall_s\":1"), 3 },
    { JOB ("failed", THEN, "\"exit_code\":null,\"signal\":\"SIGSEGV\",\"wall_s\":1"), 139 },
    { JOB ("failed", THEN, "\"exit_code\":null,\"signal\":\"SIGKILL\",\"wall_s\":1"), 137 },
    /* A failure is never 0: here a time limit ended a program that then exited with 0. */
    { JOB ("failed", THEN, "\"exit_code\":0,\"reason\":\"timed out\",\"wall_s\":1"), 1 },
    { JOB ("failed", THEN, "\"exit_code\":null,\"signal\":\"SIGWHAT\",\"wall_s\":1"), 1 },
    { JOB ("failed", THEN, "\"exit_code\":4711,\"wall_s\":1"), 1 },
    { JOB ("failed", THEN, "\"exit_code\":null,\"wall_s\":null"), 75 },
    { JOB ("stopped", "null", "\"exit_code\":null"), 75 },
    { JOB ("stopped", THEN, "\"exit_code\":0,\"wall_s\":1"), 76 },
    { JOB ("interrupted", THEN, "\"exit_code\":null"), 76 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) job = vestim_node_parse_text (cases[i].job);

      g_assert_cmpint (wait_job_code (job), ==, cases[i].code);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wait/the exit code says how the job ended", test_codes);
  return g_test_run ();
}
