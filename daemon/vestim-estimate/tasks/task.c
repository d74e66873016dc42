/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/task.h"

#include "daemon/vestim-estimate/tasks/checkpoint.h"
#include "daemon/vestim-estimate/tasks/task-tests.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/fingerprint.h"
#include "daemon/vestim-estimate/results/model-file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PART_TRAINED 0.95 /* of the task's time, for the progress only */

#define SECONDS_BETWEEN_FILES 2.0 /* written while training goes on */
#define SECONDS_BETWEEN_HINTS 1.0

/* Checkpoints take at most this share of the time. Training resumes from any epoch bit for bit, so
 * with short epochs it is enough to keep some of them. */
#define CHECKPOINT_SHARE 0.02

struct Task
{
  const TaskConfig *config;
  char *folder;
  uint64_t fingerprint; /* of settings, data, kernel and whether there is a team */
  TaskProgress progress;
  Network *network;
  TrainerConfig trainer_config;
  Trainer *trainer;
  GArray *tests;     /* TestResult */
  double started_at; /* when the training would have begun without interruptions */
  double written_at; /* seconds of training */
  double hinted_at;
  double next_checkpoint_at;
  bool has_checkpoint_failed;
};

static uint64_t
find_fingerprint (const Task *task)
{
  const TaskConfig *config = task->config;
  const char *kernel = network_kernel_name (task->network);
  g_autoptr (GString) settings = g_string_new (NULL);

  vestim_selections_append_json (settings, config->settings);
  if (config->team)
    g_string_append (settings, " team"); /* it rounds otherwise */
  return fingerprint_bytes (
      fingerprint_bytes (config->data_fingerprint, settings->str, settings->len), kernel,
      strlen (kernel));
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
  task->fingerprint = find_fingerprint (task);
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

  failure_set (error, "the folder %s cannot be created: %s", path, g_strerror (errno));
  return false;
}

static void
remove_file (const Task *task, const char *name)
{
  g_autofree char *path = path_in_task (task, name);

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
  g_autofree char *predictions = path_in_task (task, "predictions");

  if (!make_folder (predictions, error))
    return false;

  remove_file (task, "summary.json");
  if (task->config->is_fresh)
    checkpoint_remove (task->folder);
  return remove_predictions (predictions, error);
}

/* Training */

static double
training_part (const Task *task, double epochs_done, double seconds)
{
  const VestimHyperparameters *settings = &task->config->settings->hyperparameters;
  double part = epochs_done / settings->max_epochs;

  if (settings->max_minutes > 0)
    part = MAX (part, seconds / (settings->max_minutes * 60));
  return PART_TRAINED * MIN (part, 1);
}

