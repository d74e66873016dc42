/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/curves.h"

#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/json-file.h"
#include "daemon/vestim-estimate/page/predictions.h"
#include "daemon/vestim-estimate/page/sections.h"
#include "daemon/vestim-estimate/page/svg-chart.h"

#include <string.h>

#define MAX_FILES 16 /* with curves, so that the page stays small */
#define MAX_SAMPLES 20000
#define LIMIT_RMSE 4 /* what the histogram covers, as a multiple of the RMSE */

static int
compare_worst_first (gconstpointer a, gconstpointer b)
{
  double first = json_number (*(const VestimJsonNode *const *) a, "rmse_mv");
  double second = json_number (*(const VestimJsonNode *const *) b, "rmse_mv");

  return (first < second) - (first > second);
}

/* `(transfer container)` */
static GPtrArray *
sort_tests (const VestimJsonNode *tests)
{
  GPtrArray *sorted = g_ptr_array_new ();

  for (const VestimJsonNode *test = vestim_json_first (tests); test; test = vestim_json_next (test))
    g_ptr_array_add (sorted, (gpointer) test);
  g_ptr_array_sort (sorted, compare_worst_first);
  return sorted;
}

static size_t
rows_of (const VestimJsonNode *test)
{
  double rows = json_number (test, "rows");

  return rows >= 1 && rows < 1e15 ? (size_t) rows : 0;
}

static void
append_curves (GString *html, const VestimJsonNode *test, const PredictionCurves *curves,
               const char *target, const ErrorUnit *unit)
{
  g_autofree char *file = json_dup_text (test, "file");
  g_autofree char *value_label = error_unit_label (target, unit->name);
  g_autofree char *error_label = error_unit_label ("Error", unit->error_name);
  g_autofree char *title = g_strdup_printf ("%s of %s, measured and predicted", target, file);
  g_autofree char *error_title = g_strdup_printf ("Error of %s", file);
  const SvgChart values = { .title = title,
                            .x_label = "Time (s)",
                            .y_label = value_label,
                            .description = "Two lines over time." };
  const SvgChart errors = { .title = error_title,
                            .x_label = "Time (s)",
                            .y_label = error_label,
                            .height = 190,
                            .description = "Predicted minus measured over time." };
  const SvgLine lines[] = { { "Measured", 1, curves->measured },
                            { "Predicted", 2, curves->predicted } };
  const SvgLine error[] = { { "Error", 3, curves->error } };

  html_append_element (html, "h3", NULL, file);
  svg_chart_append_lines (html, &values, lines, 2);
  svg_chart_append_lines (html, &errors, error, 1);
}

static void
append_all_errors (GString *html, const PredictionErrors *errors, const char *target,
                   const ErrorUnit *unit)
{
  g_autofree char *error_label = error_unit_label ("Error", unit->error_name);
  g_autofree char *measured = error_unit_label ("Measured", unit->name);
  g_autofree char *predicted = error_unit_label ("Predicted", unit->name);
  g_autofree char *title = g_strdup_printf ("%s, predicted against measured", target);
  g_autofree char *rows =
      g_strdup_printf ("%zu of %zu rows; a darker cell has more of them. On the dashed line, the "
                       "prediction is right.",
                       (size_t) errors->samples->len, errors->n_rows);
  const SvgChart histogram = { .title = "Histogram of the errors of all rows",
                               .description = "The bars at both ends also count the rows with "
                                              "larger errors.",
                               .x_label = error_label,
                               .y_label = "Rows",
                               .height = 220 };
  const SvgChart density = {
    .title = title, .x_label = measured, .y_label = predicted, .description = rows
  };

  sections_begin (html, "Distribution of the errors");
  html_append_element (html, "h3", NULL, histogram.title);
  svg_chart_append_histogram (html, &histogram, errors->counts, PREDICTIONS_BINS, -errors->limit,
                              errors->limit);
  html_append_element (html, "p", NULL, histogram.description);
  html_append_element (html, "h3", NULL, density.title);
  svg_chart_append_density (html, &density, errors->samples);
  html_append_element (html, "p", NULL, rows);
  sections_end (html);
}

/* Reads the files, and appends the curves of the first ones. The number of files read. */
static guint
read_all (GString *html, const GPtrArray *tests, const char *folder, PredictionErrors *errors,
          const char *target, const ErrorUnit *unit)
{
  guint n = 0;

  for (guint i = 0; i < tests->len; i++)
    {
      const VestimJsonNode *test = tests->pdata[i];
      g_autofree char *name = json_dup_text (test, "predictions");
      g_autofree char *path = name ? g_build_filename (folder, name, NULL) : NULL;
      PredictionCurves curves = { 0 };

      /* A name never leads out of the folder. */
      if (name && !strchr (name, '/') && predictions_read (path, rows_of (test), errors, &curves)
          && n++ < MAX_FILES)
        append_curves (html, test, &curves, target, unit);
      prediction_curves_clear (&curves);
    }
  return n;
}

void
curves_append (GString *html, const VestimJsonNode *metrics, const char *folder, const char *target,
               const ErrorUnit *unit)
{
  g_autoptr (GPtrArray) tests = sort_tests (vestim_json_member (metrics, "tests"));
  g_autoptr (GString) curves = g_string_new (NULL);
  double rmse = json_number (metrics, "test_rmse_mv") * unit->factor;
  PredictionErrors errors = { .limit = rmse > 0 ? LIMIT_RMSE * rmse : 1,
                              .scale = 1000 * unit->factor };
  size_t n_rows = 0;

  for (guint i = 0; i < tests->len; i++)
    n_rows += rows_of (tests->pdata[i]);
  errors.samples = g_array_new (FALSE, FALSE, sizeof (Point));
  errors.sample_step = n_rows / MAX_SAMPLES + 1;

  guint n = read_all (curves, tests, folder, &errors, target, unit);
  if (n > 0)
    {
      append_all_errors (html, &errors, target, unit);
      sections_begin (html, "Measured and predicted");
      if (n > MAX_FILES)
        html_append_element (html, "p", NULL, "These files have the largest errors.");
      g_string_append (html, curves->str);
      sections_end (html);
    }
  g_array_unref (errors.samples);
}
