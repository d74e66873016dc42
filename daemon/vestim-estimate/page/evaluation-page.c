/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/curves.h"
#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/job-page-private.h"
#include "daemon/vestim-estimate/page/sections.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Models have targets of their own, so each has its unit. */
static ErrorUnit
unit_of (const VestimJsonNode *model, char **target)
{
  const VestimJsonNode *network = vestim_json_member (model, "network");
  g_autofree char *unit = json_dup_text (network, "target_unit");

  *target = json_dup_text (network, "target");
  return error_unit_new (unit, *target);
}

/* The models */

#define N_MODEL_COLUMNS 9

static void
append_model (GString *html, const HtmlColumn *columns, const VestimJsonNode *model, bool is_best)
{
  const VestimJsonNode *network = vestim_json_member (model, "network");
  const VestimJsonNode *metrics = vestim_json_member (model, "metrics");
  g_autofree char *target = NULL;
  ErrorUnit unit = unit_of (model, &target);
  g_autofree char *number = json_dup_text (model, "number");
  g_autofree char *kind = json_dup_text (network, "model");
  g_autofree char *layers = json_dup_text (network, "layers");
  char *cells[N_MODEL_COLUMNS] = { 0 };

  cells[0] = g_strdup_printf ("%s%s", number ? number : "?", is_best ? " (best)" : "");
  cells[1] = json_dup_text (model, "model");
  cells[2] = kind ? g_strdup_printf ("%s %s", kind, layers ? layers : "") : NULL;
  cells[3] = error_unit_format (&unit, json_number (metrics, "test_rmse_mv"));
  cells[4] = error_unit_format (&unit, json_number (metrics, "mean_rmse_mv"));
  cells[5] = error_unit_format (&unit, json_number (metrics, "test_max_mv"));
  cells[6] = g_strdup (metrics ? unit.error_name : NULL);
  cells[7] = g_strdup_printf ("%zu", vestim_json_size (vestim_json_member (metrics, "tests")));
  cells[8] = json_dup_text (model, "reason");
  html_append_row (html, columns, N_MODEL_COLUMNS, (const char *const *) cells);
  for (int i = 0; i < N_MODEL_COLUMNS; i++)
    g_free (cells[i]);
}

static void
append_models (GString *html, const VestimJsonNode *models, double best)
{
  static const HtmlColumn columns[N_MODEL_COLUMNS] = {
    { "Model", HTML_TEXT },  { "File", HTML_LONG_TEXT },   { "Network", HTML_TEXT },
    { "RMSE", HTML_NUMBER }, { "Mean RMSE", HTML_NUMBER }, { "Largest error", HTML_NUMBER },
    { "Unit", HTML_TEXT },   { "Files", HTML_NUMBER },     { "Failure", HTML_LONG_TEXT },
  };

  html_begin_table (html, "Models: RMSE over all rows, mean RMSE of the files, largest error",
                    columns, N_MODEL_COLUMNS);
  for (const VestimJsonNode *model = vestim_json_first (models); model;
       model = vestim_json_next (model))
    append_model (html, columns, model, json_number (model, "number") == best);
  html_end_table (html);
}

/* Models and files */

#define MAX_MATRIX_MODELS 12

static const VestimJsonNode *
find_test (const VestimJsonNode *model, const char *file)
{
  const VestimJsonNode *tests = vestim_json_member (vestim_json_member (model, "metrics"), "tests");

  for (const VestimJsonNode *test = vestim_json_first (tests); test; test = vestim_json_next (test))
    {
      g_autofree char *name = json_dup_text (test, "file");

      if (g_strcmp0 (name, file) == 0)
        return test;
    }
  return NULL;
}

/* "12.34" of one model and file; "failed" when there is no result. */
static char *
dup_cell (const VestimJsonNode *model, const char *file)
{
  const VestimJsonNode *test = find_test (model, file);
  g_autofree char *target = NULL;
  ErrorUnit unit = unit_of (model, &target);

  return test ? error_unit_format (&unit, json_number (test, "rmse_mv")) : g_strdup ("failed");
}

static void
append_file (GString *html, const HtmlColumn *columns, int n_columns, const VestimJsonNode *models,
             const char *file)
{
  char *cells[MAX_MATRIX_MODELS + 1] = { 0 };
  int n = 1;

  cells[0] = g_strdup (file);
  for (const VestimJsonNode *model = vestim_json_first (models); model && n < n_columns;
       model = vestim_json_next (model))
    cells[n++] = dup_cell (model, file);
  html_append_row (html, columns, n_columns, (const char *const *) cells);
  for (int i = 0; i < n; i++)
    g_free (cells[i]);
}

/* Files as rows and models as columns: file names are long, and there are more files. */
static void
append_matrix (GString *html, const VestimJsonNode *files, const VestimJsonNode *models,
               double best)
{
  HtmlColumn columns[MAX_MATRIX_MODELS + 1] = { { "File", HTML_LONG_TEXT } };
  char *titles[MAX_MATRIX_MODELS] = { 0 };
  size_t n = 0;
  int n_models = (int) MIN (vestim_json_size (models), MAX_MATRIX_MODELS);

  for (int i = 0; i < n_models; i++)
    {
      titles[i] = g_strdup_printf ("Model %d%s", i + 1, i + 1 == best ? " (best)" : "");
      columns[i + 1] = (HtmlColumn){ titles[i], HTML_NUMBER };
    }
  html_begin_table (html,
                    vestim_json_size (models) > MAX_MATRIX_MODELS
                        ? "RMSE of each file and of the first models"
                        : "RMSE of each file and model",
                    columns, n_models + 1);
  for (const VestimJsonNode *node = vestim_json_first (files); node && n < SECTIONS_MAX_ROWS;
       node = vestim_json_next (node), n++)
    {
      g_autofree char *file = json_dup_text (node, "file");

      append_file (html, columns, n_models + 1, models, file ? file : "");
    }
  html_end_table (html);
  sections_append_rest (html, vestim_json_size (files), n);
  for (int i = 0; i < n_models; i++)
    g_free (titles[i]);
}

