/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/job-words.h"

#include <math.h>

#include "common/client/vestim-node.h"
#include "daemon/vestim/views/job-page.h"
#include "daemon/vestim/views/watch-page.h"

static void
test_state (void)
{
  static const char *const cases[][2] = {
    { "{}", "" },
    { "{\"status\":\"of a later version\"}", "" },
    { "{\"status\":\"created\",\"kind\":null}", "draft" },
    { "{\"status\":\"created\",\"kind\":\"command\"}", "waits for its release" },
    { "{\"status\":\"queued\",\"paused\":true,\"waiting\":{\"detail\":\"The job is on hold.\"}}",
      "waits for its release" },
    { "{\"status\":\"queued\",\"waiting\":{\"for\":\"time\",\"detail\":\"until 8:00\"}}",
      "until 8:00" },
    { "{\"status\":\"queued\",\"waiting\":null,\"message\":\"the disk is full\"}",
      "the disk is full" },
    { "{\"status\":\"running\",\"progress\":null,\"message\":null}", "" },
    { "{\"status\":\"running\",\"progress\":0.999,\"message\":\"epoch 9\"}", "99 %, epoch 9" },
    { "{\"status\":\"running\",\"progress\":7}", "100 %" },
    { "{\"status\":\"running\",\"paused\":true,\"progress\":0.5}", "50 %" },
    { "{\"status\":\"completed\",\"details\":{\"metrics\":{\"test_rmse_mv\":17.44}}}",
      "RMSE 17.4 mV" },
    { "{\"status\":\"completed\",\"details\":{\"metrics\":{}}}", "" },
    { "{\"status\":\"failed\",\"details\":{\"exit_code\":3,\"reason\":\"exit code 3\"}}",
      "exit code 3" },
    { "{\"status\":\"failed\",\"details\":{\"exit_code\":3}}", "exit code 3" },
    { "{\"status\":\"failed\",\"details\":{\"signal\":\"SIGSEGV\"}}", "SIGSEGV" },
    { "{\"status\":\"stopped\",\"details\":7}", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) job = vestim_node_parse_text (cases[i][0]);
      g_autofree char *text = job_words_dup_state (job);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

/* "vestim hold" is no status of the protocol, but what the user did. */
static void
test_shown_status (void)
{
  static const char *const cases[][3] = {
    { "{\"status\":\"created\",\"kind\":null}", "created", "is not queued yet" },
    { "{\"status\":\"created\",\"kind\":\"command\"}", "held", "is held" },
    { "{\"status\":\"queued\",\"paused\":false}", "queued", "is queued" },
    { "{\"status\":\"queued\",\"paused\":true}", "held", "is held" },
    { "{\"status\":\"running\",\"paused\":true}", "paused", "is paused" },
    { "{\"status\":\"failed\",\"paused\":true}", "failed", "has failed" },
    { "{\"status\":\"of a later version\"}", "of a later version", "has an unknown status" },
    { "{}", "", "has an unknown status" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) job = vestim_node_parse_text (cases[i][0]);

      g_assert_cmpstr (job_words_shown_status (job), ==, cases[i][1]);
      g_assert_cmpstr (job_words_status_phrase (job), ==, cases[i][2]);
    }
}

static void
test_short_state (void)
{
  static const char *const cases[][2] = {
    { "{\"status\":\"queued\",\"waiting\":{\"detail\":\"The job waits for job_1.\"}}",
      "waits for job_1" },
    { "{\"status\":\"queued\",\"waiting\":{\"detail\":\"The queue is paused.\"}}",
      "The queue is paused." },
    { "{\"status\":\"running\",\"progress\":0.5}", "50 %" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) job = vestim_node_parse_text (cases[i][0]);
      g_autofree char *text = job_words_dup_short_state (job);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_values (void)
{
  static const char *const cases[][2] = {
    { "\"GRU\"", "GRU" },
    { "[18,18]", "[18, 18]" },
    { "[[1],[2,3]]", "[[1], [2, 3]]" },
    { "0.003", "0.003" },
    { "null", "" },
    { "{\"a\":1}", "{\"a\":1}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) value = vestim_node_parse_text (cases[i][0]);
      g_autofree char *text = job_words_dup_value (value);

      g_assert_cmpstr (text, ==, cases[i][1]);
    }
}

static void
test_duration (void)
{
  g_autoptr (JsonNode) waits = vestim_node_parse_text ("{\"started_at\":null}");
  g_autoptr (JsonNode) runs =
      vestim_node_parse_text ("{\"started_at\":\"1970-01-01T00:01:00.000Z\"}");
  g_autoptr (JsonNode) ended = vestim_node_parse_text (
      "{\"started_at\":\"1970-01-01T00:01:00.000Z\",\"details\":{\"wall_s\":2.5}}");

  g_assert_true (isnan (job_words_duration (waits, 90000)));
  g_assert_cmpfloat (job_words_duration (runs, 90000), ==, 30);
  g_assert_cmpfloat (job_words_duration (runs, 0), ==, 0);
  g_assert_cmpfloat (job_words_duration (ended, 90000), ==, 2.5);
}

/* A server may be of another version: whatever it sends is shown, and breaks nothing. */
static void
test_odd_jobs (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "null",
    "{\"job_id\":7,\"status\":[],\"selections\":\"x\",\"details\":[],\"resources\":[1]}",
    "{\"kind\":\"command\",\"selections\":{\"argv\":{}},\"retry\":[],\"depends_on\":{\"a\":1}}",
    "{\"depends_on\":[7,null],\"retry\":{\"max\":\"x\"},\"details\":{\"attempts\":[7,{}]}}",
    "{\"resources\":{\"cpus\":-1,\"memory_mb\":9223372036854775807,\"gpus\":1e300}}",
  };
  const Terminal terminal = { .is_terminal = true, .columns = 20, .rows = 5 };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) job = vestim_node_parse_text (texts[i]);
      g_autoptr (GString) out = g_string_new (NULL);
      g_autofree char *line = watch_page_dup_line (job, 10);

      job_page_append (out, job, &terminal, 0);
      g_assert_nonnull (line);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-words/a state is told in a few words", test_state);
  g_test_add_func ("/job-words/a held or paused job is shown as such", test_shown_status);
  g_test_add_func ("/job-words/a short state leaves out what all begin with", test_short_state);
  g_test_add_func ("/job-words/a value is told as it was typed", test_values);
  g_test_add_func ("/job-words/a duration ends with the attempt", test_duration);
  g_test_add_func ("/job-words/an odd job breaks nothing", test_odd_jobs);
  return g_test_run ();
}
