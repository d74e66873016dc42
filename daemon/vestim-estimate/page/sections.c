/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/sections.h"

#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/json-file.h"
#include "daemon/vestim-estimate/page/style.h"
#include "daemon/vestim-estimate/page/svg-chart.h"

#include <math.h>

#define MAX_BANDS 16
#define MAX_VALUE 1000 /* characters of a member */

/* Page */

void
sections_begin_page (GString *html, const char *title)
{
  g_string_append (html,
                   "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                   "<head>\n<meta charset=\"utf-8\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
  html_append_element (html, "title", NULL, title);
  g_string_append_printf (html, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", page_style);
  html_append_element (html, "h1", NULL, title);
}

void
sections_end_page (GString *html)
{
  g_string_append (html, "</main>\n<footer>");
  html_append_text (html, "Written by vestim-estimate " VESTIM_VERSION " --report.");
  g_string_append (html, "</footer>\n</body>\n</html>\n");
}

void
sections_begin (GString *html, const char *title)
{
  g_string_append (html, "<section>\n");
  html_append_element (html, "h2", NULL, title);
}

void
sections_end (GString *html)
{
  g_string_append (html, "</section>\n");
}

void
sections_append_rest (GString *html, size_t n_all, size_t n_shown)
{
  g_autofree char *text = g_strdup_printf ("And %zu more.", n_all - n_shown);

  if (n_all > n_shown)
    html_append_element (html, "p", NULL, text);
}

/* Figures */

static void
append_figure (GString *html, const VestimJsonNode *metrics, const char *member, const char *name,
               const ErrorUnit *unit)
{
  g_autofree char *label = error_unit_label (name, unit->error_name);
  g_autofree char *value = error_unit_format (unit, json_number (metrics, member));

  if (value[0])
    html_append_fact (html, label, value);
}

void
sections_append_figures (GString *html, const VestimJsonNode *metrics, const ErrorUnit *unit)
{
  double r2 = json_number (metrics, "test_r2");
  g_autofree char *r2_text = g_strdup_printf ("%.5f", r2);

  if (vestim_json_size (vestim_json_member (metrics, "tests")) == 0)
    return;
  html_begin_facts (html, "All rows of all files");
  append_figure (html, metrics, "test_rmse_mv", "RMSE", unit);
  append_figure (html, metrics, "test_mae_mv", "MAE", unit);
  append_figure (html, metrics, "test_max_mv", "Largest error", unit);
  if (isfinite (r2))
    html_append_fact (html, "R²", r2_text);
  append_figure (html, metrics, "windowed_rmse_mv", "RMSE, windowed", unit);
  append_figure (html, metrics, "stateful_rmse_mv", "RMSE, stateful (as deployed)", unit);
  append_figure (html, metrics, "val_rmse_mv", "RMSE of validation", unit);
  html_end_table (html);
}

/* Tests */

/* `(transfer full)` "118 to 177 s: 45.67" of the worst stretch of a file. */
static char *
dup_worst (const VestimJsonNode *conditions, const char *file, const ErrorUnit *unit)
{
  const VestimJsonNode *files = vestim_json_member (conditions, "files");

  for (const VestimJsonNode *node = vestim_json_first (files); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_string (vestim_json_member (node, "file"));
      const VestimJsonNode *worst = vestim_json_member (node, "worst");
      g_autofree char *rmse = error_unit_format (unit, json_number (worst, "rmse_mv"));

      if (g_strcmp0 (name, file) == 0 && rmse[0])
        return g_strdup_printf ("%g to %g s: %s", json_number (worst, "from"),
                                json_number (worst, "to"), rmse);
    }
  return g_strdup ("");
}

#define N_TEST_COLUMNS 12

static void
append_test (GString *html, const HtmlColumn *columns, const VestimJsonNode *test,
             const VestimJsonNode *conditions, const ErrorUnit *unit)
{
  static const char *const members[] = { "rmse_mv", "mae_mv", "max_mv" };
  static const char *const both[] = { "windowed_rmse_mv", "stateful_rmse_mv" };
  static const char *const counts[] = { "outside_rows", "gaps", "missing_cells" };
  char *cells[N_TEST_COLUMNS] = { 0 };
  double r2 = json_number (test, "r2");

  cells[0] = json_dup_text (test, "file");
  cells[1] = json_dup_text (test, "rows");
  for (int i = 0; i < 3; i++)
    cells[2 + i] = error_unit_format (unit, json_number (test, members[i]));
  cells[5] = isfinite (r2) ? g_strdup_printf ("%.5f", r2) : NULL;
  for (int i = 0; i < 2; i++)
    cells[6 + i] = error_unit_format (unit, json_number (test, both[i]));
  cells[8] = dup_worst (conditions, cells[0], unit);
  for (int i = 0; i < 3; i++)
    cells[9 + i] = json_dup_text (test, counts[i]);
  html_append_row (html, columns, N_TEST_COLUMNS, (const char *const *) cells);
  for (int i = 0; i < N_TEST_COLUMNS; i++)
    g_free (cells[i]);
}

/* Of files with rows outside the range of the training files. */
static void
append_warnings (GString *html, const VestimJsonNode *tests)
{
  size_t n = 0;

  for (const VestimJsonNode *test = vestim_json_first (tests); test && n < SECTIONS_MAX_ROWS;
       test = vestim_json_next (test), n++)
    {
      const VestimJsonNode *warnings = vestim_json_member (test, "warnings");
      g_autofree char *file = json_dup_text (test, "file");

      for (const VestimJsonNode *warning = vestim_json_first (warnings); warning;
           warning = vestim_json_next (warning))
        {
          g_autofree char *sentence = vestim_json_dup_string (warning);
          g_autofree char *text = g_strdup_printf ("%s: %s.", file, sentence);

          html_append_element (html, "p", "warn", text);
        }
    }
}

void
sections_append_tests (GString *html, const VestimJsonNode *metrics,
                       const VestimJsonNode *conditions, const ErrorUnit *unit)
{
  const VestimJsonNode *tests = vestim_json_member (metrics, "tests");
  g_autofree char *caption = error_unit_label ("Errors of each file", unit->error_name);
  static const HtmlColumn columns[N_TEST_COLUMNS] = {
    { "File", HTML_LONG_TEXT },    { "Rows", HTML_NUMBER },
    { "RMSE", HTML_NUMBER },       { "MAE", HTML_NUMBER },
    { "Largest", HTML_NUMBER },    { "R²", HTML_NUMBER },
    { "Windowed", HTML_NUMBER },   { "Stateful", HTML_NUMBER },
    { "Worst minute", HTML_TEXT }, { "Rows outside training", HTML_NUMBER },
    { "Cuts", HTML_NUMBER },       { "Missing cells", HTML_NUMBER },
  };
  size_t n = 0;

  if (vestim_json_size (tests) == 0)
    return;
  append_warnings (html, tests);
  html_begin_table (html, caption, columns, N_TEST_COLUMNS);
  for (const VestimJsonNode *test = vestim_json_first (tests); test && n < SECTIONS_MAX_ROWS;
       test = vestim_json_next (test), n++)
    append_test (html, columns, test, conditions, unit);
  html_end_table (html);
  sections_append_rest (html, vestim_json_size (tests), n);
}

/* Bands */

/* `(transfer full)` "below -5", "-5 to 5", "40 and more". */
static char *
dup_band (const VestimJsonNode *band)
{
  double from = json_number (band, "from"), to = json_number (band, "to");

  if (isnan (from))
    return isnan (to) ? g_strdup ("all") : g_strdup_printf ("below %g", to);
  return isnan (to) ? g_strdup_printf ("%g and more", from)
                    : g_strdup_printf ("%g to %g", from, to);
}

static void
append_bands (GString *html, const VestimJsonNode *list, const char *title, const char *axis,
              const ErrorUnit *unit)
{
  g_autofree char *rmse = error_unit_label ("RMSE", unit->error_name);
  const HtmlColumn columns[] = { { axis, HTML_TEXT },
                                 { "Rows", HTML_NUMBER },
                                 { rmse, HTML_NUMBER } };
  const SvgChart chart = { .title = title,
                           .x_label = axis,
                           .y_label = rmse,
                           .height = 220,
                           .description = "Bars; the table below has the numbers." };
  char *labels[MAX_BANDS] = { 0 };
  double values[MAX_BANDS];
  int n = 0;

  if (vestim_json_size (list) == 0)
    return;

  g_autoptr (GString) rows = g_string_new (NULL);
  html_begin_table (rows, title, columns, 3);
  for (const VestimJsonNode *band = vestim_json_first (list); band && n < MAX_BANDS;
       band = vestim_json_next (band), n++)
    {
      g_autofree char *count = json_dup_text (band, "rows");
      g_autofree char *error = error_unit_format (unit, json_number (band, "rmse_mv"));

      labels[n] = dup_band (band);
      values[n] = json_number (band, "rmse_mv") * unit->factor;
      html_append_row (rows, columns, 3, (const char *const[]){ labels[n], count, error });
    }
  html_end_table (rows);
  html_append_element (html, "h3", NULL, title);
  svg_chart_append_bars (html, &chart, (const char *const *) labels, values, n);
  g_string_append (html, rows->str);
  for (int i = 0; i < n; i++)
    g_free (labels[i]);
}

void
sections_append_bands (GString *html, const VestimJsonNode *conditions, const ErrorUnit *unit)
{
  const VestimJsonNode *bands = vestim_json_member (conditions, "bands");

  if (vestim_json_size (bands) == 0)
    return;
  sections_begin (html, "Error by condition");
  append_bands (html, vestim_json_member (bands, "temperature"), "Error by temperature",
                "Temperature (°C)", unit);
  append_bands (html, vestim_json_member (bands, "soc"), "Error by state of charge",
                "State of charge", unit);
  append_bands (html, vestim_json_member (bands, "current"), "Error by current", "Current (A)",
                unit);
  sections_end (html);
}

/* Facts */

/* `(transfer full)` a list of thousands of files is in job.json. */
static char *
dup_short (const VestimJsonNode *node)
{
  char *value = json_dup_value (node);

  if (!value)
    return g_strdup ("none");
  if (g_utf8_strlen (value, -1) <= MAX_VALUE)
    return value;

  g_autofree char *begin = g_utf8_substring (value, 0, MAX_VALUE);
  g_free (value);
  return g_strconcat (begin, "…", NULL);
}

void
sections_append_members (GString *html, const char *caption, const VestimJsonNode *object)
{
  if (vestim_json_size (object) == 0)
    return;
  html_begin_facts (html, caption);
  for (const VestimJsonNode *node = vestim_json_first (object); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *value = dup_short (node);

      html_append_fact (html, name, value);
    }
  html_end_table (html);
}

void
sections_append_data (GString *html, const VestimJsonNode *files)
{
  static const HtmlColumn columns[] = { { "File", HTML_LONG_TEXT },
                                        { "Set", HTML_TEXT },
                                        { "SHA-256", HTML_TEXT } };
  size_t n = vestim_json_size (files);
  size_t n_shown = 0;

  if (n == 0)
    return;
  html_begin_table (html, "Data files", columns, 3);
  for (const VestimJsonNode *node = vestim_json_first (files); node && n_shown < SECTIONS_MAX_ROWS;
       node = vestim_json_next (node), n_shown++)
    {
      g_autofree char *file = json_dup_text (node, "file");
      g_autofree char *set = json_dup_text (node, "set");
      g_autofree char *digest = json_dup_text (node, "sha256");

      html_append_row (html, columns, 3, (const char *const[]){ file, set, digest });
    }
  html_end_table (html);
  sections_append_rest (html, n, n_shown);
}
