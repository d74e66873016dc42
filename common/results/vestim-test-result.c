/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-test-result.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/results/vestim-number-text.h"
#include "common/results/vestim-short-names.h"

#define MAX_WARNINGS 20
#define MAX_WARNING 300 /* characters */

void
vestim_test_result_free (VestimTestResult *result)
{
  if (result == NULL)
    return;
  g_free (result->file);
  g_free (result->name);
  g_free (result->predictions);
  g_free (result->warnings);
  g_free (result);
}

/* (nullable) (transfer full) */
static char *
read_warnings (JsonNode *test)
{
  JsonNode *warnings = vestim_node_member (test, "warnings");
  double gaps = vestim_node_member_double (test, "gaps");
  double missing = vestim_node_member_double (test, "missing_cells");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < vestim_node_n_elements (warnings) && i < MAX_WARNINGS; i++)
    {
      g_autofree char *line =
          vestim_text_line (vestim_node_string (vestim_node_element (warnings, i)), MAX_WARNING);

      g_string_append_printf (text, "%s%s.", text->len > 0 ? " " : "", line);
    }
  if (gaps > 0 || missing > 0)
    {
      g_autofree char *n_gaps = vestim_number_text_count (gaps);
      g_autofree char *n_missing = vestim_number_text_count (missing);

      g_string_append (text, text->len > 0 ? " " : "");
      g_string_append_printf (text, _ ("Cuts at gaps: %s. Missing cells: %s."), n_gaps, n_missing);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* `prefix` is "test_" for the figures of all files together, and "" for those of one. */
static VestimTestResult *
read_result (JsonNode *node, const char *prefix, const VestimErrorUnit *unit)
{
  VestimTestResult *result = g_new0 (VestimTestResult, 1);
  g_autofree char *rmse = g_strconcat (prefix, "rmse_mv", NULL);
  g_autofree char *mae = g_strconcat (prefix, "mae_mv", NULL);
  g_autofree char *max = g_strconcat (prefix, "max_mv", NULL);
  g_autofree char *r2 = g_strconcat (prefix, "r2", NULL);

  result->file = g_strdup (vestim_node_member_string (node, "file"));
  result->predictions = g_strdup (vestim_node_member_string (node, "predictions"));
  result->rows = vestim_node_member_double (node, "rows");
  result->rmse_mv = vestim_node_member_double (node, rmse);
  result->mae_mv = vestim_node_member_double (node, mae);
  result->max_mv = vestim_node_member_double (node, max);
  result->r2 = vestim_node_member_double (node, r2);
  result->stateful_mv = vestim_node_member_double (node, "stateful_rmse_mv");
  result->windowed_mv = vestim_node_member_double (node, "windowed_rmse_mv");
  result->warnings = read_warnings (node);
  result->unit = *unit;
  return result;
}

static int
compare_worst_first (gconstpointer a, gconstpointer b)
{
  const VestimTestResult *left = *(VestimTestResult *const *) a;
  const VestimTestResult *right = *(VestimTestResult *const *) b;

  return (left->rmse_mv < right->rmse_mv) - (left->rmse_mv > right->rmse_mv);
}

static void
name_files (GPtrArray *results)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree char **names = NULL;

  for (guint i = 0; i < results->len; i++)
    g_ptr_array_add (paths, ((VestimTestResult *) results->pdata[i])->file);
  names = vestim_short_names ((const char *const *) paths->pdata, paths->len);
  for (guint i = 0; i < results->len; i++)
    ((VestimTestResult *) results->pdata[i])->name = names[i];
}

GPtrArray *
vestim_test_result_parse (const char *metrics)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_test_result_free);
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);
  JsonNode *tests = vestim_node_member (root, "tests");
  const VestimErrorUnit unit = vestim_error_unit_read (root);

  for (guint i = 0; i < vestim_node_n_elements (tests); i++)
    g_ptr_array_add (results, read_result (vestim_node_element (tests, i), "", &unit));
  g_ptr_array_sort (results, compare_worst_first);
  name_files (results);
  return results;
}

VestimTestResult *
vestim_test_result_parse_all (const char *metrics)
{
  g_autoptr (JsonNode) root = vestim_node_parse_text (metrics);
  const VestimErrorUnit unit = vestim_error_unit_read (root);

  return read_result (root, "test_", &unit);
}
