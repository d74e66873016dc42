/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/curves.h"
#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/job-page-private.h"
#include "daemon/vestim-estimate/page/sections.h"
#include "daemon/vestim-estimate/page/svg-chart.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/results/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define MAX_TASKS 200 /* in the table */

/* The best task */

static double
best_validation (const GArray *epochs)
{
  double best = INFINITY;

  for (guint i = 0; i < epochs->len; i++)
    best = fmin (best, g_array_index (epochs, EpochRecord, i).val_rmse);
  return best;
}

/* The number of the task with the lowest validation error so far; 0: none has trained. */
static int64_t
find_best_so_far (const char *folder)
{
  g_autofree char *tasks = g_build_filename (folder, "tasks", NULL);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  double lowest = INFINITY;
  guint64 best = 0;
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (tasks, name, "training.csv", NULL);
      g_autoptr (GArray) epochs = report_read_training (path);
      double error = best_validation (epochs);
      guint64 number = 0;

      if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT, &number, NULL))
        continue;
      if (error < lowest || (isfinite (error) && error == lowest && number < best))
        {
          lowest = error;
          best = number;
        }
    }
  return (int64_t) best;
}

static int64_t
find_best (const JobPage *page)
{
  const VestimJsonNode *first =
      vestim_json_first (vestim_json_member (page->summary.root, "tasks"));
  g_autofree char *status = json_dup_text (first, "status");
  int64_t number = 0;

  if (g_strcmp0 (status, "completed") == 0
      && vestim_json_get_int64 (vestim_json_member (first, "task"), &number))
    return number;
  return find_best_so_far (page->folder);
}

/* Sections */

/* Windowed and stateful errors that differ are the first thing that a reader should know. */
static void
append_warning (GString *html, const VestimJsonNode *metrics)
{
  double windowed = json_number (metrics, "windowed_rmse_mv");
  double stateful = json_number (metrics, "stateful_rmse_mv");
  g_autofree char *text =
      g_strdup_printf ("The windowed and the stateful test differ by more than %.0f %%. Use the "
                       "network in the way that has the smaller error.",
                       REPORT_WARN_SHARE * 100);

  if (fabs (windowed - stateful) > REPORT_WARN_SHARE * fmin (windowed, stateful))
    html_append_element (html, "p", "warn", text);
}

static void
append_learning (GString *html, const char *task_folder, const ErrorUnit *unit)
{
  g_autofree char *path = g_build_filename (task_folder, "training.csv", NULL);
  g_autoptr (GArray) epochs = report_read_training (path);
  g_autofree char *label = error_unit_label ("RMSE", unit->error_name);
  const SvgChart chart = { .title = "Learning curves",
                           .x_label = "Epoch",
                           .y_label = label,
                           .description = "The RMSE of training and validation by epoch, on a "
                                          "logarithmic axis.",
                           .is_log = true };
  Decimator training, validation;

  decimator_init (&training, epochs->len);
  decimator_init (&validation, epochs->len);
  for (guint i = 0; i < epochs->len; i++)
    {
      const EpochRecord *record = &g_array_index (epochs, EpochRecord, i);

      decimator_add (&training, record->epoch, record->train_rmse * 1000 * unit->factor);
      decimator_add (&validation, record->epoch, record->val_rmse * 1000 * unit->factor);
    }
  g_autoptr (GArray) training_points = decimator_finish (&training);
  g_autoptr (GArray) validation_points = decimator_finish (&validation);
  const SvgLine lines[] = { { "Training", 1, training_points },
                            { "Validation", 2, validation_points } };

  if (epochs->len == 0)
    return;
  sections_begin (html, "Training");
  svg_chart_append_lines (html, &chart, lines, 2);
  sections_end (html);
}

#define N_TASK_COLUMNS 8

static void
append_task (GString *html, const HtmlColumn *columns, const VestimJsonNode *task, bool is_best,
             const ErrorUnit *unit)
{
  static const char *const members[] = { "val_rmse_mv", "test_rmse_mv", "test_max_mv",
                                         "windowed_rmse_mv", "stateful_rmse_mv" };
  char *cells[N_TASK_COLUMNS] = { 0 };
  g_autofree char *number = json_dup_text (task, "task");

  cells[0] = g_strdup_printf ("%s%s", number ? number : "?", is_best ? " (best)" : "");
  cells[1] = json_dup_text (task, "choice");
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    cells[2 + i] = error_unit_format (unit, json_number (task, members[i]));
  cells[7] = json_dup_text (task, "reason");
  html_append_row (html, columns, N_TASK_COLUMNS, (const char *const *) cells);
  for (int i = 0; i < N_TASK_COLUMNS; i++)
    g_free (cells[i]);
}

