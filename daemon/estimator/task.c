/* SPDX-License-Identifier: MIT */
#include "estimator/task.h"

#include "estimator/failure.h"
#include "estimator/model-file.h"
#include "estimator/tester.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What part of the job's time the reading and the training take, for the progress only. */
#define PART_READ 0.02
#define PART_TRAINED 0.95

#define SECONDS_BETWEEN_FILES 2.0 /* written while training goes on */
#define SECONDS_BETWEEN_HINTS 1.0
#define MAX_BASE_NAME 230 /* bytes, so that "-123.csv" fits behind */

struct Task
{
  const TaskConfig *config;
  char *folder;
  Network *network;
  Training *training;
  GArray *tests;     /* TestResult */
  double started_at; /* the training */
  double written_at; /* seconds of training */
  double hinted_at;
};

static void
clear_test (void *data)
{
  TestResult *test = data;

  g_free (test->path);
  g_free (test->predictions);
}

Task *
task_new (const TaskConfig *config)
{
  Task *task = g_new0 (Task, 1);
  const VestimEstimation *settings = config->settings;
  NetworkShape shape = {
    .n_inputs = config->scaling->n_inputs,
    .n_layers = settings->n_layers,
    .sizes = settings->layers,
    .lookback = settings->lookback,
  };

  task->config = config;
  task->folder = g_strdup_printf ("%s/tasks/%d", config->folder, config->number);
  task->network = network_new (settings->model, &shape);
  task->tests = g_array_new (FALSE, FALSE, sizeof (TestResult));
  g_array_set_clear_func (task->tests, clear_test);
  return task;
}

void
task_free (Task *task)
{
  if (!task)
    return;

  g_free (task->folder);
  network_free (task->network);
  g_clear_pointer (&task->training, training_free);
  g_array_unref (task->tests);
  g_free (task);
}

static char *
path_in_task (const Task *task, const char *name)
{
  return g_build_filename (task->folder, name, NULL);
}

static bool
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return true;

  failure_set (error, "the folder %s can't be made: %s", path, g_strerror (errno));
  return false;
}

/* What an earlier attempt left would else be taken for this one's. */
static bool
prepare_folder (const Task *task, GError **error)
{
  static const char *const names[] = { "model.bin", "training.csv", "summary.json" };
  g_autofree char *predictions = path_in_task (task, "predictions");

  if (!make_folder (predictions, error))
    return false;

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_in_task (task, names[i]);
      unlink (path);
    }

  g_autoptr (GDir) dir = g_dir_open (predictions, 0, error);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (predictions, name, NULL);
      if (g_str_has_suffix (name, ".csv"))
        unlink (path);
    }
  return dir != NULL;
}

/* Training */

static double
training_part (const Task *task, double epochs_done, double seconds)
{
  const VestimEstimation *settings = task->config->settings;
  double part = epochs_done / settings->max_epochs;

  if (settings->max_minutes > 0)
    part = MAX (part, seconds / (settings->max_minutes * 60));
  return PART_READ + (PART_TRAINED - PART_READ) * MIN (part, 1);
}

static bool
write_model (const Task *task, const Training *training, GError **error)
{
  const TaskConfig *config = task->config;
  g_autofree char *path = path_in_task (task, "model.bin");
  const Model model = {
    .kind = config->settings->model,
    .shape = *network_shape (task->network),
    .inputs = config->settings->inputs,
    .target = config->settings->target,
    .scaling = (Scaling *) config->scaling,
    .test_mode = config->settings->test_mode,
    .seed = config->settings->seed,
    .epoch = training->best_epoch,
    .val_rmse = training->best_val_rmse,
    .parameters = training->parameters,
    .n_parameters = network_n_parameters (task->network),
  };

  return model_file_write (&model, task->network, path, error);
}

static bool
write_training (const Task *task, const Training *training, GError **error)
{
  g_autofree char *path = path_in_task (task, "training.csv");

  return report_training (training, path, error) && write_model (task, training, error);
}

/* A job that is stopped leaves what it had. That it can't be written now is no failure: the last
 * writing decides. */
