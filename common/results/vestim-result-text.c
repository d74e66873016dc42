/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-result-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/results/vestim-number-text.h"
#include "common/results/vestim-test-result.h"

#define MAX_CHARS 200
#define WARN_SHARE 0.2 /* as in vestim-estimate */

/* The errors of both tests, which every network with a state has. */
typedef struct
{
  double windowed_mv;
  double stateful_mv;
} Modes;

static Modes
read_modes (JsonNode *object)
{
  return (Modes){ vestim_node_member_double (object, "windowed_rmse_mv"),
                  vestim_node_member_double (object, "stateful_rmse_mv") };
}

static gboolean
modes_differ (const Modes *modes)
{
  return fabs (modes->windowed_mv - modes->stateful_mv)
         > WARN_SHARE * fmin (modes->windowed_mv, modes->stateful_mv);
}

static char *
dup_error (JsonNode *object, const char *name, const VestimErrorUnit *unit)
{
  return vestim_error_unit_format (unit, vestim_node_member_double (object, name));
}

static char *
dup_line (JsonNode *object, const char *name)
{
  const char *text = vestim_node_member_string (object, name);

  return text != NULL ? vestim_text_line (text, MAX_CHARS) : NULL;
}

int
vestim_result_text_best_task (const char *tasks)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (tasks);
  int64_t task = 1;

  vestim_node_get_int64 (vestim_node_member (vestim_node_element (root, 0), "task"), &task);
  return (int) task;
}

/* The best model of an evaluation; 0: the metrics are not those of an evaluation. */
static int
best_model (const char *metrics)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);
  int64_t number = 0;

  vestim_node_get_int64 (vestim_node_member (root, "best_model"), &number);
  return (int) number;
}

char *
vestim_result_text_dup_folder (const VestimJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);
  if (job->kind == VESTIM_JOB_KIND_EVALUATION)
    return g_strdup_printf ("evaluations/%d", best_model (job->details.metrics));
  return g_strdup_printf ("tasks/%d", vestim_result_text_best_task (job->details.tasks));
}

/* (transfer full) 0.003, GRU or [18, 18] */
static char *
dup_value (JsonNode *node)
{
  const char *word = vestim_node_string (node);
  g_autoptr (GString) list = NULL;

  if (word != NULL)
    return g_strdup (word);
  if (!vestim_node_is_array (node))
    return vestim_node_dup_text (node);
  list = g_string_new (NULL);
  for (guint i = 0; i < vestim_node_n_elements (node); i++)
    {
      g_autofree char *element = vestim_node_dup_text (vestim_node_element (node, i));

      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", element);
    }
  return g_strdup_printf ("[%s]", list->str);
}

/* {"learning_rate":0.003,"layers":[18,18]} → "learning_rate 0.003, layers [18, 18]" */
static char *
describe_choice (JsonNode *task)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *reason = dup_line (task, "reason");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (vestim_node_iter_init (&iter, vestim_node_member (task, "choice")))
    while (json_object_iter_next_ordered (&iter, &name, &node))
      {
        g_autofree char *value = dup_value (node);

        g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", name, value);
      }
  if (reason != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ": " : "", reason);
  return vestim_text_line (text->str, MAX_CHARS);
}

static gboolean
tests_differ (JsonNode *task)
{
  const Modes modes = read_modes (task);

  return modes_differ (&modes);
}

/* (transfer full) with a mark if the tests differ */
static char *
dup_stateful (JsonNode *task, const VestimErrorUnit *unit)
{
  g_autofree char *error = dup_error (task, "stateful_rmse_mv", unit);

  return g_strconcat (error, tests_differ (task) ? " ⚠" : "", NULL);
}

static char **
make_task_row (JsonNode *task, gboolean best, const VestimErrorUnit *unit)
{
  char **row = g_new0 (char *, 7);

  row[0] = g_strdup_printf ("%.0f%s", vestim_node_member_double (task, "task"), best ? " ★" : "");
  row[1] = describe_choice (task);
  row[2] = dup_error (task, "val_rmse_mv", unit);
  row[3] = dup_stateful (task, unit);
  row[4] = dup_error (task, "windowed_rmse_mv", unit);
  row[5] = dup_error (task, "test_max_mv", unit);
  return row;
}

GPtrArray *
vestim_result_text_task_rows (const char *tasks, const VestimErrorUnit *unit)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (tasks);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint i = 0; i < vestim_node_n_elements (root); i++)
    {
      JsonNode *task = vestim_node_element (root, i);
      gboolean best = i == 0 && isfinite (vestim_node_member_double (task, "val_rmse_mv"));

      g_ptr_array_add (rows, make_task_row (task, best, unit));
    }
  return rows;
}

