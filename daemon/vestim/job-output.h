/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/arguments.h"

/* Prints job objects of the server in the form that the user has chosen: --json, --format, --quiet
 * (their IDs), or for people. */
typedef struct JobOutput JobOutput;

typedef enum
{
  JOB_OUTPUT_TABLE, /* for people: one table. With --json: an array */
  JOB_OUTPUT_PAGES, /* for people: a page for each job. With --json: an array of several jobs, or
                       the object of one */
} JobOutputForm;

/* (nullable) (transfer full) `n_jobs` of PAGES says how many jobs come. NULL with `error` when the
 * options are wrong. */
JobOutput *job_output_new (const Arguments *arguments, JobOutputForm form, guint n_jobs,
                           GError **error);
void job_output_free (JobOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JobOutput, job_output_free)

/* Adds the jobs of an array, or the job, as the server sent them; those that were added before are
 * left out. False with `error` (VESTIM_ERROR_GARBLED, or the output's). */
bool job_output_add (JobOutput *self, GBytes *body, GError **error);

guint job_output_n_jobs (const JobOutput *self);
const char *job_output_last_id (const JobOutput *self); /* (nullable) of the last job */

/* Prints what is left: the table, the end of the array. */
bool job_output_end (JobOutput *self, GError **error);
