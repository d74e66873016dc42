/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/evaluation-report.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/results/error-unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SUMMARY_VERSION 1

/* The daemon reads no more than 8 MiB of a summary. What is left out is in the folders of the
 * models. */
#define MAX_MODELS_BYTES (4 * 1024 * 1024)
#define MAX_FILES_BYTES (1024 * 1024)

const ModelTest *
evaluation_report_best (const GPtrArray *tests)
{
  const ModelTest *best = NULL;

  for (guint i = 0; i < tests->len; i++)
    {
      const ModelTest *test = tests->pdata[i];

      if (test->metrics && (!best || model_test_compare (test, best) < 0))
        best = test;
    }
  return best;
}

/* The metrics of the best model, with its number in front. */
static void
append_metrics (GString *json, const ModelTest *best)
{
  if (best)
    g_string_append_printf (json, "{\"best_model\": %d, %s", best->number, best->metrics + 1);
  else
    g_string_append (json, "{}");
}

static void
append_files (GString *json, const GArray *files)
{
  gsize n_before = json->len;

  for (guint i = 0; i < files->len && json->len - n_before < MAX_FILES_BYTES; i++)
    {
      const EvaluatedFile *file = &g_array_index (files, EvaluatedFile, i);

      g_string_append (json, i ? ",\n  {" : "{");
      vestim_json_append_string_member (json, "file", file->path);
      g_string_append (json, ", ");
      vestim_json_append_string_member (json, "sha256", file->digest);
      g_string_append_c (json, '}');
    }
}

static void
append_models (GString *json, const GPtrArray *tests)
{
  gsize n_before = json->len;

  for (guint i = 0; i < tests->len; i++)
    {
      const ModelTest *test = tests->pdata[i];

      if (json->len - n_before + strlen (test->entry) > MAX_MODELS_BYTES)
        break;
      g_string_append (json, i ? ",\n  " : "");
      g_string_append (json, test->entry);
    }
}

bool
evaluation_report_write (const EvaluationReport *report, const char *path, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\"version\": %d, \"kind\": \"evaluation\", \"attempt\": %" PRId64 ", ",
                          SUMMARY_VERSION, report->attempt);
  vestim_json_append_string_member (json, "program", VESTIM_VERSION);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "status", report->status);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "reason", report->reason);
  g_string_append (json, ",\n \"metrics\": ");
  append_metrics (json, evaluation_report_best (report->tests));
  g_string_append_printf (json, ",\n \"n_models\": %d, \"n_done\": %u, \"n_files\": %u",
                          report->n_models, report->tests->len, report->files->len);
  g_string_append (json, ",\n \"files\": [");
  append_files (json, report->files);
  g_string_append (json, "],\n \"models\": [");
  append_models (json, report->tests);
  g_string_append (json, "]}\n");
  return output_file_write (path, json->str, json->len, error);
}

/* For people */

static gint
compare (gconstpointer a, gconstpointer b)
{
  return model_test_compare (*(const ModelTest *const *) a, *(const ModelTest *const *) b);
}

static void
print_test (const ModelTest *test, bool is_best)
{
  const ErrorUnit unit = error_unit_new (test->target_unit, test->target);
  g_autofree char *failed =
      test->n_failed > 0 ? g_strdup_printf (", %u failed", test->n_failed) : g_strdup ("");
  g_autofree char *rmse = error_unit_format (&unit, test->test_rmse_mv);
  g_autofree char *mean = error_unit_format (&unit, test->mean_rmse_mv);
  g_autofree char *largest = error_unit_format (&unit, test->test_max_mv);

  if (test->metrics)
    printf ("%6d %10s %10s %10s %5s %8u%s%s\n", test->number, rmse, mean, largest, unit.error_name,
            test->n_tested, failed, is_best ? "   best" : "");
  else
    printf ("%6d   failed: %s\n", test->number, test->reason);
}

void
evaluation_report_print (const GPtrArray *tests)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < tests->len; i++)
    g_ptr_array_add (sorted, tests->pdata[i]);
  g_ptr_array_sort (sorted, compare);

  printf ("\n%6s %10s %10s %10s %5s %8s\n", "model", "RMSE", "mean RMSE", "max", "unit", "files");
  for (guint i = 0; i < sorted->len; i++)
    print_test (sorted->pdata[i], i == 0);
  fflush (stdout);
}

bool
evaluation_report_has_targets (const GPtrArray *tests)
{
  const char *target = NULL;

  for (guint i = 0; i < tests->len; i++)
    {
      const ModelTest *test = tests->pdata[i];

      if (target && test->metrics && g_strcmp0 (test->target, target) != 0)
        return true;
      if (test->metrics)
        target = test->target;
    }
  return false;
}
