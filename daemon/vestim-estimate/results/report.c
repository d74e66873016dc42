/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/report.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/results/provenance.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SUMMARY_VERSION 1
#define MAX_TASKS_PRINTED 20

/* The limit in the job's summary, which the daemon reads: the figures of many test files must fit
 * too. */
#define MAX_SEAL_LISTED (128 * 1024) /* bytes of the data files' sums */
#define MAX_TASKS_LISTED 1000
#define MAX_TASKS_BYTES (512 * 1024)

static const char *const end_words[] = {
  [TRAINING_END_EPOCHS] = "max_epochs",
  [TRAINING_END_PATIENCE] = "patience",
  [TRAINING_END_TIME] = "max_minutes",
  [TRAINING_END_REQUEST] = "finish",
};

/* Errors and rates have all their digits, so that two runs can be compared bit for bit. */
bool
report_training (const Training *training, const char *path, GError **error)
{
  OutputFile *file = output_file_open (path, error);
  g_autoptr (GString) text =
      g_string_new ("epoch,train_rmse_mv,val_rmse_mv,learning_rate,seconds\n");

  if (!file)
    return false;

  for (guint i = 0; i < training->epochs->len; i++)
    {
      const EpochRecord *record = &g_array_index (training->epochs, EpochRecord, i);
      const double figures[] = { record->train_rmse * 1000, record->val_rmse * 1000,
                                 record->learning_rate };

      g_string_append_printf (text, "%d,", record->epoch);
      for (size_t j = 0; j < G_N_ELEMENTS (figures); j++)
        {
          vestim_json_append_double (text, figures[j]);
          g_string_append_c (text, ',');
        }
      g_string_append_printf (text, "%.3f\n", record->seconds);
    }
  fwrite (text->str, 1, text->len, output_file_stream (file));
  return output_file_commit (file, error);
}

void
report_print_piece (const Series *series, const float *predicted, size_t first_row, FILE *stream)
{
  if (first_row == 0)
    fputs (series->target ? "time,measured,predicted,error_mv\n" : "time,predicted\n", stream);
  for (size_t row = 0; row < series->n_rows; row++)
    {
      fprintf (stream, "%.15g,", series->times ? series->times[row] : (double) (first_row + row));
      if (series->target)
        fprintf (stream, "%.10g,%.8g,%.4f\n", series->target[row], (double) predicted[row],
                 (predicted[row] - series->target[row]) * 1000);
      else
        fprintf (stream, "%.8g\n", (double) predicted[row]);
    }
}

void
report_print_predictions (const Series *series, const float *predicted, FILE *stream)
{
  report_print_piece (series, predicted, 0, stream);
}

GArray *
report_read_training (const char *path)
{
  GArray *epochs = g_array_new (FALSE, FALSE, sizeof (EpochRecord));
  FILE *stream = regular_file_open_stream (path);
  char line[256];

  while (stream && regular_file_read_line (stream, line, sizeof line))
    {
      EpochRecord record = { 0 };

      if (sscanf (line, "%d,%lf,%lf,%lf,%lf", &record.epoch, &record.train_rmse, &record.val_rmse,
                  &record.learning_rate, &record.seconds)
          != 5)
        continue;
      record.train_rmse /= 1000;
      record.val_rmse /= 1000;
      g_array_append_val (epochs, record);
    }
  if (stream)
    fclose (stream);
  return epochs;
}

bool
report_predictions (const Series *series, const float *predicted, const char *path, GError **error)
{
  OutputFile *file = output_file_open (path, error);

  if (!file)
    return false;

  report_print_predictions (series, predicted, output_file_stream (file));
  return output_file_commit (file, error);
}

/* JSON */

static void
append_range (GString *json, const char *column, const ScalingRange *range)
{
  g_string_append_c (json, '{');
  vestim_json_append_string_member (json, "column", column);
  g_string_append (json, ", ");
  vestim_json_append_double_member (json, "min", range->min);
  g_string_append (json, ", ");
  vestim_json_append_double_member (json, "max", range->max);
  g_string_append_c (json, '}');
}

static void
append_scaling (GString *json, const TaskReport *task)
{
  g_string_append (json, "\"scaling\": {\"inputs\": [");
  for (int i = 0; i < task->scaling->n_inputs; i++)
    {
      g_string_append (json, i ? ", " : "");
      append_range (json, task->settings->inputs[i], &task->scaling->inputs[i]);
    }
  g_string_append (json, "], \"target\": ");
  append_range (json, task->settings->target, &task->scaling->target);
  g_string_append_c (json, '}');
}

