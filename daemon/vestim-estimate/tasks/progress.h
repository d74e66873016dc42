/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/training/trainer.h"

/* Reports the progress: as lines for people on standard output, and as lines of JSON on the
 * descriptor that VESTIM_PROGRESS_FD names, if any. A missing reader is no failure. All functions
 * but init and deinit may be called from any thread. */
typedef struct
{
  pthread_mutex_t lock;
  int fd; /* -1: none; not ours to close */
  int n_tasks;
  double seconds;    /* for all tasks; 0: no limit */
  double started_at; /* the first task */
  double tasks_done; /* sum of the tasks' parts */
  double reported;   /* the largest part reported: it never decreases */
  ErrorUnit unit;    /* of the errors that people see; that of a voltage until it is set */
} Progress;

/* The progress of one task. */
typedef struct
{
  Progress *progress;
  int number;
  double part; /* 0 to 1 of the task */
} TaskProgress;

void progress_init (Progress *progress);
void progress_deinit (Progress *progress);

/* Before the first task. `seconds`: after which no other task begins; 0: no limit. */
void progress_set_tasks (Progress *progress, int n_tasks, double seconds);

/* About the job as a whole. */
void progress_say (Progress *progress, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The last report of a completed job. */
void progress_complete (Progress *progress, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The last report of a failed job; its progress stays as it is. On the descriptor only. */
void progress_fail (Progress *progress, const char *reason);

/* The series of the best of several tasks (EpochRecord), under the names of a single task's series.
 * On the descriptor only. */
void progress_best_series (Progress *progress, const GArray *epochs);

/* About a task of which `part` is done; the task is named when there are several. */
void progress_task_say (TaskProgress *task, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The same on the descriptor only: for reports too frequent for a log. */
void progress_task_hint (TaskProgress *task, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Whether the task's epochs are reported one by one: only the first of many tasks do that. */
bool progress_task_has_series (const TaskProgress *task);

/* The last epoch of the training, with its series. */
void progress_task_epoch (TaskProgress *task, double part, const Training *training,
                          int max_epochs);

/* The series of the task's epochs so far (EpochRecord), which a resumed attempt reports again. On
 * the descriptor only. */
void progress_task_history (TaskProgress *task, const GArray *epochs);
