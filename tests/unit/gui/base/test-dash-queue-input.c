/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-input.h"

#include <stdlib.h>

#include "common/client/vestim-node.h"
#include "common/json/vestim-fields.h"

/* (transfer full) the members that are sent for `input`, or "field: message" of the first fault. */
static char *
sent (const DashQueueInput *input, const DashQueueInput *stored)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
  g_autoptr (DashQueueInput) defaults = dash_queue_input_new (NULL);

  dash_queue_input_add_changes (input, stored != NULL ? stored : defaults, body, faults);
  if (faults->len > 0)
    {
      const VestimFieldError *fault = faults->pdata[0];

      return g_strdup_printf ("%s: %s", fault->field, fault->message);
    }
  return vestim_node_dup_text (node);
}

/* What is sent for a new job with one text. */
static void
expect_text (DashQueueText which, const char *text, const char *expected)
{
  g_autoptr (DashQueueInput) input = dash_queue_input_new (NULL);
  g_autofree char *body = NULL;

  dash_queue_input_set (input, which, text);
  body = sent (input, NULL);
  g_assert_cmpstr (body, ==, expected);
}

/* A server that knows none of these fields still takes jobs. */
static void
test_nothing (void)
{
  g_autoptr (DashQueueInput) input = dash_queue_input_new (NULL);
  g_autofree char *body = sent (input, NULL);

  g_assert_cmpstr (body, ==, "{}");
  g_assert_cmpstr (input->texts[DASH_QUEUE_GROUP], ==, "default");
  g_assert_cmpstr (input->texts[DASH_QUEUE_CPUS], ==, "1");
  g_assert_cmpstr (input->texts[DASH_QUEUE_MEMORY], ==, "0");
  g_assert_cmpstr (input->texts[DASH_QUEUE_RETRIES], ==, "0");
  g_assert_cmpuint (input->retry_on, ==, 7);
}

static void
test_texts (void)
{
  expect_text (DASH_QUEUE_GROUP, " lab ", "{\"group\":\"lab\"}");
  expect_text (DASH_QUEUE_GROUP, "", "{\"group\":\"default\"}");
  expect_text (DASH_QUEUE_TAGS, "nightly,  my cell , ,", "{\"tags\":[\"nightly\",\"my cell\"]}");
  expect_text (DASH_QUEUE_TAGS, "[\"a, b\",\"c\"]", "{\"tags\":[\"a, b\",\"c\"]}");
  expect_text (DASH_QUEUE_NOTE, " two\nlines ", "{\"note\":\" two\\nlines \"}");
  expect_text (DASH_QUEUE_UNIQUE, "sync", "{\"unique\":\"sync\"}");
}

static void
test_resources (void)
{
  expect_text (DASH_QUEUE_CPUS, "4", "{\"resources\":{\"cpus\":4,\"memory_mb\":0,\"gpus\":0}}");
  expect_text (DASH_QUEUE_GPUS, "2", "{\"resources\":{\"cpus\":1,\"memory_mb\":0,\"gpus\":2}}");
  expect_text (DASH_QUEUE_MEMORY, "8G",
               "{\"resources\":{\"cpus\":1,\"memory_mb\":8192,\"gpus\":0}}");
  expect_text (DASH_QUEUE_MEMORY, "1.5 GiB",
               "{\"resources\":{\"cpus\":1,\"memory_mb\":1536,\"gpus\":0}}");
  expect_text (DASH_QUEUE_MEMORY, "1048577",
               "{\"resources\":{\"cpus\":1,\"memory_mb\":2,\"gpus\":0}}");
  expect_text (DASH_QUEUE_CPUS, "two", "resources.cpus: Type a whole number.");
  expect_text (DASH_QUEUE_CPUS, "1.5", "resources.cpus: Type a whole number.");
  expect_text (DASH_QUEUE_GPUS, "-1", "resources.gpus: Type a whole number.");
  expect_text (DASH_QUEUE_MEMORY, "much",
               "resources.memory_mb: Type a size with its unit, like 512M or 8G.");
  /* Who types 8 doesn't mean 8 bytes. */
  expect_text (DASH_QUEUE_MEMORY, "8",
               "resources.memory_mb: This is less than 1M: type the unit, like 512M or 8G.");
}