static bool
write_model (const Task *task, const Training *training, GError **error)
{
  const TaskConfig *config = task->config;
  g_autofree char *path = path_in_task (task, "model.bin");
  const Model model = {
    .kind = config->settings->hyperparameters.model,
    .shape = *network_shape (task->network),
    .inputs = config->settings->inputs,
    .target = config->settings->target,
    .scaling = (Scaling *) config->scaling,
    .data = config->settings->data,
    .preprocessing = config->settings->preprocessing,
    .training = config->settings->hyperparameters.training,
    .test_mode = config->settings->hyperparameters.test_mode,
    .seed = config->settings->hyperparameters.seed,
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

/* A failure to write it is ignored: the checkpoint is needed only after an interruption. */
static void
keep_checkpoint (Task *task)
{
  double began = trainer_monotonic_clock (NULL);
  g_autoptr (GByteArray) state = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (began < task->next_checkpoint_at)
    return;

  trainer_save (task->trainer, state);
  if (!checkpoint_write (task->folder, task->fingerprint, state, &error)
      && !task->has_checkpoint_failed)
    {
      printf ("no checkpoint: %s\n", error->message);
      task->has_checkpoint_failed = true;
    }

  double ended = trainer_monotonic_clock (NULL);
  task->next_checkpoint_at = ended + (ended - began) / CHECKPOINT_SHARE;
}

static void
report_epoch (Task *task, const Training *training)
{
  int max_epochs = task->config->settings->hyperparameters.max_epochs;
  double now = trainer_monotonic_clock (NULL);
  double part = training_part (task, training->epochs->len, training->seconds);

  if (progress_task_has_series (&task->progress))
    progress_task_epoch (&task->progress, part, training, max_epochs);
  else if (now - task->hinted_at >= SECONDS_BETWEEN_HINTS)
    progress_task_hint (&task->progress, part, "epoch %u of %d, best %.2f mV (epoch %d)",
                        training->epochs->len, max_epochs, training->best_val_rmse * 1000,
                        training->best_epoch);
  else
    return;
  task->hinted_at = now;
}

/* A stopped job keeps the results that it had. A failure here is ignored: the last write decides.
 */
static void
on_epoch (const Training *training, void *user)
{
  Task *task = user;

  keep_checkpoint (task);
  report_epoch (task, training);
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
  progress_task_hint (&task->progress,
                      training_part (task, epoch - 1 + part, now - task->started_at),
                      "epoch %d of %d, %.0f %% of its batches done", epoch,
                      task->config->settings->hyperparameters.max_epochs, part * 100);
}

static void
make_trainer (Task *task)
{
  const TaskConfig *config = task->config;

  task->trainer_config = (TrainerConfig){
    .settings = &config->settings->hyperparameters,
    .network = task->network,
    .scaling = config->scaling,
    .train = config->train,
    .validation = config->validation,
    .clock = trainer_monotonic_clock,
    .on_epoch = on_epoch,
    .on_batch = on_batch,
    .user = task,
  };
  task->trainer = trainer_new (&task->trainer_config);
}

/* Restores the last checkpoint, or the one before it, if there is one, and reports what it finds.
 */
static bool
restore (const Task *task)
{
  for (int age = 0; age < CHECKPOINTS_KEPT; age++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GByteArray) state = checkpoint_read (task->folder, age, task->fingerprint, &error);

      if (error)
        printf ("%s\n", error->message);
      if (state && trainer_restore (task->trainer, state->data, state->len))
        return true;
    }
  return false;
}

/* Reports and writes again what the last attempt had reported and written. */
static void
resume (Task *task)
{
  const Training *training = trainer_training (task->trainer);

  progress_task_history (&task->progress, training->epochs);
  progress_task_say (&task->progress,
                     training_part (task, training->epochs->len, training->seconds),
                     "resuming after epoch %u, from the checkpoint", training->epochs->len);
  write_training (task, training, NULL);
  task->written_at = training->seconds;
}

static void
say_start (Task *task)
{
  const VestimHyperparameters *settings = &task->config->settings->hyperparameters;
  int lookback = network_shape (task->network)->lookback;
  uint32_t n_rows = task->config->train->n_rows;
  bool is_stateful = vestim_hyperparameters_train_stateful (settings);
  g_autofree char *work = is_stateful
                              ? g_strdup_printf ("%u rows, in %d streams by chunks of %d rows",
                                                 n_rows, settings->streams, lookback)
                              : g_strdup_printf ("%u windows of %d rows", n_rows, lookback);

  progress_task_say (&task->progress, 0, "training %s with %zu parameters on %s (kernel %s)",
                     network_name (task->network), network_n_parameters (task->network), work,
                     network_kernel_name (task->network));
}

static bool
train (Task *task, GError **error)
{
  say_start (task);
  make_trainer (task);
  if (restore (task))
    resume (task);
  else
    {
      remove_file (task, "model.bin");
      remove_file (task, "training.csv");
    }

  const Training *training = trainer_training (task->trainer);
  task->hinted_at = trainer_monotonic_clock (NULL);
  task->started_at = task->hinted_at - training->seconds;
  return trainer_run (task->trainer, error) && write_training (task, training, error);
}

/* Testing */

/* Tests the model that users get: it is read back from its file. */
static bool
test (Task *task, GError **error)
{
  const TaskConfig *config = task->config;
  const GPtrArray *series = config->test->series;
  g_autofree char *path = path_in_task (task, "model.bin");
  g_autofree char *predictions = path_in_task (task, "predictions");
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
  g_autofree char *path = path_in_task (task, "summary.json");
  const TaskReport report = {
    .number = config->number,
    .fingerprint = task->fingerprint,
    .provenance = config->provenance,
    .settings = config->settings,
    .network = task->network,
    .scaling = config->scaling,
    .training = trainer_training (task->trainer),
    .tests = task->tests,
  };

  return report_task (&report, path, error);
}

static bool
run_steps (Task *task, GError **error)
{
  return prepare_folder (task, error) && train (task, error) && test (task, error)
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

/* (nullable) */
static TaskResult *
find_earlier (Task *task)
{
  TaskResult *result = task->config->is_fresh ? NULL : read_result (task);

  if (result)
    {
      g_autofree char *path = path_in_task (task, "training.csv");
      g_autoptr (GArray) epochs = report_read_training (path);

      progress_task_history (&task->progress, epochs);
      progress_task_say (&task->progress, 1, "finished by an earlier attempt");
    }
  return result;
}

TaskResult *
task_run (Task *task)
{
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

  /* The results are complete: the checkpoint is not needed any more. */
  checkpoint_remove (task->folder);
  if (task->config->progress->n_tasks == 1)
    report_print_tests (task->tests, &task->config->settings->hyperparameters);
  else
    progress_task_say (&task->progress, 1, "validation error %.2f mV, test error %.2f mV",
                       result->val_rmse_mv, result->test_rmse_mv);
  return result;
}
