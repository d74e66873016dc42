/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-evaluation-table.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/job/vestim-job.h"
#include "common/results/vestim-error-unit.h"
#include "common/results/vestim-short-names.h"

#define MAX_FILES 24 /* columns */
#define MAX_REASON 200

enum
{
  NUMBER,
  MODEL,
  ALL_ROWS,
  MEAN,
  FIRST_FILE
};

/* (transfer container) the members of this name of the elements, borrowed from them; the elements
 * may be NULL. */
static GPtrArray *
list_members (JsonNode *list, const char *name)
{
  GPtrArray *members = g_ptr_array_new ();

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    g_ptr_array_add (members,
                     (gpointer) vestim_node_member_string (vestim_node_element (list, i), name));
  return members;
}

/* (transfer full) */
static char **
name_columns (const GPtrArray *files)
{
  guint n = MIN (files->len, MAX_FILES);
  g_autofree char **names = vestim_short_names ((const char *const *) files->pdata, files->len);
  char **titles = g_new0 (char *, FIRST_FILE + n + 1);

  titles[NUMBER] = g_strdup (_ ("Model"));
  titles[MODEL] = g_strdup (_ ("Network"));
  titles[ALL_ROWS] = g_strdup (_ ("All Rows"));
  titles[MEAN] = g_strdup (_ ("Mean of Files"));
  for (guint i = 0; i < files->len; i++)
    if (i < n)
      titles[FIRST_FILE + i] = names[i];
    else
      g_free (names[i]);
  return titles;
}

/* (transfer full) */
static char *
describe_error (JsonNode *model, JsonNode *figures, const char *name)
{
  const VestimErrorUnit unit = vestim_error_unit_read (vestim_node_member (model, "metrics"));

  return vestim_error_unit_format (&unit, vestim_node_member_double (figures, name));
}

/* (transfer full) the error of a model in a file; a word if there is none. */
static char *
describe_test (JsonNode *model, const char *file)
{
  JsonNode *tests = vestim_node_member (vestim_node_member (model, "metrics"), "tests");

  for (guint i = 0; i < vestim_node_n_elements (tests); i++)
    {
      JsonNode *test = vestim_node_element (tests, i);

      if (g_strcmp0 (vestim_node_member_string (test, "file"), file) == 0)
        return describe_error (model, test, "rmse_mv");
    }
  return g_strdup (_ ("failed"));
}

/* (transfer full) "…00002a, task 2" of a model in the folder of the job with an ID that ends so; of
 * another one, its name with that of its folder. */
static char *
describe_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *tasks = g_path_get_dirname (folder);
  g_autofree char *job = g_path_get_dirname (tasks);
  g_autofree char *file_name = g_path_get_basename (path);
  g_autofree char *folder_name = g_path_get_basename (folder);
  g_autofree char *tasks_name = g_path_get_basename (tasks);
  g_autofree char *job_name = g_path_get_basename (job);

  if (g_str_equal (tasks_name, "tasks") && vestim_job_id_sequence (job_name) > 0)
    return g_strdup_printf (_ ("…%s, task %s"), strrchr (job_name, '-') + 1, folder_name);
  if (g_str_equal (tasks_name, "tasks"))
    return g_strdup_printf (_ ("%s, task %s"), job_name, folder_name);
  return g_strdup_printf ("%s/%s", folder_name, file_name);
}

/* (transfer full) "GRU: job_…, task 2", or why the model could not be used. */
static char *
describe_model (JsonNode *model)
{
  const char *path = vestim_node_member_string (model, "model");
  g_autofree char *name = path != NULL ? describe_path (path) : g_strdup ("–");
  const char *kind = vestim_node_member_string (vestim_node_member (model, "network"), "model");
  const char *reason = vestim_node_member_string (model, "reason");
  g_autofree char *text = kind != NULL ? g_strdup_printf ("%s: %s", kind, name) : g_strdup (name);
  g_autofree char *failed = reason != NULL ? g_strdup_printf ("%s: %s", text, reason) : NULL;

  return vestim_text_line (failed != NULL ? failed : text, MAX_REASON);
}

static char **
make_row (JsonNode *model, gboolean is_best, const GPtrArray *files)
{
  JsonNode *metrics = vestim_node_member (model, "metrics");
  guint n = MIN (files->len, MAX_FILES);
  char **row = g_new0 (char *, FIRST_FILE + n + 1);
  double number = vestim_node_member_double (model, "number");

  row[NUMBER] =
      is_best ? g_strdup_printf (_ ("%.0f (best)"), number) : g_strdup_printf ("%.0f", number);
  row[MODEL] = describe_model (model);
  row[ALL_ROWS] = describe_error (model, metrics, "test_rmse_mv");
  row[MEAN] = describe_error (model, metrics, "mean_rmse_mv");
  for (guint i = 0; i < n; i++)
    row[FIRST_FILE + i] = describe_test (model, files->pdata[i]);
  return row;
}

VestimEvaluationTable *
vestim_evaluation_table_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, NULL);
  JsonNode *models = vestim_node_member (root, "models");
  double best = vestim_node_member_double (vestim_node_member (root, "metrics"), "best_model");
  g_autoptr (GPtrArray) files = list_members (vestim_node_member (root, "files"), "file");
  VestimEvaluationTable *evaluation;

  if (!vestim_node_is_array (models))
    {
      g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED, "%s",
                   _ ("The summary of the evaluation can’t be read."));
      return NULL;
    }
  evaluation = g_new0 (VestimEvaluationTable, 1);
  evaluation->titles = name_columns (files);
  evaluation->n_more = files->len - MIN (files->len, MAX_FILES);
  evaluation->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; i < vestim_node_n_elements (models); i++)
    {
      JsonNode *model = vestim_node_element (models, i);
      gboolean is_best = vestim_node_member_double (model, "number") == best;

      if (is_best || evaluation->unit == NULL)
        evaluation->unit = vestim_error_unit_read (vestim_node_member (model, "metrics")).name;
      g_ptr_array_add (evaluation->rows, make_row (model, is_best, files));
    }
  return evaluation;
}

void
vestim_evaluation_table_free (VestimEvaluationTable *evaluation)
{
  if (evaluation == NULL)
    return;
  g_strfreev (evaluation->titles);
  g_ptr_array_unref (evaluation->rows);
  g_free (evaluation);
}
