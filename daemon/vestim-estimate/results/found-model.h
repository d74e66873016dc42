/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "daemon/vestim-estimate/results/model-file.h"

/* A model that the user names by its file or by a folder, and what its task has measured. */
typedef struct
{
  Model *model;
  char *path;         /* of the model file */
  int64_t task;       /* 0: the file lies in no task folder of a job */
  double windowed_mv; /* errors of the task's tests; NAN: unknown, as before the test */
  double stateful_mv;
} FoundModel;

/* `(transfer full)` the model of a model file, of a task folder, or of the best task of a job
 * folder: the task with the lowest validation error, also if the job has not ended or has failed.
 * NULL with `error`. */
FoundModel *found_model_read (const char *path, GError **error);

/* The same, but of a job folder the task with this number; 0: the best. */
FoundModel *found_model_read_task (const char *path, int64_t task, GError **error);
/* `(transfer full)` the paths of the files that the task was tested with, NULL-terminated; none
 * before the test. */
char **found_model_test_files (const FoundModel *found);

void found_model_free (FoundModel *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FoundModel, found_model_free)
