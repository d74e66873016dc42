/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/result-page.h"

#include <math.h>

#include "common/client/vestim-node.h"
#include "common/results/vestim-evaluation-table.h"
#include "common/results/vestim-number-text.h"
#include "common/results/vestim-result-text.h"
#include "common/results/vestim-test-result.h"
#include "common/vestim-size.h"
#include "daemon/vestim/output/cell-text.h"
#include "daemon/vestim/output/table.h"
#include "daemon/vestim/output/time-text.h"
#include "daemon/vestim/views/job-words.h"

static void
append_line (GString *out, const char *text)
{
  g_autofree char *line = text != NULL ? cell_text_dup_line (text) : NULL;

  if (line != NULL && *line != '\0')
    g_string_append_printf (out, "%s\n", line);
}

static void
append_lines (GString *out, const char *text)
{
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (char **line = lines; line != NULL && *line != NULL; line++)
    append_line (out, *line);
}

/* ---- Estimations ---- */

static void
add_error (Table *table, const VestimErrorUnit *unit, double thousandths)
{
  table_take (table, STYLE_NONE, vestim_error_unit_format (unit, thousandths));
}

static void
add_test (Table *table, const char *name, const VestimTestResult *test)
{
  table_add (table, STYLE_NONE, name);
  table_take (table, STYLE_NONE, vestim_number_text_count (test->rows));
  add_error (table, &test->unit, test->rmse_mv);
  add_error (table, &test->unit, test->mae_mv);
  add_error (table, &test->unit, test->max_mv);
  table_take (table, STYLE_NONE, vestim_number_text_r2 (test->r2));
  add_error (table, &test->unit, test->windowed_mv);
  add_error (table, &test->unit, test->stateful_mv);
}

/* The sum of the rows is not among the figures of all files. */
static double
count_rows (const GPtrArray *tests)
{
  double rows = 0;

  for (guint i = 0; i < tests->len; i++)
    rows += ((const VestimTestResult *) tests->pdata[i])->rows;
  return rows;
}

static void
append_tests (GString *out, const char *metrics, const Terminal *terminal)
{
  g_autoptr (GPtrArray) tests = vestim_test_result_parse (metrics);
  g_autoptr (VestimTestResult) all = vestim_test_result_parse_all (metrics);
  g_autofree char *rmse = vestim_error_unit_title ("RMSE", all->unit.name);
  g_autofree char *mae = vestim_error_unit_title ("MAE", all->unit.name);
  g_autofree char *max = vestim_error_unit_title ("MAX", all->unit.name);
  const TableColumn columns[] = {
    { .title = "TEST FILE", .min_width = 10 },
    { .title = "ROWS", .is_number = true, .leaves = 1 },
    { .title = rmse, .is_number = true },
    { .title = mae, .is_number = true, .leaves = 4 },
    { .title = max, .is_number = true, .leaves = 3 },
    { .title = "R²", .is_number = true, .leaves = 2 },
    { .title = "WINDOWED", .is_number = true, .leaves = 6 },
    { .title = "STATEFUL", .is_number = true, .leaves = 5 },
  };
  g_autoptr (Table) table = table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < tests->len; i++)
    {
      const VestimTestResult *test = tests->pdata[i];

      add_test (table, test->name, test);
    }
  all->rows = count_rows (tests);
  add_test (table, "all test files", all);
  g_string_append_c (out, '\n');
  table_append (out, table, terminal);
  for (guint i = 0; i < tests->len; i++)
    {
      const VestimTestResult *test = tests->pdata[i];
      g_autofree char *text =
          test->warnings != NULL ? g_strdup_printf ("%s: %s", test->name, test->warnings) : NULL;

      append_line (out, text);
    }
}

static void
append_tasks (GString *out, const char *tasks, const VestimErrorUnit *unit,
              const Terminal *terminal)
{
  static const TableColumn columns[] = {
    { .title = "TASK" },
    { .title = "SETTINGS", .min_width = 12 },
    { .title = "VALIDATION", .is_number = true },
    { .title = "STATEFUL", .is_number = true, .leaves = 1 },
    { .title = "WINDOWED", .is_number = true, .leaves = 2 },
    { .title = "MAX", .is_number = true, .leaves = 3 },
  };
  g_autoptr (GPtrArray) rows = vestim_result_text_task_rows (tasks, unit);
  g_autoptr (Table) table = table_new (columns, G_N_ELEMENTS (columns));
  g_autofree char *warning = vestim_result_text_dup_tasks_warning (tasks);

  for (guint r = 0; r < rows->len; r++)
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      table_add (table, STYLE_NONE, ((char **) rows->pdata[r])[c]);
  if (rows->len == 0)
    return;
  g_string_append_c (out, '\n');
  table_append (out, table, terminal);
  append_line (out, warning);
}

