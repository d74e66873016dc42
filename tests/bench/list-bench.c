/* SPDX-License-Identifier: MIT */
#include <gio/gio.h>
#include <string.h>
#include <time.h>

#include "common/job/vestim-job-json.h"
#include "common/json/vestim-json.h"
#include "gui/model/dash-job-store.h"

/* How long the dashboard takes to read the list of 10,000 jobs, compared with the strict parser of
 * common/json alone, and how long the main loop stands still meanwhile. It prints, and asserts
 * nothing. */

#define N_JOBS 10000
#define N_TASKS 4
#define N_RUNS 5
#define N_FIGURES 40

#define SELECTIONS \
  "{\"folder_path\":\"/data/panasonic\",\"train_files\":[\"/data/panasonic/train\"]," \
  "\"validation_files\":[\"/data/panasonic/val\"],\"test_files\":[\"/data/panasonic/test\"]," \
  "\"inputs\":[\"SOC\",\"Current\",\"Temp\"],\"target\":\"Voltage\",\"model\":\"LSTM\"," \
  "\"layers\":[18,18],\"lookback\":100,\"batch_size\":64,\"learning_rate\":0.003,\"seed\":1," \
  "\"schedule\":{\"kind\":\"step\",\"period\":10,\"factor\":0.5},\"sweep\":{\"dropout\":[0,0.1]}}"

/* Every other job is an estimation that is over, with the figures of its tests. */
static VestimJob *
make_job (int number)
{
  VestimJob *job = vestim_job_new ();
  g_autoptr (GString) metrics = g_string_new ("{\"test_rmse_mv\":17.42,\"tests\":[");
  g_autoptr (GString) tasks = g_string_new ("[");

  job->id = vestim_job_id_new (1763841012123, number);
  job->created_at = job->updated_at = 1763841012123 + number;
  job->kind = number % 2 ? VESTIM_JOB_KIND_COMMAND : VESTIM_JOB_KIND_ESTIMATION;
  job->state = VESTIM_JOB_COMPLETED;
  g_free (job->name);
  job->name = g_strdup_printf ("job %d", number);
  g_free (job->selections);
  job->selections =
      g_strdup (number % 2 ? "{\"argv\":[\"python3\",\"train.py\",\"--epochs\",\"100\"],"
                             "\"env\":{\"OMP_NUM_THREADS\":\"2\"},\"timeout_s\":3600}"
                           : SELECTIONS);
  if (number % 2)
    return job;
  for (int i = 0; i < N_TASKS; i++)
    {
      g_string_append_printf (metrics,
                              "%s{\"file\":\"/data/panasonic/test/%d.csv\",\"rows\":8712,"
                              "\"rmse_mv\":17.4%d,\"mae_mv\":12.25,\"max_mv\":193.625}",
                              i > 0 ? "," : "", i, i);
      g_string_append_printf (tasks,
                              "%s{\"task\":%d,\"status\":\"completed\",\"choice\":"
                              "{\"dropout\":0.%d},\"val_rmse_mv\":18.725,"
                              "\"test_rmse_mv\":19.0625,\"test_max_mv\":76.5}",
                              i > 0 ? "," : "", i + 1, i);
    }
  job->details.metrics = g_strconcat (metrics->str, "]}", NULL);
  job->details.tasks = g_strconcat (tasks->str, "]", NULL);
  return job;
}

static GString *
make_list (void)
{
  GString *text = g_string_new ("[");

  for (int number = N_JOBS; number > 0; number--)
    {
      g_autoptr (VestimJob) job = make_job (number);

      vestim_job_json_append (text, job, "/home/me/.vestim/jobs");
      g_string_append_c (text, number > 1 ? ',' : ']');
    }
  return text;
}

static double
ms_since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / 1000;
}

/* Of the processor: the machine may be busy with something else. */
static double
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

/* The best of several runs, in milliseconds. */
static double
measure_strict (const GString *text)
{
  double best = G_MAXDOUBLE;

  for (int run = 0; run < N_RUNS; run++)
    {
      double begin = cpu_ms ();
      g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text->str, text->len, NULL);

      best = MIN (best, cpu_ms () - begin);
      g_assert_nonnull (doc);
    }
  return best;
}

static double
measure_list (const GString *text)
{
  double best = G_MAXDOUBLE;

  for (int run = 0; run < N_RUNS; run++)
    {
      double begin = cpu_ms ();
      g_autoptr (GPtrArray) jobs = dash_snapshot_parse_list (text->str, text->len, NULL);

      best = MIN (best, cpu_ms () - begin);
      g_assert_cmpuint (jobs->len, ==, N_JOBS);
    }
  return best;
}

static void
parse_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const GString *text = data;

  g_task_return_pointer (task, dash_snapshot_parse_list (text->str, text->len, NULL),
                         (GDestroyNotify) g_ptr_array_unref);
}

typedef struct
{
  gint64 last;
  double longest; /* ms between two turns of the main loop */
} Pulse;

static gboolean
pulse_cb (gpointer data)
{
  Pulse *pulse = data;

  pulse->longest = MAX (pulse->longest, ms_since (pulse->last));
  pulse->last = g_get_monotonic_time ();
  return G_SOURCE_CONTINUE;
}

static void
parsed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **) data = g_task_propagate_pointer (G_TASK (result), NULL);
}

/* As VestimClient does it: a long answer is parsed in a thread. */
static void
measure_stall (GString *text)
{
  Pulse pulse = { .last = g_get_monotonic_time () };
  guint id = g_timeout_add (1, pulse_cb, &pulse);
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, parsed_cb, &jobs);
  g_autoptr (DashJobStore) store = dash_job_store_new ();
  gint64 begin;

  g_task_set_task_data (task, text, NULL);
  g_task_run_in_thread (task, parse_thread);
  while (jobs == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  g_print ("%-*s %8.1f ms\n", N_FIGURES, "longest stall while a thread parses", pulse.longest);
  begin = g_get_monotonic_time ();
  dash_job_store_refresh (store, jobs);
  g_print ("%-*s %8.1f ms\n", N_FIGURES, "stall while the store takes the list", ms_since (begin));
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) text = make_list ();
  double strict = measure_strict (text), list = measure_list (text);

  g_print ("list of %d jobs, %.1f MB\n", N_JOBS, (double) text->len / 1e6);
  g_print ("%-*s %8.1f ms of the processor\n", N_FIGURES, "strict parser alone", strict);
  g_print ("%-*s %8.1f ms, %.1f times as long\n", N_FIGURES, "list as the dashboard reads it", list,
           list / strict);
  measure_stall (text);
  return 0;
}
