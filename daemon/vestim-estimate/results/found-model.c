/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/found-model.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

#define MODEL_NAME "model.bin"
#define MAX_SUMMARY (256 * 1024 * 1024)

void
found_model_free (FoundModel *found)
{
  if (!found)
    return;

  model_free (found->model);
  g_free (found->path);
  g_free (found);
}

/* The number of the task whose folder contains the file, as in "tasks/7/model.bin"; 0: none. */
static int64_t
task_of (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *task = g_path_get_dirname (absolute);
  g_autofree char *tasks = g_path_get_dirname (task);
  g_autofree char *number = g_path_get_basename (task);
  g_autofree char *parent = g_path_get_basename (tasks);
  guint64 value = 0;

  if (!g_str_equal (parent, "tasks")
      || !g_ascii_string_to_unsigned (number, 10, 1, G_MAXINT, &value, NULL))
    return 0;
  return (int64_t) value;
}

static VestimJsonDoc *
read_summary (const char *folder, char **text)
{
  g_autofree char *path = g_build_filename (folder, "summary.json", NULL);
  size_t length = 0;

  *text = regular_file_read (path, MAX_SUMMARY, &length, NULL);
  return *text ? vestim_json_parse (*text, length, NULL) : NULL;
}

/* The errors in the summary beside the model. An unfinished task and earlier versions have none. */
static void
read_errors (FoundModel *found)
{
  g_autofree char *folder = g_path_get_dirname (found->path);
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = read_summary (folder, &text);
  const VestimJsonNode *metrics =
      doc ? vestim_json_member (vestim_json_root (doc), "metrics") : NULL;

  vestim_json_get_double (vestim_json_member (metrics, "windowed_rmse_mv"), &found->windowed_mv);
  vestim_json_get_double (vestim_json_member (metrics, "stateful_rmse_mv"), &found->stateful_mv);
}

static FoundModel *
read_file (const char *path, GError **error)
{
  Model *model = model_file_read (path, error);

  if (!model)
    return NULL;

  FoundModel *found = g_new0 (FoundModel, 1);

  found->model = model;
  found->path = g_strdup (path);
  found->task = task_of (path);
  found->windowed_mv = found->stateful_mv = NAN;
  if (found->task > 0)
    read_errors (found);
  return found;
}

/* The path of the best task's model in the job's summary, which lists the best task first; NULL if
 * no task is completed. `(transfer full)` */
static char *
find_completed (const char *job)
{
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = read_summary (job, &text);
  const VestimJsonNode *tasks = doc ? vestim_json_member (vestim_json_root (doc), "tasks") : NULL;
  const VestimJsonNode *task = vestim_json_first (tasks);
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (task, "status"));
  int64_t number = 0;

  if (g_strcmp0 (status, "completed") != 0
      || !vestim_json_get_int64 (vestim_json_member (task, "task"), &number))
    return NULL;
  return g_strdup_printf ("%s/tasks/%" PRId64 "/" MODEL_NAME, job, number);
}

/* Of two tasks with the same error, the one with the lower number, as in the job's summary. */
static bool
is_better (const FoundModel *found, const FoundModel *best)
{
  if (!best)
    return true;
  if (found->model->val_rmse != best->model->val_rmse)
    return found->model->val_rmse < best->model->val_rmse;
  return found->task < best->task;
}

/* The best model of the tasks in the folder. Tasks without a model have not got that far; a damaged
 * model is an error, because it may be the best one. */
static FoundModel *
read_best (const char *tasks, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  g_autoptr (FoundModel) best = NULL;
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (tasks, name, MODEL_NAME, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;

      FoundModel *found = read_file (path, error);
      if (!found)
        return NULL;
      if (is_better (found, best))
        {
          FoundModel *worse = best;

          best = found;
          found = worse;
        }
      found_model_free (found);
    }

  if (!best)
    failure_set (error, "%s has no model yet: wait for the first epoch, or retry the job", tasks);
  return g_steal_pointer (&best);
}

FoundModel *
found_model_read (const char *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return read_file (path, error);

  g_autofree char *in_task = g_build_filename (path, MODEL_NAME, NULL);
  g_autofree char *tasks = g_build_filename (path, "tasks", NULL);

  if (g_file_test (in_task, G_FILE_TEST_EXISTS))
    return read_file (in_task, error);

  g_autofree char *completed = find_completed (path);
  if (completed)
    return read_file (completed, error);
  if (g_file_test (tasks, G_FILE_TEST_IS_DIR))
    return read_best (tasks, error);
  failure_set (error,
               "%s has no model: name a " MODEL_NAME
               ", or the folder of a job or task that has trained",
               path);
  return NULL;
}

FoundModel *
found_model_read_task (const char *path, int64_t task, GError **error)
{
  if (task == 0)
    return found_model_read (path, error);

  g_autofree char *tasks = g_build_filename (path, "tasks", NULL);
  g_autofree char *model = g_strdup_printf ("%s/%" PRId64 "/" MODEL_NAME, tasks, task);

  if (g_file_test (tasks, G_FILE_TEST_IS_DIR))
    return read_file (model, error);
  failure_set (error, "%s is not the folder of a job: leave out the number of the task", path);
  return NULL;
}

char **
found_model_test_files (const FoundModel *found)
{
  g_autofree char *folder = g_path_get_dirname (found->path);
  g_autofree char *text = NULL;
  g_autoptr (VestimJsonDoc) doc = found->task > 0 ? read_summary (folder, &text) : NULL;
  const VestimJsonNode *metrics =
      doc ? vestim_json_member (vestim_json_root (doc), "metrics") : NULL;
  const VestimJsonNode *tests = vestim_json_member (metrics, "tests");
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (const VestimJsonNode *test = vestim_json_first (tests); test; test = vestim_json_next (test))
    {
      g_autofree char *path = vestim_json_dup_string (vestim_json_member (test, "file"));

      if (path)
        g_strv_builder_add (paths, path);
    }
  return g_strv_builder_end (paths);
}
