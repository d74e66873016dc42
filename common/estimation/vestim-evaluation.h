/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-json.h"

#define VESTIM_EVALUATION_MAX_MODELS 100
#define VESTIM_EVALUATION_MAX_FILES 10000

/* The selections of a job of kind "evaluation": each model is tested with each file. Both lists are
 * NULL-terminated. */
typedef struct
{
  char **models; /* job IDs, or absolute paths of model files and of folders of tasks and jobs */
  char **files;  /* absolute paths of files and folders */
} VestimEvaluation;

/* `(transfer full)`; NULL if something is wrong: then each fault is added to `errors`
 * (VestimFieldError) with a field under `prefix` ("selections"). Reads no file. */
VestimEvaluation *vestim_evaluation_read (const VestimJsonNode *object, const char *prefix,
                                          GPtrArray *errors);
void vestim_evaluation_free (VestimEvaluation *evaluation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimEvaluation, vestim_evaluation_free)

/* Whether this model is given by the ID of its job. */
bool vestim_evaluation_is_job_id (const char *model);

/* `(transfer full)` the selections as JSON, with the folders of the jobs, which lie in `jobs_dir`,
 * instead of their IDs. */
char *vestim_evaluation_dup_json (const VestimEvaluation *evaluation, const char *jobs_dir);
