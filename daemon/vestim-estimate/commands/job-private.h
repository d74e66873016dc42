/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/commands/job-data.h"
#include "daemon/vestim-estimate/tasks/sweep.h"

/* Shared by job.c and job-result.c. */

typedef struct
{
  const char *folder;
  char *summary; /* path */
  Progress progress;
  bool is_job; /* job.json was read: results may be written to the folder */
  int64_t attempt;
  bool is_fresh;          /* results of earlier attempts are not used */
  bool was_completed;     /* by an earlier attempt */
  bool is_of_version_0_1; /* that version began it */
  FinishRequest finish;
  GArray *repeat; /* (nullable) see SweepConfig */
  VestimSelections *settings;
  JobData data;
  GPtrArray *results; /* TaskResult, best first */
  double next_report_at;
} Job;

/* False with `error` when all tasks failed. */
bool job_result_is_good (const Job *job, GError **error);

/* What is tested in one way may be deployed in the other: adds a note when that matters. */
void job_result_note_warning (Job *job);

/* The last words of a completed job, in the log and as progress. */
void job_result_say (Job *job);
