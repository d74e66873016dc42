/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/job.h"

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/commands/job-file.h"
#include "daemon/vestim-estimate/commands/job-private.h"
#include "daemon/vestim-estimate/base/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_BETWEEN_REPORTS 1.0 /* of a sweep that is running */

/* job.json */

bool
job_is_of_version_0_1 (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "tasks", "1", "model.bin", NULL);
  g_autoptr (Model) model = model_file_read (path, NULL);

  return model && model->is_of_version_0_1;
}

/* Version 0.1 knew only windowed training and resampling by points. A job that it began keeps them,
 * in each later attempt. */
static void
choose_defaults (Job *job, const JobFile *file)
{
  const VestimJsonNode *root = vestim_json_root (file->doc);
  const VestimJsonNode *selections = vestim_json_member (root, "selections");
  const VestimJsonNode *object = vestim_json_member (selections, "preprocessing");
  VestimPreprocessing *preprocessing = job->settings->preprocessing;
  bool is_old = job_is_of_version_0_1 (job->folder);

  vestim_json_get_bool (vestim_json_member (root, JOB_OF_VERSION_0_1), &is_old);
  if (!is_old)
    return;
  job->is_of_version_0_1 = true;

  if (!vestim_json_member (selections, "training")
      && !vestim_sweep_has (job->settings->sweep, "training"))
    {
      job->settings->hyperparameters.training = VESTIM_TRAINING_WINDOWED;
      puts ("version 0.1 began this job: the training is windowed, as it was");
    }
  if (preprocessing && preprocessing->resample_s > 0 && !vestim_json_member (object, "resample"))
    {
      preprocessing->resample = VESTIM_RESAMPLE_POINT;
      puts ("version 0.1 began this job: rows are resampled by points, as they were");
    }
}

/* A list of another length than the number of tasks says nothing. */
static void
read_repeat (Job *job, const JobFile *file)
{
  const VestimJsonNode *list = vestim_json_member (vestim_json_root (file->doc), JOB_REPEAT);
  int n_tasks = vestim_selections_n_tasks (job->settings);

  if (vestim_json_size (list) != (size_t) n_tasks)
    return;

  job->repeat = g_array_new (FALSE, FALSE, sizeof (int));
  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      int64_t value = 0;

      vestim_json_get_int64 (node, &value);
      int n_epochs = (int) CLAMP (value, -1, G_MAXINT);
      g_array_append_val (job->repeat, n_epochs);
    }
}

static bool
read_job (Job *job, GError **error)
{
  g_autoptr (JobFile) file = job_file_read (job->folder, error);
  const VestimJsonNode *selections = file ? job_file_selections (file, error) : NULL;
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  if (!selections)
    return false;
  if (file->kind && strcmp (file->kind, "estimation") != 0)
    {
      failure_set (error, "%s is a job of kind \"%s\", not \"estimation\" or \"evaluation\"",
                   file->path, file->kind);
      return false;
    }

  job->is_job = true;
  job->attempt = file->attempt;
  job->is_fresh = file->wants_to_begin;
  job->was_completed = job_file_was_completed (file, job->folder);
  job->settings = vestim_selections_read (selections, "selections", faults);
  if (job->settings)
    {
      choose_defaults (job, file);
      read_repeat (job, file);
    }
  else
    job_file_set_faults (file, faults, error);
  return job->settings != NULL;
}

/* Work */

static bool
report (const Job *job, const GPtrArray *results, const char *status, const char *reason,
        GError **error)
{
  const JobReport report = {
    .attempt = job->attempt,
    .status = status,
    .reason = reason,
    .provenance = job->data.provenance,
    .threads = job->settings ? job->settings->threads : 0,
    .n_tasks = job->settings ? vestim_selections_n_tasks (job->settings) : 0,
    .results = results,
    .notes = job->settings ? job->settings->notes : NULL,
  };

  return report_job (&report, job->summary, error);
}

/* A stopped sweep keeps the results that it had. A failure here is ignored: the last write decides.
 */
static void
on_result (const GPtrArray *results, void *user)
{
  Job *job = user;
  double now = trainer_monotonic_clock (NULL);

  if (job->progress.n_tasks == 1 || now < job->next_report_at)
    return;

  report (job, results, "running", NULL, NULL);
  job->next_report_at = now + SECONDS_BETWEEN_REPORTS;
}

/* A completed job that is started again runs from the beginning, unless there is something left to
 * do: its limits are larger, it was finished early, or a task failed. */
static void
choose_start (const Job *job, SweepConfig *config)
{
  if (!job->was_completed)
    return;

  config->task.is_fresh = sweep_is_finished (config);
  puts (config->task.is_fresh
            ? "the job was completed with these settings: starting from the beginning"
            : "the job was completed with other limits, early or in part: going on where it can");
}

static bool
do_tasks (Job *job, GError **error)
{
  SweepConfig config = {
    .settings = job->settings,
    .task = {
      .folder = job->folder,
      .scaling = job->data.scaling,
      .traits = &job->data.traits,
      .train = job->data.sets[DATA_TRAIN],
      .validation = job->data.sets[DATA_VALIDATION],
      .test = job->data.sets[DATA_TEST],
      .initial = job->data.initial ? job->data.initial->model : NULL,
      .data_fingerprint = job->data.fingerprint,
      .provenance = job->data.provenance,
      .is_fresh = job->is_fresh,
      .is_of_version_0_1 = job->is_of_version_0_1,
      .finish = &job->finish,
      .progress = &job->progress,
    },
    .repeat = job->repeat,
    .on_result = on_result,
    .user = job,
  };

  progress_set_tasks (&job->progress, vestim_selections_n_tasks (job->settings),
                      vestim_sweep_minutes (job->settings->sweep) * 60);
  choose_start (job, &config);
  g_ptr_array_unref (job->results);
  job->results = sweep_run (&config);

  if (!job_result_is_good (job, error))
    return false;
  job_result_note_warning (job);
  if (!report (job, job->results, "completed", NULL, error))
    return false;
  finish_request_clear (&job->finish);
  job_result_say (job);
  return true;
}

static void
say_failure (Job *job, const GError *error)
{
  g_autoptr (GError) second = NULL;

  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  if (job->is_job)
    report (job, job->results, "failed", error->message, &second);
  if (second)
    fprintf (stderr, "vestim-estimate: %s\n", second->message);
  progress_fail (&job->progress, error->message);
}

static void
job_init (Job *job, const char *folder)
{
  *job = (Job){
    .folder = folder,
    .summary = g_build_filename (folder, "summary.json", NULL),
    .attempt = 1,
    .results = g_ptr_array_new_with_free_func ((GDestroyNotify) task_result_free),
  };
  progress_init (&job->progress);
  finish_request_init (&job->finish, folder);
}

static void
job_deinit (Job *job)
{
  g_free (job->summary);
  g_clear_pointer (&job->settings, vestim_selections_free);
  job_data_clear (&job->data);
  g_ptr_array_unref (job->results);
  progress_deinit (&job->progress);
  finish_request_deinit (&job->finish);
  g_clear_pointer (&job->repeat, g_array_unref);
}

int
job_run (const char *folder)
{
  Job job;
  g_autoptr (GError) error = NULL;

  job_init (&job, folder);
  bool is_done = read_job (&job, &error)
                 && job_data_prepare (&job.data, job.settings, &job.progress, &error)
                 && do_tasks (&job, &error);
  if (!is_done)
    say_failure (&job, error);

  job_deinit (&job);
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
