/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/task-private.h"

#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/tasks/checkpoint.h"

#include <stdio.h>

#define SECONDS_BETWEEN_FILES 2.0 /* written while training goes on */
#define SECONDS_BETWEEN_HINTS 1.0
#define SECONDS_BETWEEN_LOOKS 0.05 /* whether someone asks the job to finish */

/* Checkpoints take at most this share of the time. Training resumes from any epoch bit for bit, so
 * with short epochs it is enough to keep some of them. */
#define CHECKPOINT_SHARE 0.02

static double
training_part (const Task *task, double epochs_done, double seconds)
{
  const VestimHyperparameters *settings = &task->config->settings->hyperparameters;
  double part = epochs_done / settings->max_epochs;

  if (settings->max_minutes > 0)
    part = MAX (part, seconds / (settings->max_minutes * 60));
  return PART_TRAINED * MIN (part, 1);
}

static const char *
unit_of (const Task *task, const char *column)
{
  return data_traits_unit (task->config->traits, task->config->settings->preprocessing, column);
}

static bool
write_model (const Task *task, const Training *training, GError **error)
{
  const TaskConfig *config = task->config;
  const char *target = config->settings->target;
  g_autofree const char **units = g_new0 (const char *, config->scaling->n_inputs);

  for (int i = 0; i < config->scaling->n_inputs; i++)
    units[i] = unit_of (task, config->settings->inputs[i]);

  g_autofree char *path = task_path (task, "model.bin");
  const Model model = {
    .kind = config->settings->hyperparameters.model,
    .shape = *network_shape (task->network),
    .inputs = config->settings->inputs,
    .target = (char *) target,
    .units = (char **) units,
    .target_unit = (char *) unit_of (task, target),
    .period_s = config->traits->period_s,
    .current_sign = config->traits->current_sign,
    .scaling = (Scaling *) config->scaling,
    .data = config->settings->data,
    .preprocessing = config->settings->preprocessing,
    .training = config->settings->hyperparameters.training,
    .is_of_version_0_1 = config->is_of_version_0_1
                         && config->settings->hyperparameters.training == VESTIM_TRAINING_WINDOWED,
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
  g_autofree char *path = task_path (task, "training.csv");

  return report_training (training, path, error) && write_model (task, training, error);
}

/* A failure to write it is ignored: the checkpoint is needed only after an interruption. */
static void
keep_checkpoint (Task *task)
{
  double began = trainer_monotonic_clock (NULL);
  g_autoptr (GByteArray) state = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  task->n_epochs_kept = trainer_training (task->trainer)->epochs->len;
  trainer_save (task->trainer, state);
  if (!checkpoint_write (task->folder, task->checkpoint_fingerprint, state, &error)
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
  const ErrorUnit *unit = &task->config->progress->unit;
  int max_epochs = task->config->settings->hyperparameters.max_epochs;
  double now = trainer_monotonic_clock (NULL);
  double part = training_part (task, training->epochs->len, training->seconds);

  if (progress_task_has_series (&task->progress))
    progress_task_epoch (&task->progress, part, training, max_epochs);
  else if (now - task->hinted_at >= SECONDS_BETWEEN_HINTS)
    progress_task_hint (&task->progress, part, "epoch %u of %d, best %.2f %s (epoch %d)",
                        training->epochs->len, max_epochs,
                        training->best_val_rmse * 1000 * unit->factor, unit->error_name,
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

  if (!training->is_cut && trainer_monotonic_clock (NULL) >= task->next_checkpoint_at)
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

static bool
must_end (void *user)
{
  Task *task = user;
  double now = trainer_monotonic_clock (NULL);
  int end_after = task->config->end_after;

  if (end_after > 0 && trainer_training (task->trainer)->epochs->len >= (guint) end_after)
    return true;
  if (now - task->looked_at < SECONDS_BETWEEN_LOOKS)
    return false;
  task->looked_at = now;
  return finish_request_is_made (task->config->finish);
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
    .initial = config->initial ? config->initial->parameters : NULL,
    .clock = trainer_monotonic_clock,
    .on_epoch = on_epoch,
    .on_batch = on_batch,
    .must_end = must_end,
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
      g_autoptr (GByteArray) state =
          checkpoint_read (task->folder, age, task->checkpoint_fingerprint, &error);

      if (error)
        printf ("%s\n", error->message);
      if (state && trainer_restore (task->trainer, state->data, state->len))
        return true;
      if (state)
        puts (
            "the checkpoint has more epochs than max_epochs or patience allow, so it is not used");
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
  if (training->n_other_rates > 0)
    progress_task_say (&task->progress, 0,
                       "the learning rates of the first %d epochs were those of another "
                       "max_epochs: the cosine goes on with the rates of %d epochs, so the result "
                       "is not that of a training with %d epochs from the start",
                       training->n_other_rates, task->config->settings->hyperparameters.max_epochs,
                       task->config->settings->hyperparameters.max_epochs);
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
                          : vestim_model_sees_windows (settings->model)
                              ? g_strdup_printf ("%u windows of %d rows", n_rows, lookback)
                              : g_strdup_printf ("%u rows", n_rows);

  progress_task_say (&task->progress, 0, "training %s with %zu parameters on %s (kernel %s)",
                     network_name (task->network), network_n_parameters (task->network), work,
                     network_kernel_name (task->network));
}

/* Of a training that starts from a model. */
static void
say_gain (Task *task, const Training *training)
{
  const ErrorUnit *unit = &task->config->progress->unit;
  double initial = training->initial_val_rmse * 1000, best = training->best_val_rmse * 1000;

  if (!task->config->initial)
    return;
  progress_task_say (
      &task->progress, PART_TRAINED,
      "%sthe initial model has a validation error of %.2f %s, the best epoch %.2f %s",
      best < initial ? "" : "warning: no gain: ", initial * unit->factor, unit->error_name,
      best * unit->factor, unit->error_name);
}

bool
task_train (Task *task, GError **error)
{
  say_start (task);
  make_trainer (task);
  if (restore (task))
    resume (task);
  else
    {
      task_remove_file (task, "model.bin");
      task_remove_file (task, "training.csv");
    }

  const Training *training = trainer_training (task->trainer);
  task->hinted_at = trainer_monotonic_clock (NULL);
  task->started_at = task->hinted_at - training->seconds;
  if (!trainer_run (task->trainer, error) || !write_training (task, training, error))
    return false;

  /* It stays: with larger limits the training goes on from here. */
  if (!training->is_cut && task->n_epochs_kept < training->epochs->len)
    keep_checkpoint (task);
  say_gain (task, training);
  if (training->end == TRAINING_END_REQUEST)
    progress_task_say (&task->progress, PART_TRAINED,
                       "finishing as requested: testing the best network so far (epoch %d)",
                       training->best_epoch);
  return true;
}
