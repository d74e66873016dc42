/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/job-private.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <stdio.h>

static void
say_warning (const Job *job)
{
  g_autofree char *warning = task_result_dup_warning (job->results->pdata[0], &job->progress.unit);

  if (warning)
    puts (warning);
}

static void
say_result_of_one (Job *job)
{
  const ErrorUnit *unit = &job->progress.unit;
  const TaskResult *best = job->results->pdata[0];

  /* An FNN has no state. */
  bool has_state = best->windowed_rmse_mv != best->stateful_rmse_mv;
  g_autofree char *both =
      has_state ? g_strdup_printf ("; windowed %.2f %s, stateful %.2f %s",
                                   best->windowed_rmse_mv * unit->factor, unit->error_name,
                                   best->stateful_rmse_mv * unit->factor, unit->error_name)
                : NULL;

  say_warning (job);
  putchar ('\n');
  progress_complete (&job->progress,
                     "tested on %zu rows of %zu %s: RMSE %.2f %s, MAE %.2f %s, max %.2f %s, "
                     "R² %.5f%s",
                     best->n_rows, best->n_files, best->n_files == 1 ? "file" : "files",
                     best->test_rmse_mv * unit->factor, unit->error_name,
                     best->test_mae_mv * unit->factor, unit->error_name,
                     best->test_max_mv * unit->factor, unit->error_name, best->test_r2,
                     both ? both : "");
}

static int
count_failed (const Job *job)
{
  int n = 0;

  for (guint i = 0; i < job->results->len; i++)
    n += ((const TaskResult *) job->results->pdata[i])->reason != NULL;
  return n;
}

/* (transfer full) (nullable) why some tasks were not run. */
static char *
dup_left_out (Job *job)
{
  int n_left_out = vestim_selections_n_tasks (job->settings) - (int) job->results->len;

  if (n_left_out == 0)
    return NULL;
  if (finish_request_is_made (&job->finish))
    return g_strdup_printf ("; %d left out, because the job was asked to finish", n_left_out);
  return g_strdup ("; then the time of the search was over");
}

/* The series of the best task become the series of the job. */
static void
say_result_of_many (Job *job)
{
  const ErrorUnit *unit = &job->progress.unit;
  const TaskResult *best = job->results->pdata[0];
  int n_failed = count_failed (job);
  g_autofree char *failed = n_failed > 0 ? g_strdup_printf ("; %d failed", n_failed) : NULL;
  g_autofree char *left_out = dup_left_out (job);
  g_autofree char *path = g_strdup_printf ("%s/tasks/%d/training.csv", job->folder, best->number);
  g_autoptr (GArray) epochs = report_read_training (path);

  progress_best_series (&job->progress, epochs);
  report_print_tasks (job->results, unit);
  say_warning (job);
  putchar ('\n');
  progress_complete (
      &job->progress,
      "best of %u tasks is task %d, %s: validation RMSE %.2f %s, test RMSE %.2f %s%s%s",
      job->results->len, best->number, best->choice, best->val_rmse_mv * unit->factor,
      unit->error_name, best->test_rmse_mv * unit->factor, unit->error_name, failed ? failed : "",
      left_out ? left_out : "");
}

bool
job_result_is_good (const Job *job, GError **error)
{
  const TaskResult *first = job->results->pdata[0];

  if (!first->reason)
    return true;
  if (job->results->len == 1)
    failure_set (error, "%s", first->reason);
  else
    failure_set (error, "all %u tasks failed; task %d: %s", job->results->len, first->number,
                 first->reason);
  return false;
}

void
job_result_note_warning (Job *job)
{
  char *warning = task_result_dup_warning (job->results->pdata[0], &job->progress.unit);

  if (warning)
    g_ptr_array_add (job->settings->notes, warning);
}

void
job_result_say (Job *job)
{
  if (job->progress.n_tasks == 1)
    say_result_of_one (job);
  else
    say_result_of_many (job);
}