static void
append_tasks (GString *html, const VestimJsonNode *summary, const ErrorUnit *unit)
{
  const VestimJsonNode *tasks = vestim_json_member (summary, "tasks");
  g_autofree char *validation = error_unit_label ("Validation", unit->error_name);
  g_autofree char *test = error_unit_label ("Test", unit->error_name);
  const HtmlColumn columns[N_TASK_COLUMNS] = {
    { "Task", HTML_TEXT },       { "Settings", HTML_LONG_TEXT }, { validation, HTML_NUMBER },
    { test, HTML_NUMBER },       { "Largest", HTML_NUMBER },     { "Windowed", HTML_NUMBER },
    { "Stateful", HTML_NUMBER }, { "Failure", HTML_LONG_TEXT },
  };
  int n = 0;

  if (vestim_json_size (tasks) < 2)
    return;
  sections_begin (html, "Tasks");
  html_begin_table (html, "RMSE of each task, best first", columns, N_TASK_COLUMNS);
  for (const VestimJsonNode *task = vestim_json_first (tasks); task && n < MAX_TASKS;
       task = vestim_json_next (task))
    append_task (html, columns, task, n++ == 0 && !vestim_json_member (task, "reason"), unit);
  html_end_table (html);
  sections_end (html);
}

static void
append_origin (GString *html, const JobPage *page, const VestimJsonNode *task,
               const char *task_folder)
{
  const VestimJsonNode *sealed = vestim_json_member (task, "sealed");
  g_autofree char *path = g_build_filename (task_folder, "model.bin", NULL);
  g_autofree char *digest = model_file_dup_digest (path, NULL);
  g_autofree char *program = json_dup_text (task, "program");
  g_autofree char *fingerprint = json_dup_text (task, "fingerprint");

  sections_begin (html, "Settings and origin");
  sections_append_members (html, "Settings of the best task",
                           vestim_json_member (task, "settings"));
  sections_append_members (html, "Its training", vestim_json_member (task, "training"));
  html_begin_facts (html, "Its origin");
  if (program)
    html_append_fact (html, "Version of vestim-estimate", program);
  if (fingerprint)
    html_append_fact (html, "Fingerprint of settings and data", fingerprint);
  if (digest)
    html_append_fact (html, "SHA-256 of model.bin", digest);
  html_end_table (html);
  if (!sealed)
    sealed = vestim_json_member (page->summary.root, "sealed");
  sections_append_data (html, vestim_json_member (sealed, "data"));
  sections_end (html);
}

/* The model file has the target and its unit, also while there is no summary. */
static ErrorUnit
find_unit (const char *task_folder, char **target)
{
  g_autofree char *path = g_build_filename (task_folder, "model.bin", NULL);
  g_autoptr (Model) model = model_file_read (path, NULL);

  *target = g_strdup (model ? model->target : "Target");
  return error_unit_new (model ? model_shown_unit (model) : NULL, *target);
}

void
estimation_page_append (GString *html, const JobPage *page)
{
  g_autofree char *task_folder =
      g_strdup_printf ("%s/tasks/%" PRId64, page->folder, find_best (page));
  g_autofree char *predictions = g_build_filename (task_folder, "predictions", NULL);
  g_autofree char *target = NULL;
  ErrorUnit unit = find_unit (task_folder, &target);
  g_auto (JsonFile) task = json_file_read (task_folder, "summary.json");
  const VestimJsonNode *metrics = vestim_json_member (task.root, "metrics");
  const VestimJsonNode *conditions = vestim_json_member (task.root, "conditions");

  if (metrics)
    {
      sections_begin (html, "Results");
      append_warning (html, metrics);
      sections_append_figures (html, metrics, &unit);
      sections_append_tests (html, metrics, conditions, &unit);
      sections_end (html);
    }
  append_tasks (html, page->summary.root, &unit);
  append_learning (html, task_folder, &unit);
  curves_append (html, metrics, predictions, target, &unit);
  sections_append_bands (html, conditions, &unit);
  append_origin (html, page, task.root, task_folder);
}
