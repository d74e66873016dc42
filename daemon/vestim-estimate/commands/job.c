/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/job.h"

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/commands/job-file.h"
#include "daemon/vestim-estimate/commands/job-private.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/fingerprint.h"
#include "daemon/vestim-estimate/data/leakage-check.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/data/validation-split.h"
#include "daemon/vestim-estimate/results/provenance.h"

#include <stdarg.h>
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

  return model && !model->names_training;
}

/* Version 0.1 knew only windowed training. A job that it began keeps it. */
static void
choose_training (Job *job, const JobFile *file)
{
  const VestimJsonNode *root = vestim_json_root (file->doc);
  const VestimJsonNode *selections = vestim_json_member (root, "selections");
  VestimHyperparameters *settings = &job->settings->hyperparameters;
  bool is_old = job_is_of_version_0_1 (job->folder);

  vestim_json_get_bool (vestim_json_member (root, JOB_OF_VERSION_0_1), &is_old);
  if (!is_old || vestim_json_member (selections, "training")
      || vestim_sweep_has (job->settings->sweep, "training"))
    return;

  settings->training = VESTIM_TRAINING_WINDOWED;
  puts ("version 0.1 began this job: the training is windowed, as it was");
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
    choose_training (job, file);
  else
    job_file_set_faults (file, faults, error);
  return job->settings != NULL;
}

/* Data */

static Preprocess
find_preprocess (const VestimSelections *settings)
{
  return (Preprocess){
    .preprocessing = settings->preprocessing,
    .inputs = settings->inputs,
    .target = settings->target,
    .current_sign = settings->data->current_sign,
  };
}

static bool
read_sets (Job *job, GError **error)
{
  const VestimSelections *settings = job->settings;
  const Preprocess config = find_preprocess (settings);
  g_auto (GStrv) columns = preprocess_columns (&config);

  for (int set = 0; set < DATA_N_SETS; set++)
    {
      g_autoptr (GPtrArray) files = data_files_of_set (settings, (DataSet) set, error);

      if (files)
        job->sets[set] =
            dataset_read (files, (const char *const *) columns, preprocess_target (&config), error);
      if (!job->sets[set])
        return false;
    }
  return true;
}

static bool
check_leakage (const Job *job, GError **error)
{
  const Preprocess config = find_preprocess (job->settings);
  g_auto (GStrv) columns = preprocess_columns (&config);

  return leakage_check (job->sets, columns, job->settings->target, error);
}

static bool
preprocess (const Job *job, GError **error)
{
  const Preprocess config = find_preprocess (job->settings);

  for (int set = 0; set < DATA_N_SETS; set++)
    if (!preprocess_dataset (&config, job->sets[set], error))
      return false;
  return true;
}

/* For the log and the summary. */
static void note (Job *job, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (Job *job, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (job->settings->notes, text);
  progress_say (&job->progress, "%s", text);
}

/* A copy among the training files may have gone to validation, so these are compared again. */
static bool
split_validation (Job *job, GError **error)
{
  double share = job->settings->validation_share;
  g_autofree char *text = NULL;
  bool is_by_file = false;

  if (!(share > 0))
    return true;
  if (!validation_split (job->sets[DATA_TRAIN], job->sets[DATA_VALIDATION], share, &text,
                         &is_by_file, error))
    return false;
  note (job, "%s", text);
  return !is_by_file
         || leakage_check (job->sets, job->settings->inputs, job->settings->target, error);
}

static void
note_clipped (Job *job)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < job->sets[set]->series->len; i++)
      {
        const Series *series = job->sets[set]->series->pdata[i];

        if (series->n_clipped > 0)
          note (job,
                "%s: the counted state of charge is beyond 0 or 1 in %zu rows and limited there: "
                "check capacity_ah and initial",
                series->path, series->n_clipped);
      }
}