static void
append_failures (GString *html, const VestimJsonNode *models)
{
  static const HtmlColumn columns[] = { { "Model", HTML_TEXT },
                                        { "File", HTML_LONG_TEXT },
                                        { "Reason", HTML_LONG_TEXT } };
  g_autoptr (GString) rows = g_string_new (NULL);
  size_t n_all = 0, n = 0;

  for (const VestimJsonNode *model = vestim_json_first (models); model;
       model = vestim_json_next (model))
    {
      const VestimJsonNode *failures = vestim_json_member (model, "failures");
      g_autofree char *number = json_dup_text (model, "number");

      n_all += vestim_json_size (failures);
      for (const VestimJsonNode *node = vestim_json_first (failures); node && n < SECTIONS_MAX_ROWS;
           node = vestim_json_next (node), n++)
        {
          g_autofree char *file = json_dup_text (node, "file");
          g_autofree char *reason = json_dup_text (node, "reason");

          html_append_row (rows, columns, 3, (const char *const[]){ number, file, reason });
        }
    }
  if (rows->len == 0)
    return;
  html_begin_table (html, "Tests that failed", columns, 3);
  g_string_append (html, rows->str);
  html_end_table (html);
  sections_append_rest (html, n_all, n);
}

/* Errors on training files would make a model look better than it is. */
static void
append_trained_on (GString *html, const VestimJsonNode *models)
{
  for (const VestimJsonNode *model = vestim_json_first (models); model;
       model = vestim_json_next (model))
    {
      const VestimJsonNode *files = vestim_json_member (model, "trained_on");
      g_autofree char *number = json_dup_text (model, "number");
      g_autofree char *text = g_strdup_printf (
          "Model %s was trained on %zu of these files. Its errors there say little about new data.",
          number ? number : "?", vestim_json_size (files));

      if (vestim_json_size (files) > 0)
        html_append_element (html, "p", "warn", text);
    }
}

static void
append_digests (GString *html, const VestimJsonNode *summary, const VestimJsonNode *models)
{
  static const HtmlColumn columns[] = { { "Model file", HTML_LONG_TEXT },
                                        { "SHA-256", HTML_TEXT } };
  g_autofree char *program = json_dup_text (summary, "program");

  sections_begin (html, "Origin");
  html_begin_facts (html, "Program");
  html_append_fact (html, "Version of vestim-estimate", program ? program : "unknown");
  html_end_table (html);
  html_begin_table (html, "Models", columns, 2);
  for (const VestimJsonNode *model = vestim_json_first (models); model;
       model = vestim_json_next (model))
    {
      g_autofree char *path = json_dup_text (model, "model");
      g_autofree char *digest = json_dup_text (model, "sha256");

      html_append_row (html, columns, 2, (const char *const[]){ path, digest });
    }
  html_end_table (html);
  sections_append_data (html, vestim_json_member (summary, "files"));
  sections_end (html);
}

/* The best model, as an estimation shows its best task. */
static void
append_best (GString *html, const JobPage *page, const VestimJsonNode *model, double number)
{
  const VestimJsonNode *metrics = vestim_json_member (model, "metrics");
  g_autofree char *folder = g_strdup_printf ("%s/evaluations/%.0f", page->folder, number);
  g_autofree char *predictions = g_build_filename (folder, "predictions", NULL);
  g_auto (JsonFile) summary = json_file_read (folder, "summary.json");
  const VestimJsonNode *conditions = vestim_json_member (summary.root, "conditions");
  g_autofree char *title = g_strdup_printf ("The best model: model %.0f", number);
  g_autofree char *target = NULL;
  ErrorUnit unit = unit_of (model, &target);

  sections_begin (html, title);
  sections_append_figures (html, metrics, &unit);
  sections_append_tests (html, metrics, conditions, &unit);
  sections_append_members (html, "Its network", vestim_json_member (model, "network"));
  sections_end (html);
  curves_append (html, metrics, predictions, target ? target : "Target", &unit);
  sections_append_bands (html, conditions, &unit);
}

void
evaluation_page_append (GString *html, const JobPage *page)
{
  const VestimJsonNode *summary = page->summary.root;
  const VestimJsonNode *models = vestim_json_member (summary, "models");
  double best = json_number (vestim_json_member (summary, "metrics"), "best_model");

  if (vestim_json_size (models) == 0)
    return;
  sections_begin (html, "Results");
  append_trained_on (html, models);
  append_models (html, models, best);
  append_matrix (html, vestim_json_member (summary, "files"), models, best);
  append_failures (html, models);
  sections_end (html);
  for (const VestimJsonNode *model = vestim_json_first (models); model;
       model = vestim_json_next (model))
    if (json_number (model, "number") == best)
      append_best (html, page, model, best);
  append_digests (html, summary, models);
}
