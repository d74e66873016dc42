/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-test-result.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "gui/base/dash-short-names.h"

void
dash_test_result_free (DashTestResult *result)
{
  if (result == NULL)
    return;
  g_free (result->file);
  g_free (result->name);
  g_free (result->predictions);
  g_free (result);
}

/* `prefix` is "test_" for the figures of all files together, and "" for those of one. */
static DashTestResult *
read_result (JsonNode *node, const char *prefix)
{
  DashTestResult *result = g_new0 (DashTestResult, 1);
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
  return result;
}

static int
compare_worst_first (gconstpointer a, gconstpointer b)
{
  const DashTestResult *left = *(DashTestResult *const *) a;
  const DashTestResult *right = *(DashTestResult *const *) b;

  return (left->rmse_mv < right->rmse_mv) - (left->rmse_mv > right->rmse_mv);
}

static void
name_files (GPtrArray *results)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree char **names = NULL;

  for (guint i = 0; i < results->len; i++)
    g_ptr_array_add (paths, ((DashTestResult *) results->pdata[i])->file);
  names = dash_short_names ((const char *const *) paths->pdata, paths->len);
  for (guint i = 0; i < results->len; i++)
    ((DashTestResult *) results->pdata[i])->name = names[i];
}

/* (nullable) (transfer full) */
static JsonNode *
parse_metrics (const char *metrics)
{
  return metrics != NULL ? vestim_node_parse (metrics, strlen (metrics), NULL) : NULL;
}

GPtrArray *
dash_test_result_parse (const char *metrics)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_test_result_free);
  g_autoptr (JsonNode) root = parse_metrics (metrics);
  JsonNode *tests = vestim_node_member (root, "tests");

  for (guint i = 0; i < vestim_node_n_elements (tests); i++)
    g_ptr_array_add (results, read_result (vestim_node_element (tests, i), ""));
  g_ptr_array_sort (results, compare_worst_first);
  name_files (results);
  return results;
}

DashTestResult *
dash_test_result_parse_all (const char *metrics)
{
  g_autoptr (JsonNode) root = parse_metrics (metrics);

  return read_result (root, "test_");
}
