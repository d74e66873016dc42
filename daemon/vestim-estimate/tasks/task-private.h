/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/tasks/task.h"

/* Shared by task.c and task-training.c. */

#define PART_TRAINED 0.95 /* of the task's time, for the progress only */

struct Task
{
  const TaskConfig *config;
  char *folder;
  uint64_t fingerprint;            /* of settings, data, kernel and whether there is a team */
  uint64_t checkpoint_fingerprint; /* the same without the limits of the training */
  TaskProgress progress;
  Network *network;
  TrainerConfig trainer_config;
  Trainer *trainer;
  GArray *tests;     /* TestResult */
  double started_at; /* when the training would have begun without interruptions */
  double written_at; /* seconds of training */
  double hinted_at;
  double looked_at;
  double next_checkpoint_at;
  guint n_epochs_kept; /* in the last checkpoint of this attempt */
  bool has_checkpoint_failed;
};

/* `(transfer full)` */
char *task_path (const Task *task, const char *name);
void task_remove_file (const Task *task, const char *name);

/* Trains the network and writes model.bin, training.csv and checkpoints; false with `error`. */
bool task_train (Task *task, GError **error);
