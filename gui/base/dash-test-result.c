/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-test-result.h"

#include <string.h>

#include "gui/base/dash-short-names.h"
#include "common/json/vestim-json.h"

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
read_result (const VestimJsonNode *node, const char *prefix)
{
  DashTestResult *result = g_new0 (DashTestResult, 1);
  g_autofree char *rmse = g_strconcat (prefix, "rmse_mv", NULL);
  g_autofree char *mae = g_strconcat (prefix, "mae_mv", NULL);
  g_autofree char *max = g_strconcat (prefix, "max_mv", NULL);
  g_autofree char *r2 = g_strconcat (prefix, "r2", NULL);

  result->file = vestim_json_dup_string (vestim_json_member (node, "file"));
  result->predictions = vestim_json_dup_string (vestim_json_member (node, "predictions"));
  result->rows = vestim_json_member_double (node, "rows");
  result->rmse_mv = vestim_json_member_double (node, rmse);
  result->mae_mv = vestim_json_member_double (node, mae);
  result->max_mv = vestim_json_member_double (node, max);
  result->r2 = vestim_json_member_double (node, r2);
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

GPtrArray *
dash_test_result_parse (const char *metrics)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_test_result_free);
  g_autoptr (VestimJsonDoc) doc =
      metrics != NULL ? vestim_json_parse (metrics, strlen (metrics), NULL) : NULL;
  const VestimJsonNode *tests =
      doc != NULL ? vestim_json_member (vestim_json_root (doc), "tests") : NULL;

  if (vestim_json_type (tests) == VESTIM_JSON_ARRAY)
    for (const VestimJsonNode *node = vestim_json_first (tests); node;
         node = vestim_json_next (node))
      g_ptr_array_add (results, read_result (node, ""));
  g_ptr_array_sort (results, compare_worst_first);
  name_files (results);
  return results;
}

DashTestResult *
dash_test_result_parse_all (const char *metrics)
{
  g_autoptr (VestimJsonDoc) doc =
      metrics != NULL ? vestim_json_parse (metrics, strlen (metrics), NULL) : NULL;

  return read_result (doc != NULL ? vestim_json_root (doc) : NULL, "test_");
}