/* (transfer full) a second line of the summary, or an empty text. */
static char *
dup_modes_line (const char *metrics)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);
  const Modes modes = read_modes (root);
  const VestimErrorUnit unit = vestim_error_unit_read (root);
  g_autofree char *stateful = vestim_error_unit_text (&unit, modes.stateful_mv);
  g_autofree char *windowed = vestim_error_unit_text (&unit, modes.windowed_mv);

  /* Equal: an FNN has no state. */
  if (!isfinite (modes.windowed_mv) || !isfinite (modes.stateful_mv)
      || modes.windowed_mv == modes.stateful_mv)
    return g_strdup ("");
  return g_strdup_printf (_ ("\nWith its state, as deployed: RMSE %s. In windows: %s."), stateful,
                          windowed);
}

char *
vestim_result_text_dup_tasks_warning (const char *tasks)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (tasks);
  guint n = 0;

  for (guint i = 0; i < vestim_node_n_elements (root); i++)
    n += tests_differ (vestim_node_element (root, i));
  if (n == 0)
    return NULL;
  return g_strdup_printf (
      ngettext (
          "In %u task, marked with ⚠, the stateful and the windowed test differ by more than "
          "20 %%.",
          "In %u tasks, marked with ⚠, the stateful and the windowed test differ by more than "
          "20 %%.",
          n),
      n);
}

char *
vestim_result_text_dup_warning (const char *metrics)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);
  const Modes modes = read_modes (root);
  const VestimErrorUnit unit = vestim_error_unit_read (root);
  g_autofree char *stateful = vestim_error_unit_text (&unit, modes.stateful_mv);
  g_autofree char *windowed = vestim_error_unit_text (&unit, modes.windowed_mv);

  if (!modes_differ (&modes))
    return NULL;
  return g_strdup_printf (
      _ ("The two tests differ by more than 20 %%. Expect %s from a network that keeps its "
         "state, as vestim_step() of the exported header does, and %s with "
         "vestim_window_step()."),
      stateful, windowed);
}

char *
vestim_result_text_dup_summary (const char *metrics, const char *tasks)
{
  g_autoptr (VestimTestResult) all = vestim_test_result_parse_all (metrics);
  g_autoptr (JsonNode) root = vestim_node_parse_text (tasks);
  guint n_tasks = root != NULL ? vestim_node_n_elements (root) : 1;
  g_autofree char *rmse = vestim_error_unit_text (&all->unit, all->rmse_mv);
  g_autofree char *mae = vestim_error_unit_text (&all->unit, all->mae_mv);
  g_autofree char *max = vestim_error_unit_text (&all->unit, all->max_mv);
  g_autofree char *r2 = vestim_number_text_r2 (all->r2);
  g_autofree char *modes = dup_modes_line (metrics);

  if (!isfinite (all->rmse_mv))
    return NULL;
  if (best_model (metrics) > 0)
    return g_strdup_printf (_ ("Best is model %d: RMSE %s, MAE %s, largest error %s, R² %s%s"),
                            best_model (metrics), rmse, mae, max, r2, modes);
  if (n_tasks > 1)
    return g_strdup_printf (
        ngettext ("Best of %u task: RMSE %s, MAE %s, largest error %s, R² %s%s",
                  "Best of %u tasks: RMSE %s, MAE %s, largest error %s, R² %s%s", n_tasks),
        n_tasks, rmse, mae, max, r2, modes);
  return g_strdup_printf (_ ("All files: RMSE %s, MAE %s, largest error %s, R² %s%s"), rmse, mae,
                          max, r2, modes);
}

char *
vestim_result_text_dup_line (const VestimJob *job, gsize max_chars)
{
  const VestimJobDetails *details;

  g_return_val_if_fail (job != NULL, NULL);
  details = &job->details;
  switch (job->state)
    {
    case VESTIM_JOB_FAILED:
    case VESTIM_JOB_INTERRUPTED:
      if (details->reason != NULL)
        return vestim_text_line (details->reason, max_chars);
      if (details->signal != NULL)
        return vestim_text_line (details->signal, 40);
      if (details->exit_code > 0)
        return g_strdup_printf (_ ("exit code %d"), details->exit_code);
      break;
    case VESTIM_JOB_CREATED:
      return g_strdup (job->kind == VESTIM_JOB_KIND_NONE ? _ ("draft") : _ ("held"));
    case VESTIM_JOB_QUEUED:
      return job->priority != 0 ? g_strdup_printf (_ ("priority %d"), job->priority)
                                : g_strdup ("");
    case VESTIM_JOB_RUNNING:
    case VESTIM_JOB_COMPLETED:
    case VESTIM_JOB_STOPPED:
      break;
    }
  return vestim_text_line (job->message, max_chars);
}
