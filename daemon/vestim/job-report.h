/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/arguments.h"

/* What a command prints about the jobs that it has added or changed: with --json one array of their
 * objects, or the single object, with --format a line for each, with --quiet nothing, else a line
 * for people. */
typedef struct JobReport JobReport;

/* (nullable) NULL with `error` when --format is wrong. */
JobReport *job_report_new (const Arguments *arguments, GError **error);

/* (nullable) The same for exactly one job: --json writes its object alone. */
JobReport *job_report_new_single (const Arguments *arguments, GError **error);
void job_report_free (JobReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JobReport, job_report_free)

/* Whether it prints lines for people. */
bool job_report_is_for_people (const JobReport *self);

/* Adds a job by its object, JSON text as the server sent it, and what was done with it: "stopped".
 * Lines are written at once, so that they are not lost when a later job fails. False with `error`
 * (VESTIM_ERROR_GARBLED, or the output's). */
bool job_report_add (JobReport *self, const char *text, gsize length, const char *done,
                     GError **error);

/* For a job that is gone or whose object is not known. With --json and --format only its ID. */
bool job_report_add_id (JobReport *self, const char *id, const char *done, GError **error);

/* Ends the array of --json. */
bool job_report_end (JobReport *self, GError **error);
