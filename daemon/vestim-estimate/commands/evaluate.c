/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/evaluate.h"

#include "common/estimation/vestim-evaluation.h"
#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/commands/job-file.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/tasks/evaluation-report.h"
#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/results/provenance.h"
#include "daemon/vestim-estimate/tasks/model-test.h"
#include "daemon/vestim-estimate/tasks/progress.h"

#include <stdio.h>
#include <stdlib.h>

#define SECONDS_BETWEEN_REPORTS 1

typedef struct
{
  const char *folder;
  char *summary; /* path */
  Progress progress;
  TaskProgress part;
  bool is_job; /* job.json was read: results may be written to the folder */
  int64_t attempt;
  bool is_fresh;
  VestimEvaluation *settings;
  GArray *files;    /* EvaluatedFile */
  GPtrArray *tests; /* ModelTest, in the order of the models */
  gint64 next_report_at;
} Evaluation;

/* What is to be done */

static bool
read_job (Evaluation *evaluation, GError **error)
{
  g_autoptr (JobFile) file = job_file_read (evaluation->folder, error);
  const VestimJsonNode *selections = file ? job_file_selections (file, error) : NULL;
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  if (!selections)
    return false;

  evaluation->is_job = true;
  evaluation->attempt = file->attempt;
  evaluation->is_fresh = job_file_was_completed (file, evaluation->folder) || file->wants_to_begin;
  evaluation->settings = vestim_evaluation_read (selections, "selections", faults);
  if (!evaluation->settings)
    job_file_set_faults (file, faults, error);
  return evaluation->settings != NULL;
}

/* A file that can't be read has no digest; each model then says why. */
static bool
find_files (Evaluation *evaluation, GError **error)
{
  g_autoptr (GPtrArray) paths =
      data_files_expand ((const char *const *) evaluation->settings->files, error);

  if (!paths)
    return false;

  progress_say (&evaluation->progress, "reading the files");
  for (guint i = 0; i < paths->len; i++)
    {
      const EvaluatedFile file = { .path = g_strdup (paths->pdata[i]),
                                   .digest = provenance_digest_file (paths->pdata[i], NULL) };

      g_array_append_val (evaluation->files, file);
    }
  return true;
}

/* Work */

static bool
report (const Evaluation *evaluation, const char *status, const char *reason, GError **error)
{
  const EvaluationReport report = {
    .attempt = evaluation->attempt,
    .status = status,
    .reason = reason,
    .files = evaluation->files,
    .tests = evaluation->tests,
    .n_models = evaluation->settings ? (int) g_strv_length (evaluation->settings->models) : 0,
  };

  return evaluation_report_write (&report, evaluation->summary, error);
}

static void
on_file (guint n_done, void *user)
{
  Evaluation *evaluation = user;
  guint n_models = g_strv_length (evaluation->settings->models), n_files = evaluation->files->len;
  guint n_all = evaluation->tests->len * n_files + n_done;

  progress_task_hint (&evaluation->part, (double) n_all / (n_models * n_files),
                      "%u of %u tests done (model %u of %u, file %u of %u)", n_all,
                      n_models * n_files, evaluation->tests->len + 1, n_models, n_done, n_files);
}

/* A stopped evaluation keeps the results that it had. A failure here is ignored: the last write
 * decides. */
static void
report_so_far (Evaluation *evaluation)
{
  gint64 now = g_get_monotonic_time ();

  if (now < evaluation->next_report_at)
    return;
  report (evaluation, "running", NULL, NULL);
  evaluation->next_report_at = now + SECONDS_BETWEEN_REPORTS * G_USEC_PER_SEC;
}

static bool
test_models (Evaluation *evaluation, GError **error)
{
  for (char **model = evaluation->settings->models; *model; model++)
    {
      const ModelTestConfig config = {
        .number = (int) evaluation->tests->len + 1,
        .model = *model,
        .folder = evaluation->folder,
        .files = evaluation->files,
        .is_fresh = evaluation->is_fresh,
        .on_file = on_file,
        .user = evaluation,
      };

      printf ("model %d: %s\n", config.number, *model);
      fflush (stdout);
      ModelTest *test = model_test_run (&config, error);

      if (!test)
        return false;
      on_file (evaluation->files->len, evaluation);
      g_ptr_array_add (evaluation->tests, test);
      report_so_far (evaluation);
    }
  return true;
}

static guint
count_failed (const Evaluation *evaluation)
{
  guint n = 0;

  for (guint i = 0; i < evaluation->tests->len; i++)
    {
      const ModelTest *test = evaluation->tests->pdata[i];

      n += test->metrics ? test->n_failed : evaluation->files->len;
    }
  return n;
}

static void
say_result (Evaluation *evaluation, const ModelTest *best)
{
  const ErrorUnit unit = error_unit_new (best->target_unit, best->target);
  guint n_failed = count_failed (evaluation);
  g_autofree char *failed =
      n_failed > 0 ? g_strdup_printf ("; %u tests failed", n_failed) : g_strdup ("");
  g_autofree char *rmse = error_unit_format (&unit, best->test_rmse_mv);

  putchar ('\n');
  if (evaluation_report_has_targets (evaluation->tests))
    puts ("warning: the models estimate different columns, so their errors cannot be compared");
  progress_complete (&evaluation->progress,
                     "%u models tested with %u files: best is model %d, RMSE %s%s%s%s",
                     evaluation->tests->len, evaluation->files->len, best->number, rmse,
                     unit.error_name[0] ? " " : "", unit.error_name, failed);
}

static bool
finish (Evaluation *evaluation, GError **error)
{
  const ModelTest *best = evaluation_report_best (evaluation->tests);

  if (!best)
    {
      const ModelTest *first = evaluation->tests->pdata[0];

      failure_set (error, "no model could be tested; model 1: %s", first->reason);
      return false;
    }
  if (!report (evaluation, "completed", NULL, error))
    return false;

  evaluation_report_print (evaluation->tests);
  say_result (evaluation, best);
  return true;
}

static void
say_failure (Evaluation *evaluation, const GError *error)
{
  g_autoptr (GError) second = NULL;

  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  if (evaluation->is_job)
    report (evaluation, "failed", error->message, &second);
  if (second)
    fprintf (stderr, "vestim-estimate: %s\n", second->message);
  progress_fail (&evaluation->progress, error->message);
}

static void
clear_file (void *data)
{
  EvaluatedFile *file = data;

  g_free (file->path);
  g_free (file->digest);
}

int
evaluate_run (const char *folder)
{
  g_autoptr (GError) error = NULL;
  Evaluation evaluation = {
    .folder = folder,
    .summary = g_build_filename (folder, "summary.json", NULL),
    .attempt = 1,
    .files = g_array_new (FALSE, FALSE, sizeof (EvaluatedFile)),
    .tests = g_ptr_array_new_with_free_func ((GDestroyNotify) model_test_free),
  };

  g_array_set_clear_func (evaluation.files, clear_file);
  progress_init (&evaluation.progress);
  evaluation.part.progress = &evaluation.progress;
  bool is_done = read_job (&evaluation, &error) && find_files (&evaluation, &error)
                 && test_models (&evaluation, &error) && finish (&evaluation, &error);
  if (!is_done)
    say_failure (&evaluation, error);

  progress_deinit (&evaluation.progress);
  vestim_evaluation_free (evaluation.settings);
  g_array_unref (evaluation.files);
  g_ptr_array_unref (evaluation.tests);
  g_free (evaluation.summary);
  return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
