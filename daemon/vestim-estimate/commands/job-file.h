/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"

/* The job.json of a job folder. */
typedef struct
{
  char *path;
  char *text;
  VestimJsonDoc *doc;
  char *kind;          /* (nullable) */
  int64_t attempt;     /* 1 if the file says nothing */
  bool wants_to_begin; /* results of earlier attempts are not wanted */
} JobFile;

/* `(transfer full)`; NULL with `error`. */
JobFile *job_file_read (const char *folder, GError **error);
void job_file_free (JobFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JobFile, job_file_free)

/* The selections, owned by `file`; NULL with `error` if there are none. */
const VestimJsonNode *job_file_selections (const JobFile *file, GError **error);

/* Sets an error that lists these faults (VestimFieldError) of the selections. */
void job_file_set_faults (const JobFile *file, const GPtrArray *faults, GError **error);

/* Whether the last attempt completed the job, and the user does not want to start again (then the
 * log says that). Removes the summary of that attempt. */
bool job_file_was_completed (const JobFile *file, const char *folder);