static void
on_epoch (const Training *training, void *user)
{
  Task *task = user;
  double part = training_part (task, training->epochs->len, training->seconds);

  progress_epoch (task->config->progress, part, training, task->config->settings->max_epochs);
  task->hinted_at = trainer_monotonic_clock (NULL);
  if (training->epochs->len > 1 && training->seconds - task->written_at < SECONDS_BETWEEN_FILES)
    return;

  write_training (task, training, NULL);
  task->written_at = training->seconds;
}

static void
on_batch (int epoch, double part, void *user)
{
  Task *task = user;
  double now = trainer_monotonic_clock (NULL);

  if (now - task->hinted_at < SECONDS_BETWEEN_HINTS)
    return;

  task->hinted_at = now;
  progress_hint (task->config->progress,
                 training_part (task, epoch - 1 + part, now - task->started_at),
                 "epoch %d of %d, %.0f %% of its batches done", epoch,
                 task->config->settings->max_epochs, part * 100);
}

static bool
train (Task *task, GError **error)
{
  const TaskConfig *config = task->config;
  const TrainerConfig trainer = {
    .settings = config->settings,
    .network = task->network,
    .scaling = config->scaling,
    .train = config->train,
    .validation = config->validation,
    .clock = trainer_monotonic_clock,
    .on_epoch = on_epoch,
    .on_batch = on_batch,
    .user = task,
  };

  task->started_at = task->hinted_at = trainer_monotonic_clock (NULL);
  progress_say (config->progress, PART_READ,
                "training %s with %zu parameters on %u windows of %d rows (kernel %s)",
                network_name (task->network), network_n_parameters (task->network),
                config->train->n_rows, config->settings->lookback,
                network_kernel_name (task->network));
  task->training = trainer_run (&trainer, error);
  return task->training && write_training (task, task->training, error);
}

/* Testing */

/* A name that no earlier test file has. */
static char *
name_predictions (const Task *task, const Series *series)
{
  g_autofree char *full = series_dup_base_name (series);
  g_autofree char *base = g_strndup (full, MAX_BASE_NAME);
  char *name = g_strconcat (base, ".csv", NULL);

  for (int n = 2;; n++)
    {
      bool is_taken = false;

      for (guint i = 0; i < task->tests->len && !is_taken; i++)
        is_taken = strcmp (g_array_index (task->tests, TestResult, i).predictions, name) == 0;
      if (!is_taken)
        return name;
      g_free (name);
      name = g_strdup_printf ("%s-%d.csv", base, n);
    }
}

static bool
test_series (Task *task, const Model *model, const Series *series, GError **error)
{
  g_autofree float *predicted =
      tester_predict (task->network, model->parameters, &model->scaling->target, series);
  TestResult test = {
    .path = g_strdup (series->path),
    .predictions = name_predictions (task, series),
    .stats = tester_compare (series, predicted),
  };

  g_array_append_val (task->tests, test);

  g_autofree char *folder = path_in_task (task, "predictions");
  g_autofree char *path = g_build_filename (folder, test.predictions, NULL);
  return report_predictions (series, predicted, path, error);
}

/* What is tested is what is left: the model as read back from its file. */
static bool
test (Task *task, GError **error)
{
  const TaskConfig *config = task->config;
  const GPtrArray *series = config->test->series;
  g_autofree char *path = path_in_task (task, "model.bin");
  g_autoptr (Model) model = model_file_read (path, error);

  if (!model)
    return false;

  for (guint i = 0; i < series->len; i++)
    {
      progress_hint (config->progress, PART_TRAINED + (1 - PART_TRAINED) * i / series->len,
                     "testing file %u of %u", i + 1, series->len);
      if (!test_series (task, model, series->pdata[i], error))
        return false;
    }
  return true;
}

bool
task_run (Task *task, GError **error)
{
  if (!prepare_folder (task, error) || !train (task, error) || !test (task, error))
    return false;

  TaskResult result = task_result (task);
  g_autofree char *path = path_in_task (task, "summary.json");
  return report_task (&result, path, error);
}

TaskResult
task_result (const Task *task)
{
  return (TaskResult){
    .number = task->config->number,
    .settings = task->config->settings,
    .network = task->network,
    .scaling = task->config->scaling,
    .training = task->training,
    .tests = task->tests,
  };
}