/* Training continues, but the user should know. */
static void
say_what_is_constant (const Job *job)
{
  const Scaling *scaling = job->scaling;

  for (int i = 0; i < scaling->n_inputs; i++)
    if (scaling_width (&scaling->inputs[i]) == 0)
      printf ("the column \"%s\" is %g in every row of the training files: it is ignored\n",
              job->settings->inputs[i], scaling->inputs[i].min);
  if (scaling_width (&scaling->target) == 0)
    printf ("the target \"%s\" is %g in every row of the training files: the network always "
            "predicts this value\n",
            job->settings->target, scaling->target.min);
}

static bool
read_initial (Job *job, GError **error)
{
  if (!job->settings->initial_model)
    return true;

  job->initial = initial_model_read (job->settings, error);
  if (job->initial)
    progress_say (&job->progress, "training starts from %s (epoch %d), with its scaling",
                  job->initial->path, job->initial->model->epoch);
  return job->initial != NULL;
}

/* An initial model keeps its scaling: with another one, its weights would mean something else. */
static Scaling *
find_scaling (const Job *job, GError **error)
{
  if (job->initial)
    return scaling_copy (job->initial->model->scaling);
  return scaling_fit (job->sets[DATA_TRAIN]->series, (const char *const *) job->settings->inputs,
                      job->settings->target, error);
}

/* Where the results come from: the data files and the initial model. */
static bool
note_provenance (Job *job, GError **error)
{
  const char *path = job->initial ? job->initial->path : NULL;
  g_autofree char *digest = path ? provenance_digest_file (path, error) : NULL;

  if (path && !digest)
    return false;

  job->provenance = provenance_format_data (job->sets, path, digest);
  job->data_fingerprint = FINGERPRINT_START;
  if (digest)
    job->data_fingerprint = fingerprint_bytes (job->data_fingerprint, digest, strlen (digest));
  return true;
}

static bool
prepare_data (Job *job, GError **error)
{
  for (guint i = 0; i < job->settings->notes->len; i++)
    progress_say (&job->progress, "%s", (char *) job->settings->notes->pdata[i]);
  if (!read_initial (job, error))
    return false;
  progress_say (&job->progress, "reading the files");
  if (!read_sets (job, error) || !check_leakage (job, error) || !preprocess (job, error))
    return false;
  note_clipped (job);
  if (!split_validation (job, error))
    return false;

  job->scaling = find_scaling (job, error);
  if (!job->scaling || !note_provenance (job, error))
    return false;

  say_what_is_constant (job);
  error_breakdown_classify (job->sets[DATA_TEST], (const char *const *) job->settings->inputs);
  for (int set = 0; set < DATA_N_SETS; set++)
    {
      dataset_scale (job->sets[set], job->scaling);
      job->data_fingerprint = fingerprint_dataset (job->data_fingerprint, job->sets[set]);
    }
  return true;
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
    .provenance = job->provenance,
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
      .scaling = job->scaling,
      .train = job->sets[DATA_TRAIN],
      .validation = job->sets[DATA_VALIDATION],
      .test = job->sets[DATA_TEST],
      .initial = job->initial ? job->initial->model : NULL,
      .data_fingerprint = job->data_fingerprint,
      .provenance = job->provenance,
      .is_fresh = job->is_fresh,
      .finish = &job->finish,
      .progress = &job->progress,
    },
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
  g_free (job->provenance);
  g_clear_pointer (&job->settings, vestim_selections_free);
  for (int set = 0; set < DATA_N_SETS; set++)
    g_clear_pointer (&job->sets[set], dataset_free);
  g_clear_pointer (&job->scaling, scaling_free);
  g_clear_pointer (&job->initial, found_model_free);
  g_ptr_array_unref (job->results);
  progress_deinit (&job->progress);
  finish_request_deinit (&job->finish);
}

int
job_run (const char *folder)
{
  Job job;
  g_autoptr (GError) error = NULL;

  job_init (&job, folder);
  bool is_done = read_job (&job, &error) && prepare_data (&job, &error) && do_tasks (&job, &error);
  if (!is_done)
    say_failure (&job, error);

  job_deinit (&job);
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