bool
result_page_append_estimation (GString *out, JsonNode *job, const Terminal *terminal)
{
  JsonNode *details = vestim_node_member (job, "details");
  g_autofree char *metrics = vestim_node_dup_text (vestim_node_member (details, "metrics"));
  JsonNode *task_list = vestim_node_member (details, "tasks");
  g_autofree char *tasks = task_list != NULL ? vestim_node_dup_text (task_list) : NULL;
  g_autofree char *summary = vestim_result_text_dup_summary (metrics, tasks);
  g_autofree char *warning = vestim_result_text_dup_warning (metrics);
  const VestimErrorUnit unit = vestim_error_unit_parse (metrics);

  if (summary == NULL)
    return false;
  append_lines (out, summary);
  append_line (out, warning);
  append_tests (out, metrics, terminal);
  append_tasks (out, tasks, &unit, terminal);
  return true;
}

/* ---- Evaluations ---- */

/* The model, its network and its errors; then a column for each file, those with the highest
 * number first to go. */
static TableColumn *
make_columns (const VestimEvaluationTable *evaluation)
{
  guint n = g_strv_length (evaluation->titles);
  TableColumn *columns = g_new0 (TableColumn, n);

  for (guint i = 0; i < n; i++)
    columns[i] = (TableColumn){ .title = evaluation->titles[i],
                                .is_number = i > 1,
                                .min_width = i == 1 ? 10 : 0,
                                .leaves = i > 2 ? (int) i : 0 };
  return columns;
}

bool
result_page_append_evaluation (GString *out, const char *summary, gsize length,
                               const Terminal *terminal, GError **error)
{
  g_autoptr (VestimEvaluationTable) evaluation =
      vestim_evaluation_table_parse (summary, length, error);
  g_autofree TableColumn *columns = NULL;
  g_autoptr (Table) table = NULL;
  guint n;

  if (evaluation == NULL)
    return false;
  n = g_strv_length (evaluation->titles);
  columns = make_columns (evaluation);
  table = table_new (columns, (int) n);
  for (guint r = 0; r < evaluation->rows->len; r++)
    for (guint c = 0; c < n; c++)
      table_add (table, STYLE_NONE, ((char **) evaluation->rows->pdata[r])[c]);
  if (evaluation->unit != NULL && *evaluation->unit != '\0')
    g_string_append_printf (out, "Errors are RMSE in %s.\n\n", evaluation->unit);
  table_append (out, table, terminal);
  if (evaluation->n_more > 0)
    g_string_append_printf (out, "summary.json has %u more files.\n", evaluation->n_more);
  return true;
}

/* ---- Commands ---- */

void
result_page_append_command (GString *out, JsonNode *job, const Terminal *terminal)
{
  JsonNode *details = vestim_node_member (job, "details");
  g_autofree char *state = job_words_dup_state (job);
  double cpu = vestim_node_member_double (details, "cpu_s");
  g_autofree char *run_time = time_text_span (job_words_duration (job, time_text_now ()));
  g_autofree char *cpu_time = time_text_span (cpu);
  int64_t rss_kb = -1;

  style_append_begin (out, terminal, job_words_style (job));
  g_string_append (out, job_words_shown_status (job));
  style_append_end (out, terminal, job_words_style (job));
  g_string_append_printf (out, "%s", *state != '\0' ? ": " : "\n");
  append_line (out, state);
  if (*run_time == '\0')
    return;
  g_string_append_printf (out, "ran %s", run_time);
  if (*cpu_time != '\0')
    g_string_append_printf (out, ", used %s of CPU time", cpu_time);
  vestim_node_get_int64 (vestim_node_member (details, "max_rss_kb"), &rss_kb);
  if (rss_kb >= 0 && rss_kb < G_MAXINT64 >> 10)
    {
      g_autofree char *size = vestim_size_text (rss_kb << 10);

      g_string_append_printf (out, " and %s of memory", size);
    }
  g_string_append_c (out, '\n');
}

void
result_page_append_files (GString *out, JsonNode *files, const Terminal *terminal)
{
  static const TableColumn columns[] = {
    { .title = "SIZE", .is_number = true },
    { .title = "MODIFIED", .leaves = 1 },
    { .title = "FILE" },
  };
  g_autoptr (Table) table = table_new (columns, G_N_ELEMENTS (columns));
  int64_t now = time_text_now ();

  for (guint i = 0; i < vestim_node_n_elements (files); i++)
    {
      JsonNode *file = vestim_node_element (files, i);
      int64_t size = 0;

      vestim_node_get_int64 (vestim_node_member (file, "size"), &size);
      if (terminal->is_terminal)
        {
          table_take (table, STYLE_NONE, vestim_size_text (size));
          table_take (table, STYLE_NONE,
                      time_text_relative (job_words_time (file, "modified_at"), now));
        }
      else
        {
          table_take (table, STYLE_NONE, g_strdup_printf ("%" G_GINT64_FORMAT, size));
          table_add (table, STYLE_NONE, vestim_node_member_string (file, "modified_at"));
        }
      table_add (table, STYLE_NONE, vestim_node_member_string (file, "name"));
    }
  if (table_n_rows (table) > 0)
    table_append (out, table, terminal);
}

void
result_page_append_file_name (GString *out, JsonNode *file)
{
  append_line (out, vestim_node_member_string (file, "name"));
}