static void
append_training (GString *json, const TaskReport *task)
{
  const Training *training = task->training;

  g_string_append_printf (json,
                          "\"training\": {\"epochs\": %u, \"best_epoch\": %d, \"ended_by\": "
                          "\"%s\", \"parameters\": %zu, \"kernel\": \"%s\", ",
                          training->epochs->len, training->best_epoch, end_words[training->end],
                          network_n_parameters (task->network),
                          network_kernel_name (task->network));
  if (isfinite (training->initial_val_rmse))
    {
      vestim_json_append_double_member (json, "initial_val_rmse_mv",
                                        training->initial_val_rmse * 1000);
      g_string_append (json, ", ");
    }
  if (training->n_other_rates > 0)
    g_string_append_printf (json, "\"epochs_with_other_rates\": %d, ", training->n_other_rates);
  vestim_json_append_double_member (json, "seconds", training->seconds);
  g_string_append_c (json, '}');
}

static bool
write_json (GString *json, const char *path, GError **error)
{
  bool is_written = output_file_write (path, json->str, json->len, error);

  g_string_free (json, TRUE);
  return is_written;
}

bool
report_task (const TaskReport *task, const char *path, GError **error)
{
  GString *json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\"version\": %d, \"task\": %d, \"program\": \"%s\", "
                          "\"fingerprint\": \"%016" PRIx64 "\",\n \"settings\": ",
                          SUMMARY_VERSION, task->number, VESTIM_VERSION, task->fingerprint);
  vestim_selections_append_json (json, task->settings);
  g_string_append (json, ",\n ");
  append_training (json, task);
  g_string_append (json, ",\n ");
  append_scaling (json, task);
  g_string_append (json, ",\n ");
  g_string_append (json, "\"metrics\": {");
  vestim_json_append_double_member (json, "val_rmse_mv", task->training->best_val_rmse * 1000);
  g_string_append (json, ", ");
  test_results_append_metrics (
      json, task->tests, task->settings->target,
      error_unit_find (task->target_unit, task->settings->target, &task->scaling->target));
  g_string_append (json, "},\n ");
  test_results_append_conditions (json, task->tests);
  g_string_append (json, ",\n ");
  provenance_append (json, task->provenance, SIZE_MAX, task->settings->threads);
  g_string_append (json, "}\n");
  return write_json (json, path, error);
}

/* A task in the job's list: its own settings and its errors. */
static void
append_task (GString *json, const TaskResult *result)
{
  const struct
  {
    const char *name;
    double value;
  } figures[] = {
    { "val_rmse_mv", result->val_rmse_mv },
    { "test_rmse_mv", result->test_rmse_mv },
    { "test_mae_mv", result->test_mae_mv },
    { "test_max_mv", result->test_max_mv },
    { "test_r2", result->test_r2 },
    { "windowed_rmse_mv", result->windowed_rmse_mv },
    { "stateful_rmse_mv", result->stateful_rmse_mv },
  };

  g_string_append_printf (
      json, "{\"task\": %d, \"status\": \"%s\", \"choice\": %s, \"settings\": %s", result->number,
      result->reason ? "failed" : "completed", result->choice, result->settings);
  for (size_t i = 0; i < G_N_ELEMENTS (figures) && !result->reason; i++)
    {
      g_string_append (json, ", ");
      vestim_json_append_double_member (json, figures[i].name, figures[i].value);
    }
  if (result->reason)
    {
      g_string_append (json, ", ");
      vestim_json_append_string_member (json, "reason", result->reason);
    }
  g_string_append_c (json, '}');
}

static void
append_tasks (GString *json, const GPtrArray *results)
{
  gsize n_before = json->len;

  for (guint i = 0;
       i < MIN (results->len, MAX_TASKS_LISTED) && json->len - n_before < MAX_TASKS_BYTES; i++)
    {
      g_string_append (json, i ? ",\n  " : "");
      append_task (json, results->pdata[i]);
    }
}

static void
append_notes (GString *json, const GPtrArray *notes)
{
  g_string_append (json, ", \"notes\": [");
  for (guint i = 0; notes && i < notes->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      vestim_json_append_string (json, notes->pdata[i]);
    }
  g_string_append_c (json, ']');
}

