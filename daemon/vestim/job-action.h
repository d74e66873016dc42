/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/invocation.h"
#include "daemon/vestim/job-report.h"

/* Does one thing with one job, whose ID is whole, and reports it. False with `error`. */
typedef bool (*JobAction) (Invocation *invocation, const char *id, JobReport *report, gpointer data,
                           GError **error);

/* Calls `action` for each job that the command line names. When it fails for one job, the error is
 * printed and the next job follows; without a server, the rest is given up. Returns the exit code.
 */
int job_action_run (Invocation *invocation, JobAction action, gpointer data, GError **error);

/* (transfer full) a request of "/jobs/ID" and `rest`. */
VestimRequest *job_request (const char *method, const char *id, const char *rest);

/* Sends `request`, which is taken over, and reports the job of the answer as `done`. */
bool job_action_send (Invocation *invocation, VestimRequest *request, JobReport *report,
                      const char *done, GError **error);
