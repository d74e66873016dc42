/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/training/trainer.h"

/* Says how far the work is: as lines for people on standard output, and as lines of JSON on the
 * descriptor named in VESTIM_PROGRESS_FD, if there is one. Nobody listening is no failure. All
 * functions but init and deinit may be called from any thread. */
typedef struct
{
  pthread_mutex_t lock;
  int fd; /* -1: none; not ours to close */
  int n_tasks;
  double tasks_done; /* sum of the tasks' parts */
  double told;       /* the largest part told: it never goes back */
} Progress;

/* One task's share of it. */
typedef struct
{
  Progress *progress;
  int number;
  double part; /* 0 to 1 of the task */
} TaskProgress;

void progress_init (Progress *progress);
void progress_deinit (Progress *progress);

/* Before the first task. */
void progress_set_tasks (Progress *progress, int n_tasks);

/* About the job as a whole. */
void progress_say (Progress *progress, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The last word of a job that completed. */
void progress_complete (Progress *progress, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The last word of a job that failed; how far it was stays as it is. On the descriptor only. */
void progress_fail (Progress *progress, const char *reason);

/* The series of the best of several tasks (EpochRecord), under the names that those of a single
 * task have. On the descriptor only. */
void progress_best_series (Progress *progress, const GArray *epochs);

/* About a task, which is `part` done now; named when there are several. */
void progress_task_say (TaskProgress *task, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The same, on the descriptor only: what is said too often for a log. */
void progress_task_hint (TaskProgress *task, double part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Whether the task's epochs are told one by one: only the first of many tasks' are. */
bool progress_task_has_series (const TaskProgress *task);

/* The training's last epoch, with its series. */
void progress_task_epoch (TaskProgress *task, double part, const Training *training,
                          int max_epochs);

/* The series of the task's epochs so far (EpochRecord), which a resumed attempt tells anew. On the
 * descriptor only. */
void progress_task_history (TaskProgress *task, const GArray *epochs);