bool
report_job (const JobReport *job, const char *path, GError **error)
{
  GString *json = g_string_new (NULL);
  const TaskResult *best = job->results->len > 0 ? job->results->pdata[0] : NULL;

  g_string_append_printf (json, "{\"version\": %d, \"attempt\": %" PRId64 ", ", SUMMARY_VERSION,
                          job->attempt);
  vestim_json_append_string_member (json, "status", job->status);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "reason", job->reason);
  append_notes (json, job->notes);
  g_string_append_printf (
      json, ",\n \"metrics\": %s,\n \"n_tasks\": %d, \"n_done\": %u, \"tasks\": [",
      best && best->metrics ? best->metrics : "{}", job->n_tasks, job->results->len);
  append_tasks (json, job->results);
  g_string_append_c (json, ']');
  if (best && best->bands)
    g_string_append_printf (json, ",\n \"conditions\": {\"bands\": %s}", best->bands);
  if (job->provenance)
    {
      g_string_append (json, ",\n ");
      provenance_append (json, job->provenance, MAX_SEAL_LISTED, job->threads);
    }
  g_string_append (json, "}\n");
  return write_json (json, path, error);
}

/* For people */

static void
print_row (int width, const char *name, const TestPool *errors, bool has_state, double factor)
{
  const ErrorStats *stats = &errors->stats;

  printf ("%-*s %9zu %10.2f %10.2f %10.2f %9.5f", width, name, stats->n,
          error_stats_rmse (stats) * factor, error_stats_mae (stats) * factor,
          stats->largest * factor, error_stats_r2 (stats));
  if (has_state)
    printf (" %10.2f %10.2f", error_stats_rmse (&errors->windowed) * factor,
            error_stats_rmse (&errors->stateful) * factor);
  putchar ('\n');
}

static void
print_modes (const VestimHyperparameters *settings)
{
  printf (
      "\nRMSE, MAE, max and R² are those of the %s test. The last two columns have the RMSE of "
      "both tests:\nwindowed starts from the zero state for each row, stateful keeps the state as "
      "an exported network does.\n",
      settings->test_mode == VESTIM_TEST_STATEFUL ? "stateful" : "windowed");
}

static int
name_width (const GArray *tests)
{
  int width = (int) strlen ("all test files");

  for (guint i = 0; i < tests->len; i++)
    width = MAX (width, (int) strlen (g_array_index (tests, TestResult, i).predictions) - 4);
  return width;
}

void
report_print_tests (const GArray *tests, const VestimHyperparameters *settings,
                    const ErrorUnit *unit)
{
  TestPool all = test_results_pool (tests);
  bool has_state = vestim_model_sees_windows (settings->model);
  int width = name_width (tests);

  double factor = 1000 * unit->factor;
  g_autofree char *rmse = error_unit_title ("RMSE", unit);
  g_autofree char *mae = error_unit_title ("MAE", unit);
  g_autofree char *max = error_unit_title ("max", unit);

  printf ("\n%-*s %9s %10s %10s %10s %10s%s\n", width, "test file", "rows", rmse, mae, max, "R²",
          has_state ? "   windowed   stateful" : "");
  for (guint i = 0; i < tests->len; i++)
    {
      const TestResult *test = &g_array_index (tests, TestResult, i);
      const TestPool errors = { test->stats, test->windowed, test->stateful };
      g_autofree char *name = g_strndup (test->predictions, strlen (test->predictions) - 4);

      print_row (width, name, &errors, has_state, factor);
    }
  print_row (width, "all test files", &all, has_state, factor);
  if (has_state)
    print_modes (settings);
  fflush (stdout);
}

static void
print_task (const TaskResult *result, double factor)
{
  if (result->reason)
    printf ("%6d   %s failed: %s\n", result->number, result->choice, result->reason);
  else
    printf ("%6d %16.2f %10.2f %10.2f %13.2f %13.2f   %s%s\n", result->number,
            result->val_rmse_mv * factor, result->test_rmse_mv * factor,
            result->test_max_mv * factor, result->windowed_rmse_mv * factor,
            result->stateful_rmse_mv * factor, result->choice,
            task_result_modes_differ (result->windowed_rmse_mv, result->stateful_rmse_mv)
                ? "   the tests differ"
                : "");
}

void
report_print_tasks (const GPtrArray *results, const ErrorUnit *unit)
{
  g_autofree char *validation = error_unit_title ("validation", unit);
  g_autofree char *test = error_unit_title ("test", unit);
  g_autofree char *max = error_unit_title ("max", unit);
  g_autofree char *windowed = error_unit_title ("windowed", unit);
  g_autofree char *stateful = error_unit_title ("stateful", unit);

  printf ("\n%6s %16s %10s %10s %13s %13s\n", "task", validation, test, max, windowed, stateful);
  for (guint i = 0; i < MIN (results->len, MAX_TASKS_PRINTED); i++)
    print_task (results->pdata[i], unit->factor);
  if (results->len > MAX_TASKS_PRINTED)
    printf ("and %u more, see summary.json\n", results->len - MAX_TASKS_PRINTED);
  fflush (stdout);
}
