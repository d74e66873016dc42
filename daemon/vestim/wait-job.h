/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/job-report.h"
#include "daemon/vestim/session.h"

/* (nullable) (transfer full) the object of the job `id` once it is over, as JSON text. Stops and
 * restarts of the server are waited for, and told on standard error. Ctrl+C ends the program and
 * leaves the job as it is. NULL with `error`, for example when the job was deleted. */
GBytes *wait_job (Session *session, const char *id, GError **error);

/* Waits for it, reports its end, and sets `*code` to the exit code. False with `error`. */
bool wait_job_report (Session *session, const char *id, JobReport *report, int *code,
                      GError **error);

/* Waits for it and returns the exit code. */
int wait_job_quietly (Session *session, const char *id, GError **error);

/* The exit code of vestim for a job that is over: its own, 128 and its signal's number, 75 if it
 * never ran, 76 if it was stopped or interrupted; 1 for a failure without a code. */
int wait_job_code (JsonNode *job);