static void
test_enforce (void)
{
  g_autoptr (DashQueueInput) input = dash_queue_input_new (NULL);
  g_autofree char *hard = NULL;
  g_autofree char *each = NULL;

  input->enforce = VESTIM_ENFORCE_CGROUP;
  hard = sent (input, NULL);
  g_assert_cmpstr (hard, ==,
                   "{\"resources\":{\"cpus\":1,\"memory_mb\":0,\"gpus\":0,\"enforce\":true}}");
  input->enforce = VESTIM_ENFORCE_RLIMIT;
  each = sent (input, NULL);
  g_assert_cmpstr (
      each, ==, "{\"resources\":{\"cpus\":1,\"memory_mb\":0,\"gpus\":0,\"enforce\":\"rlimit\"}}");
}

/* What is sent for a job with three retries and another text. */
static void
expect_retry (DashQueueText which, const char *text, unsigned on, const char *expected)
{
  g_autoptr (DashQueueInput) input = dash_queue_input_new (NULL);
  g_autofree char *body = NULL;

  dash_queue_input_set (input, DASH_QUEUE_RETRIES, "3");
  dash_queue_input_set (input, which, text);
  input->retry_on = on;
  body = sent (input, NULL);
  g_assert_cmpstr (body, ==, expected);
}

static void
test_retry (void)
{
  expect_retry (DASH_QUEUE_DELAY, "5 min", 7,
                "{\"retry\":{\"max\":3,\"delay_s\":300,\"backoff\":1,\"on\":[\"failed\","
                "\"timeout\",\"lost\"],\"never_exit_codes\":[]}}");
  expect_retry (DASH_QUEUE_BACKOFF, "1,5", 2,
                "{\"retry\":{\"max\":3,\"delay_s\":0,\"backoff\":1.5,\"on\":[\"timeout\"],"
                "\"never_exit_codes\":[]}}");
  expect_retry (DASH_QUEUE_NEVER, "2, 64 65", 1,
                "{\"retry\":{\"max\":3,\"delay_s\":0,\"backoff\":1,\"on\":[\"failed\"],"
                "\"never_exit_codes\":[2,64,65]}}");
  expect_retry (DASH_QUEUE_DELAY, "soon", 7, "retry.delay_s: Type a time, like 10 s or 5 min.");
  expect_retry (DASH_QUEUE_BACKOFF, "x2", 7,
                "retry.backoff: Type a number, like 2 for a delay that doubles each time.");
  expect_retry (DASH_QUEUE_NEVER, "256", 7,
                "retry.never_exit_codes: Type whole numbers from 0 to 255, with commas between "
                "them.");
  expect_retry (DASH_QUEUE_DELAY, "", 0, "retry.on: Choose when to retry the job.");
  expect_text (DASH_QUEUE_RETRIES, "often", "retry.max: Type a whole number.");
  /* Nothing is retried, so the delay is not looked at. */
  expect_text (DASH_QUEUE_DELAY, "soon", "{}");
}

/* In Berlin, where the clock skips an hour in March. */
static void
test_start (void)
{
  expect_text (DASH_QUEUE_START, "2026-12-24 18:00",
               "{\"start_after\":\"2026-12-24T18:00:00+01:00\"}");
  expect_text (DASH_QUEUE_START, "2026-07-01 06:30:15",
               "{\"start_after\":\"2026-07-01T06:30:15+02:00\"}");
  expect_text (DASH_QUEUE_START, "2026-12-24T18:00:00Z",
               "{\"start_after\":\"2026-12-24T18:00:00Z\"}");
  for (gsize i = 0; i < 5; i++)
    {
      static const char *const wrong[] = { "tomorrow", "2026-02-30 12:00", "2026-12-24 25:00",
                                           "2026-03-29 02:30", "18:00" };

      expect_text (DASH_QUEUE_START, wrong[i],
                   "start_after: Type a date and a time that exist, like 2026-12-24 18:00.");
    }
}

