/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/predict-table.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/results/test-results.h"

#include <stdio.h>
#include <string.h>

#define ALL_FILES "all files"

static void
clear_file (void *data)
{
  PredictedFile *file = data;

  g_free (file->path);
  g_free (file->predictions);
  g_free (file->error);
}

GArray *
predicted_files_new (void)
{
  GArray *files = g_array_new (FALSE, FALSE, sizeof (PredictedFile));

  g_array_set_clear_func (files, clear_file);
  return files;
}

/* All rows of the files that have the target have the same weight. */
static ErrorStats
pool (const GArray *files)
{
  ErrorStats all = { 0 };

  for (guint i = 0; i < files->len; i++)
    error_stats_merge (&all, &g_array_index (files, PredictedFile, i).stats);
  return all;
}

static bool
has_targets (const GArray *files)
{
  for (guint i = 0; i < files->len; i++)
    if (g_array_index (files, PredictedFile, i).has_target)
      return true;
  return false;
}

/* For people */

static int
name_width (const GArray *files)
{
  glong width = g_utf8_strlen (ALL_FILES, -1);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name =
          g_filename_display_name (g_array_index (files, PredictedFile, i).path);

      width = MAX (width, g_utf8_strlen (name, -1));
    }
  return (int) width;
}

/* Pads to a width in characters, not in bytes. */
static void
print_name (const char *path, int width)
{
  g_autofree char *name = g_filename_display_name (path);

  fprintf (stderr, "%s%*s", name, width - (int) g_utf8_strlen (name, -1), "");
}

static void
print_error (double error, const ErrorUnit *unit)
{
  g_autofree char *text = error_unit_format (unit, error * 1000);

  fprintf (stderr, " %10s", text);
}

static void
print_row (const char *path, int width, size_t n_rows, const ErrorStats *stats,
           const ErrorUnit *unit)
{
  print_name (path, width);
  fprintf (stderr, " %9zu", n_rows);
  if (!stats)
    {
      fprintf (stderr, " %10s %10s %10s %9s\n", "-", "-", "-", "-");
      return;
    }
  print_error (error_stats_rmse (stats), unit);
  print_error (error_stats_mae (stats), unit);
  print_error (stats->largest, unit);
  fprintf (stderr, " %9.5f\n", error_stats_r2 (stats));
}

static void
print_title (const char *name, const ErrorUnit *unit)
{
  const char *known = unit->error_name;
  g_autofree char *title = known[0] ? g_strdup_printf ("%s [%s]", name, known) : g_strdup (name);

  fprintf (stderr, " %*s", 10 + (int) (strlen (title) - g_utf8_strlen (title, -1)), title);
}

static void
print_table (const GArray *files, const ErrorUnit *unit)
{
  int width = name_width (files);
  ErrorStats all = pool (files);

  print_name ("file", width);
  fprintf (stderr, " %9s", "rows");
  print_title ("RMSE", unit);
  print_title ("MAE", unit);
  print_title ("max", unit);
  fprintf (stderr, " %10s\n", "R²");
  for (guint i = 0; i < files->len; i++)
    {
      const PredictedFile *file = &g_array_index (files, PredictedFile, i);

      if (!file->error)
        print_row (file->path, width, file->n_rows, file->has_target ? &file->stats : NULL, unit);
    }
  if (has_targets (files))
    print_row (ALL_FILES, width, all.n, &all, unit);
}

static void
print_sentence (const ErrorStats *stats, const ErrorUnit *unit)
{
  g_autofree char *rmse = error_unit_format (unit, error_stats_rmse (stats) * 1000);
  g_autofree char *mae = error_unit_format (unit, error_stats_mae (stats) * 1000);
  g_autofree char *largest = error_unit_format (unit, stats->largest * 1000);
  const char *space = unit->error_name[0] ? " " : "", *name = unit->error_name;

  fprintf (stderr, "%zu rows: RMSE %s%s%s, MAE %s%s%s, max %s%s%s, R² %.5f\n", stats->n, rmse,
           space, name, mae, space, name, largest, space, name, error_stats_r2 (stats));
}

void
predict_table_print (const GArray *files, bool as_table, const ErrorUnit *unit)
{
  const PredictedFile *first = &g_array_index (files, PredictedFile, 0);

  if (as_table)
    print_table (files, unit);
  else if (first->has_target && !first->error)
    print_sentence (&first->stats, unit);
}

/* JSON */

static void
append_stats (GString *json, size_t n_rows, const ErrorStats *stats)
{
  g_string_append_printf (json, "\"rows\": %zu, ", n_rows);
  test_results_append_stats (json, "", stats);
}

void
predict_table_print_json (const GArray *files, const char *model_path, const Model *model)
{
  g_autoptr (GString) json = g_string_new ("{");
  ErrorStats all = pool (files);

  vestim_json_append_string_member (json, "model", model_path);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "target", model->target);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "target_unit", model_shown_unit (model));
  g_string_append (json, ",\n \"files\": [");
  for (guint i = 0; i < files->len; i++)
    {
      const PredictedFile *file = &g_array_index (files, PredictedFile, i);

      g_string_append (json, i ? ",\n  {" : "{");
      vestim_json_append_string_member (json, "file", file->path);
      g_string_append (json, ", ");
      vestim_json_append_string_member (json, "predictions", file->predictions);
      g_string_append (json, ", ");
      vestim_json_append_string_member (json, "error", file->error);
      g_string_append (json, ", ");
      append_stats (json, file->n_rows, &file->stats);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "],\n \"all\": {");
  append_stats (json, all.n, &all);
  g_string_append (json, "}}");
  puts (json->str);
}
