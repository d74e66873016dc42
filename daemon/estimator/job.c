/* SPDX-License-Identifier: MIT */
#include "estimator/job.h"

#include "common/vestim-fields.h"
#include "estimator/data-files.h"
#include "estimator/failure.h"
#include "estimator/leak.h"
#include "estimator/regular-file.h"
#include "estimator/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_JOB_FILE (16 * 1024 * 1024)

typedef struct
{
  const char *folder;
  char *summary; /* path */
  Progress progress;
  bool is_job; /* job.json was read: results may be left in the folder */
  int64_t attempt;
  VestimEstimation *settings;
  Dataset *sets[DATA_N_SETS];
  Scaling *scaling;
} Job;

/* job.json */

static void
set_field_errors (const GPtrArray *errors, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];
      g_string_append_printf (text, "%s%s: %s", i ? "; " : "", fault->field, fault->message);
    }
  failure_set (error, "%s: %s", path, text->str);
}

static bool
read_job (Job *job, const VestimJsonNode *root, const char *path, GError **error)
{
  g_autofree char *kind = vestim_json_dup_string (vestim_json_member (root, "kind"));
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  if (!vestim_json_member (root, "selections"))
    failure_set (error, "%s has no \"selections\": it must be an object with them", path);
  else if (kind && strcmp (kind, "estimation") != 0)
    failure_set (error, "%s is a job of kind \"%s\", not \"estimation\"", path, kind);
  else
    {
      job->is_job = true;
      unlink (job->summary); /* an earlier attempt's */
      vestim_json_get_int64 (vestim_json_member (root, "attempt"), &job->attempt);
      job->settings =
          vestim_estimation_read (vestim_json_member (root, "selections"), "selections", errors);
      if (!job->settings)
        set_field_errors (errors, path, error);
    }
  return job->settings != NULL;
}

static bool
read_job_file (Job *job, GError **error)
{
  g_autofree char *path = g_build_filename (job->folder, "job.json", NULL);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_JOB_FILE, &length, error);

  if (!text)
    return false;

  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  if (!doc)
    {
      g_prefix_error (error, "%s is not JSON: ", path);
      return false;
    }
  return read_job (job, vestim_json_root (doc), path, error);
}

/* Data */

static bool
read_sets (Job *job, GError **error)
{
  const VestimEstimation *settings = job->settings;

  for (int set = 0; set < DATA_N_SETS; set++)
    {
      g_autoptr (GPtrArray) files = data_files_of_set (settings, (DataSet) set, error);

      if (files)
        job->sets[set] =
            dataset_read (files, (const char *const *) settings->inputs, settings->target, error);
      if (!job->sets[set])
        return false;
    }
  return true;
}

/* Training goes on all the same, but its user should know. */
static void
say_what_is_constant (const Job *job)
{
  const Scaling *scaling = job->scaling;

  for (int i = 0; i < scaling->n_inputs; i++)
    if (scaling_width (&scaling->inputs[i]) == 0)
      printf ("the column \"%s\" is %g in every row of the training files: it is left out of "
              "account\n",
              job->settings->inputs[i], scaling->inputs[i].min);
  if (scaling_width (&scaling->target) == 0)
    printf ("the target \"%s\" is %g in every row of the training files: nothing else will ever "
            "be predicted\n",
            job->settings->target, scaling->target.min);
}

static bool
prepare_data (Job *job, GError **error)
{
  progress_say (&job->progress, 0, "reading the files");
  if (!read_sets (job, error) || !leak_check (job->sets, error))
    return false;

  job->scaling =
      scaling_fit (job->sets[DATA_TRAIN]->series, (const char *const *) job->settings->inputs,
                   job->settings->target, error);
  if (!job->scaling)
    return false;

  say_what_is_constant (job);
  for (int set = 0; set < DATA_N_SETS; set++)
    dataset_scale (job->sets[set], job->scaling);
  return true;
}

/* Work */

static void
say_result (const Job *job, const TaskResult *result)
{
  ErrorStats all = report_pool (result->tests);

  report_print_table (result->tests);
  putchar ('\n');
  progress_say (&job->progress, 1,
                "tested on %zu rows of %u files: RMSE %.2f mV, MAE %.2f mV, max %.2f mV, R² %.5f",
                all.n, result->tests->len, error_stats_rmse (&all) * 1000,
                error_stats_mae (&all) * 1000, all.largest * 1000, error_stats_r2 (&all));
}

static bool
do_task (Job *job, GError **error)
{
  const TaskConfig config = {
    .number = 1,
    .folder = job->folder,
    .settings = job->settings,
    .scaling = job->scaling,
    .train = job->sets[DATA_TRAIN],
    .validation = job->sets[DATA_VALIDATION],
    .test = job->sets[DATA_TEST],
    .progress = &job->progress,
  };
  g_autoptr (Task) task = task_new (&config);

  if (!task_run (task, error))
    return false;

  TaskResult result = task_result (task);
  if (!report_job (&result, job->attempt, job->summary, error))
    return false;
  say_result (job, &result);
  return true;
}

static void
say_failure (const Job *job, const GError *error)
{
  g_autoptr (GError) second = NULL;

  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  if (job->is_job)
    report_failure (error->message, job->attempt, job->summary, &second);
  if (second)
    fprintf (stderr, "vestim-estimate: %s\n", second->message);
  progress_fail (&job->progress, error->message);
}

static void
job_deinit (Job *job)
{
  g_free (job->summary);
  g_clear_pointer (&job->settings, vestim_estimation_free);
  for (int set = 0; set < DATA_N_SETS; set++)
    g_clear_pointer (&job->sets[set], dataset_free);
  g_clear_pointer (&job->scaling, scaling_free);
}

int
job_run (const char *folder)
{
  Job job = {
    .folder = folder,
    .summary = g_build_filename (folder, "summary.json", NULL),
    .attempt = 1,
  };
  g_autoptr (GError) error = NULL;

  progress_init (&job.progress);
  bool is_done =
      read_job_file (&job, &error) && prepare_data (&job, &error) && do_task (&job, &error);
  if (!is_done)
    say_failure (&job, error);

  job_deinit (&job);
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