static void
test_dependencies (void)
{
  g_autoptr (DashQueueInput) input = dash_queue_input_new (NULL);
  g_autofree char *body = NULL;

  dash_queue_input_add_dependency (input, "job_20261122-195012-00002a", VESTIM_WHEN_OVER);
  dash_queue_input_add_dependency (input, "job_20261122-195012-00002b", VESTIM_WHEN_COMPLETED);
  body = sent (input, NULL);
  g_assert_cmpstr (body, ==,
                   "{\"depends_on\":[{\"job_id\":\"job_20261122-195012-00002a\",\"when\":\"over\"},"
                   "{\"job_id\":\"job_20261122-195012-00002b\",\"when\":\"completed\"}]}");
}

/* (transfer full) a job with every field. */
static VestimJob *
make_job (void)
{
  VestimJob *job = vestim_job_new ();

  job->group = g_strdup ("lab");
  job->resources = g_strdup ("{\"cpus\":4,\"memory_mb\":8000,\"gpus\":1,\"enforce\":true}");
  job->retry = g_strdup ("{\"max\":3,\"delay_s\":10,\"backoff\":2,\"on\":[\"failed\",\"lost\"],"
                         "\"never_exit_codes\":[2]}");
  job->start_after = INT64_C (1798131600000); /* 2026-12-24T17:00:00Z */
  job->depends_on = g_strdup ("[{\"job_id\":\"job_20261122-195012-00002a\",\"when\":\"over\"}]");
  job->tags = g_strdup ("[\"a\",\"b\"]");
  job->unique = g_strdup ("sync");
  job->note = g_strdup ("read me");
  return job;
}

/* A copy of a job has all its fields; an edited job sends what was changed. */
static void
test_job (void)
{
  g_autoptr (VestimJob) job = make_job ();
  g_autoptr (DashQueueInput) stored = dash_queue_input_new (job);
  g_autoptr (DashQueueInput) input = dash_queue_input_new (job);
  g_autofree char *copy = sent (input, NULL);
  g_autofree char *same = sent (input, stored);
  g_autofree char *changed = NULL;

  g_assert_cmpstr (
      copy, ==,
      "{\"group\":\"lab\",\"resources\":{\"cpus\":4,\"memory_mb\":8000,\"gpus\":1,\"enforce\":true}"
      ",\"retry\":{\"max\":3,\"delay_s\":10,\"backoff\":2,\"on\":[\"failed\",\"lost\"],"
      "\"never_exit_codes\":[2]},\"start_after\":\"2026-12-24T18:00:00+01:00\",\"depends_on\":[{"
      "\"job_id\":\"job_20261122-195012-00002a\",\"when\":\"over\"}],\"tags\":[\"a\",\"b\"],"
      "\"unique\":\"sync\",\"note\":\"read me\"}");
  g_assert_cmpstr (same, ==, "{}");
  dash_queue_input_set (input, DASH_QUEUE_RETRIES, "0");
  dash_queue_input_set (input, DASH_QUEUE_START, "");
  dash_queue_input_set (input, DASH_QUEUE_UNIQUE, "");
  dash_queue_input_set (input, DASH_QUEUE_TAGS, "");
  g_ptr_array_set_size (input->depends_on, 0);
  changed = sent (input, stored);
  g_assert_cmpstr (
      changed, ==,
      "{\"retry\":null,\"start_after\":null,\"depends_on\":[],\"tags\":[],\"unique\":null}");
}

static void
test_tag_with_comma (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autoptr (DashQueueInput) input = NULL;
  g_autofree char *body = NULL;

  job->tags = g_strdup ("[\"a,b\",\"c\"]");
  input = dash_queue_input_new (job);
  body = sent (input, NULL);
  g_assert_cmpstr (body, ==, "{\"tags\":[\"a,b\",\"c\"]}");
}

int
main (int argc, char **argv)
{
  setenv ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-input/nothing is sent that was not changed", test_nothing);
  g_test_add_func ("/queue-input/texts", test_texts);
  g_test_add_func ("/queue-input/resources", test_resources);
  g_test_add_func ("/queue-input/limits", test_enforce);
  g_test_add_func ("/queue-input/retries", test_retry);
  g_test_add_func ("/queue-input/a local time", test_start);
  g_test_add_func ("/queue-input/dependencies", test_dependencies);
  g_test_add_func ("/queue-input/a job is copied and edited", test_job);
  g_test_add_func ("/queue-input/a tag with a comma is copied", test_tag_with_comma);
  return g_test_run ();
}
