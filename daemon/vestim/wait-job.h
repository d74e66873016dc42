/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/job-report.h"
#include "daemon/vestim/session.h"

/* Waits until the job `id` is over, reports its end, and sets `*code` to the exit code. A server
 * that goes is waited for as patience.h says. Ctrl+C ends the program and leaves the job as it is.
 * False with `error`, for example when the job was deleted. */
bool wait_job_report (Session *session, const char *id, JobReport *report, int *code,
                      GError **error);

/* The same without a report. Returns the exit code. */
int wait_job_quietly (Session *session, const char *id, GError **error);

/* The exit code of vestim for a job that is over: its own, 128 and its signal's number, 75 if it
 * never ran, 76 if it was stopped or interrupted; 1 for a failure without a code. */
int wait_job_code (JsonNode *job);
