/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/task-private.h"

#include "daemon/vestim-estimate/tasks/checkpoint.h"
#include "daemon/vestim-estimate/tasks/task-tests.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/fingerprint.h"
#include "daemon/vestim-estimate/results/model-file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uint64_t
find_fingerprint (const Task *task, const VestimSelections *settings)
{
  const char *kernel = network_kernel_name (task->network);
  g_autoptr (GString) text = g_string_new (NULL);

  vestim_selections_append_json (text, settings);
  if (task->config->team)
    g_string_append (text, " team"); /* it rounds otherwise */
  return fingerprint_bytes (
      fingerprint_bytes (task->config->data_fingerprint, text->str, text->len), kernel,
      strlen (kernel));
}

/* A checkpoint is good for any limits, so that a training can go on with larger ones. */
static void
find_fingerprints (Task *task)
{
  VestimSelections unlimited = *task->config->settings;

  task->fingerprint = find_fingerprint (task, &unlimited);
  vestim_hyperparameters_clear_limits (&unlimited.hyperparameters);
  task->checkpoint_fingerprint = find_fingerprint (task, &unlimited);
}

Task *
task_new (const TaskConfig *config)
{
  Task *task = g_new0 (Task, 1);
  const VestimHyperparameters *settings = &config->settings->hyperparameters;
  NetworkShape shape = {
    .n_inputs = config->scaling->n_inputs,
    .n_layers = settings->layers.n,
    .sizes = settings->layers.sizes,
    .lookback = settings->lookback,
  };

  task->config = config;
  task->folder = g_strdup_printf ("%s/tasks/%d", config->folder, config->number);
  task->progress = (TaskProgress){ .progress = config->progress, .number = config->number };
  task->network = network_new (settings->model, &shape);
  network_set_team (task->network, config->team, config->thread);
  find_fingerprints (task);
  task->tests = task_tests_new ();
  return task;
}

void
task_free (Task *task)
{
  if (!task)
    return;

  g_free (task->folder);
  g_clear_pointer (&task->trainer, trainer_free);
  network_free (task->network);
  g_array_unref (task->tests);
  g_free (task);
}

char *
task_path (const Task *task, const char *name)
{
  return g_build_filename (task->folder, name, NULL);
}

static bool
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return true;

  failure_set (error, "the folder %s cannot be created: %s", path, g_strerror (errno));
  return false;
}

void
task_remove_file (const Task *task, const char *name)
{
  g_autofree char *path = task_path (task, name);

  unlink (path);
}

static bool
remove_predictions (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_str_has_suffix (name, ".csv"))
        unlink (path);
    }
  return dir != NULL;
}

/* Files of an earlier attempt could be mistaken for this attempt's. */
static bool
prepare_folder (const Task *task, GError **error)
{
  g_autofree char *predictions = task_path (task, "predictions");

  if (!make_folder (predictions, error))
    return false;

  task_remove_file (task, "summary.json");
  if (task->config->is_fresh)
    checkpoint_remove (task->folder);
  return remove_predictions (predictions, error);
}

/* Testing */

/* Tests the model that users get: it is read back from its file. */
static bool
test (Task *task, GError **error)
{
  const TaskConfig *config = task->config;
  const GPtrArray *series = config->test->series;
  g_autofree char *path = task_path (task, "model.bin");
  g_autofree char *predictions = task_path (task, "predictions");
  g_autoptr (Model) model = model_file_read (path, error);

  if (!model)
    return false;

  for (guint i = 0; i < series->len; i++)
    {
      progress_task_hint (&task->progress, PART_TRAINED + (1 - PART_TRAINED) * i / series->len,
                          "testing file %u of %u", i + 1, series->len);
      if (!task_tests_add (task->tests, task->network, model, series->pdata[i], predictions, error))
        return false;
    }
  return true;
}

static bool
write_summary (const Task *task, GError **error)
{
  const TaskConfig *config = task->config;
  g_autofree char *path = task_path (task, "summary.json");
  const TaskReport report = {
    .number = config->number,
    .fingerprint = task->fingerprint,
    .provenance = config->provenance,
    .settings = config->settings,
    .network = task->network,
    .target_unit = data_traits_unit (config->traits, config->settings->preprocessing,
                                     config->settings->target),
    .scaling = config->scaling,
    .training = trainer_training (task->trainer),
    .tests = task->tests,
  };

  return report_task (&report, path, error);
}

static bool
run_steps (Task *task, GError **error)
{
  return prepare_folder (task, error) && task_train (task, error) && test (task, error)
         && write_summary (task, error);
}

static TaskResult *
fail (Task *task, const GError *error)
{
  g_autoptr (GString) settings = g_string_new (NULL);

  vestim_selections_append_json (settings, task->config->settings);
  if (task->config->progress->n_tasks > 1)
    progress_task_say (&task->progress, 1, "failed: %s", error->message);
  return task_result_new_failed (task->config->number, settings->str, error->message);
}

/* An earlier attempt finished it, or it is finished now. */
static TaskResult *
read_result (const Task *task)
{
  return task_result_read (task->folder, task->config->number, task->fingerprint);
}

/* The training of a task that was finished early goes on, unless this attempt finishes early too.
 */
static bool
is_enough (const Task *task, const TaskResult *result)
{
  return result && (!result->is_early || finish_request_is_made (task->config->finish));
}

bool
task_was_begun (const Task *task)
{
  g_autoptr (TaskResult) result = task->config->is_fresh ? NULL : read_result (task);
  bool was_begun = result != NULL;

  for (int age = 0; age < CHECKPOINTS_KEPT && !was_begun && !task->config->is_fresh; age++)
    {
      g_autoptr (GByteArray) state =
          checkpoint_read (task->folder, age, task->checkpoint_fingerprint, NULL);

      was_begun = state != NULL;
    }
  return was_begun;
}

bool
task_is_finished (const Task *task)
{
  g_autoptr (TaskResult) result = task->config->is_fresh ? NULL : read_result (task);

  return is_enough (task, result);
}

/* (nullable) */
static TaskResult *
find_earlier (Task *task)
{
  g_autoptr (TaskResult) result = task->config->is_fresh ? NULL : read_result (task);

  if (!is_enough (task, result))
    return NULL;
  else
    {
      g_autofree char *path = task_path (task, "training.csv");
      g_autoptr (GArray) epochs = report_read_training (path);

      progress_task_history (&task->progress, epochs);
      progress_task_say (&task->progress, 1, "finished by an earlier attempt");
    }
  return g_steal_pointer (&result);
}

TaskResult *
task_run (Task *task)
{
  const ErrorUnit *unit = &task->config->progress->unit;
  g_autoptr (GError) error = NULL;
  TaskResult *result = find_earlier (task);

  if (result)
    return result;

  if (!run_steps (task, &error))
    return fail (task, error);

  result = read_result (task);
  if (!result)
    {
      failure_set (&error, "%s/summary.json has changed while the task ran", task->folder);
      return fail (task, error);
    }

  checkpoint_remove_old (task->folder);
  if (task->config->progress->n_tasks == 1)
    report_print_tests (task->tests, &task->config->settings->hyperparameters, unit);
  else
    progress_task_say (&task->progress, 1, "validation error %.2f %s, test error %.2f %s",
                       result->val_rmse_mv * unit->factor, unit->error_name,
                       result->test_rmse_mv * unit->factor, unit->error_name);
  return result;
}
