/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestimd/jobs/service.h"
#include "daemon/vestimd/api/check-queue.h"

/* Checks the files of an estimation or evaluation, by vestim-estimate. */

/* Whether selections of this kind name files that vestim-estimate can check. */
bool selections_name_files (VestimJobKind kind);

/* `errors` (of VestimFieldError) is empty if the files are valid, or if the check did not end in
 * time: the job then finds the errors itself. Borrowed for the call. NULL: the daemon stops. */
typedef void (*SelectionsCheckFn) (void *user, const GPtrArray *errors);

/* `(transfer full)` the selections as vestim-estimate gets them: with the folders of jobs instead
 * of their IDs. Adds an error for each job that does not exist. The selections are valid for this
 * kind of job. */
char *selections_resolve (Service *service, const char *jobs_dir, VestimJobKind kind,
                          const char *text, size_t length, GPtrArray *errors);

/* `text` is copied. `fn` is called once, never before this returns. */
void selections_check_files (CheckQueue *queue, VestimJobKind kind, const char *text,
                             SelectionsCheckFn fn, void *user);

/* Adds the errors in a check's output; output of another form adds nothing. */
void selections_check_parse (const char *output, size_t length, GPtrArray *errors);
