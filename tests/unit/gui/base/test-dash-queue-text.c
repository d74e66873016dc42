/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-text.h"

#include <locale.h>

#define ID_1 "job_20261122-195012-000001"
#define ID_2 "job_20261122-195012-000002"
#define ID_3 "job_20261122-195012-000003"

/* (transfer full) the rows as "title|text" lines. */
static char *
join (GPtrArray *rows)
{
  g_autoptr (GPtrArray) owned = rows;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < owned->len; i++)
    {
      g_autofree char *row = g_strjoinv ("|", owned->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", row);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (nullable) `data` is an array of VestimJob. */
static const VestimJob *
find_cb (const char *job_id, gpointer data)
{
  const GPtrArray *known = data;

  for (guint i = 0; known != NULL && i < known->len; i++)
    {
      const VestimJob *job = known->pdata[i];

      if (g_str_equal (job->id, job_id))
        return job;
    }
  return NULL;
}

static void
expect_rows (const VestimJob *job, const char *expected)
{
  g_autofree char *rows = join (dash_queue_text_rows (job, find_cb, NULL));

  g_assert_cmpstr (rows, ==, expected);
}

/* Nothing is said of a job that asks for nothing. */
static void
test_defaults (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *attempts = join (dash_queue_text_attempts (job));

  expect_rows (job, "");
  g_assert_cmpstr (attempts, ==, "");
  g_assert_null (dash_queue_text_waiting (job, find_cb, NULL));
}

static void
test_waiting (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->waiting = g_strdup ("{\"for\":\"group\",\"detail\":\"The group \\\"lab\\\" is paused.\"}");
  expect_rows (job, "Waits|The group \"lab\" is paused.");
}

static void
test_resources (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->resources = g_strdup ("{\"cpus\":2,\"memory_mb\":8192,\"gpus\":1,\"enforce\":true}");
  job->group = g_strdup ("lab");
  job->details.gpu_indices = g_strdup ("[3]");
  expect_rows (job, "Group|lab\n"
                    "Reserved|2 CPUs, 8.0\302\240GiB of memory, 1 GPU, as hard limits\n"
                    "GPUs|[3]");
}

static void
test_order (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->depends_on = g_strdup ("[{\"job_id\":\"job_20261122-195012-00002a\",\"when\":\"completed\"},"
                              "{\"job_id\":\"job_20261122-195012-00002b\",\"when\":\"over\"}]");
  job->unique = g_strdup ("nightly");
  job->tags = g_strdup ("[\"x\",\"y\"]");
  job->pinned = true;
  job->paused = true;
  expect_rows (job, "Paused|yes\n"
                    "Starts When|job_20261122-195012-00002a is completed\n"
                    "job_20261122-195012-00002b is over\n"
                    "Unique Name|nightly\n"
                    "Tags|x, y\n"
                    "Pinned|yes");
}

static void
test_retry (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->retry = g_strdup ("{\"max\":3,\"delay_s\":10,\"backoff\":2,\"on\":[\"failed\",\"lost\"],"
                         "\"never_exit_codes\":[2,64]}");
  expect_rows (job, "Retried|3 times, after 10 s, each time 2 times as long: failed, lost. "
                    "Never after exit code 2, 64");
}

/* A name can't add a line or change the reading direction. */
static void
test_hostile (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->tags = g_strdup ("[\"a\\nb\",\"\\u202ec\"]");
  expect_rows (job, "Tags|a b, \357\277\275c");
}

static VestimJob *
other_job (const char *id, const char *name, VestimJobState state)
{
  VestimJob *job = vestim_job_new ();

  job->id = g_strdup (id);
  g_free (job->name);
  job->name = g_strdup (name);
  job->state = state;
  return job;
}

static void
expect_waiting (const VestimJob *job, GPtrArray *known, const char *expected)
{
  g_autofree char *text = dash_queue_text_waiting (job, find_cb, known);

  g_assert_cmpstr (text, ==, expected);
}

/* Users know jobs by their names. What has ended as needed is left out. */
static void
test_dependency (void)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_job_free);
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *rows = NULL;

  g_ptr_array_add (known, other_job (ID_1, "done", VESTIM_JOB_COMPLETED));
  g_ptr_array_add (known, other_job (ID_2, "prepare\ndata", VESTIM_JOB_RUNNING));
  g_ptr_array_add (known, other_job (ID_3, "", VESTIM_JOB_FAILED));
  job->waiting = g_strdup ("{\"for\":\"dependency\",\"detail\":\"It waits.\"}");
  expect_waiting (job, known, "It waits.");
  job->depends_on = g_strdup ("[{\"job_id\":\"" ID_1 "\",\"when\":\"completed\"},"
                              "{\"job_id\":\"" ID_2 "\",\"when\":\"completed\"},"
                              "{\"job_id\":\"" ID_3 "\",\"when\":\"over\"}]");
  expect_waiting (job, known, "After “prepare data”");
  rows = join (dash_queue_text_rows (job, find_cb, known));
  g_assert_cmpstr (rows, ==,
                   "Waits|After “prepare data”\n"
                   "Starts When|done is completed\nprepare data is completed\n" ID_3 " is over");
  expect_waiting (job, NULL, "After “" ID_1 "” and 2 more");
  g_free (job->waiting);
  job->waiting = g_strdup ("{\"for\":\"paused\",\"detail\":\"It is paused.\"}");
  expect_waiting (job, known, "It is paused.");
}

/* The capacity may have become smaller than what is taken. */
static void
test_slots (void)
{
  DashServerInfo info = { .capacity = { 8, 16384, 0 }, .in_use = { 3, 4096, 0 } };
  g_autofree char *taken = dash_queue_text_taken (&info);
  g_autofree char *left = dash_queue_text_free (&info);
  g_autofree char *none = NULL;

  g_assert_cmpstr (taken, ==, "3 of 8 CPUs, 4.0\302\240GiB of 16.0\302\240GiB memory");
  g_assert_cmpstr (left, ==, "5 of 8 CPUs, 12.0\302\240GiB of 16.0\302\240GiB memory");
  info.capacity = (DashSlots){ 2, 1024, 1 };
  none = dash_queue_text_free (&info);
  g_assert_cmpstr (none, ==, "0 of 2 CPUs, 0 bytes of 1.0\302\240GiB memory, 1 of 1 GPUs");
}

static void
test_attempts (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *rows = NULL;

  job->details.attempts =
      g_strdup ("[{\"attempt\":1,\"status\":\"failed\",\"exit_code\":2,\"signal\":null,"
                "\"reason\":\"exit code 2\",\"wall_s\":65.2},"
                "{\"attempt\":2,\"status\":\"interrupted\",\"reason\":\"lost\"}]");
  rows = join (dash_queue_text_attempts (job));
  g_assert_cmpstr (rows, ==,
                   "Attempt 2|Interrupted: lost\n"
                   "Attempt 1|Failed: exit code 2, after 1:05");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-text/defaults", test_defaults);
  g_test_add_func ("/queue-text/waiting", test_waiting);
  g_test_add_func ("/queue-text/resources", test_resources);
  g_test_add_func ("/queue-text/order", test_order);
  g_test_add_func ("/queue-text/retry", test_retry);
  g_test_add_func ("/queue-text/hostile", test_hostile);
  g_test_add_func ("/queue-text/dependency", test_dependency);
  g_test_add_func ("/queue-text/slots", test_slots);
  g_test_add_func ("/queue-text/attempts", test_attempts);
  return g_test_run ();
}
