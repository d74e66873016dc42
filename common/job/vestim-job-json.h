/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job-fields.h"
#include "common/json/vestim-json.h"

/* The job object of the protocol. `jobs_dir` is the absolute folder that holds the job folders. */
void vestim_job_json_append (GString *out, const VestimJob *job, const char *jobs_dir);

/* Appends an object with the members `names` (NULL-terminated), as the job object or its `details`
 * have them; without "job_folder". */
void vestim_job_json_append_members (GString *out, const VestimJob *job, const char *const *names);

/* Reads one field that clients may set. False, and nothing changed, when the value is not of the
 * field's type or range, or when the field's own check added faults to `errors`. */
bool vestim_job_json_read_field (const VestimJobField *field, const VestimJsonNode *node,
                                 VestimJob *job, GPtrArray *errors);
