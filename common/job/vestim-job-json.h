/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/json/vestim-json.h"

/* The job object of the protocol. `jobs_dir` is the absolute folder that holds the job folders. */
void vestim_job_json_append (GString *out, const VestimJob *job, const char *jobs_dir);

/* `details` alone, as the registry keeps it, and back. Reading ignores what it does not know. */
void vestim_job_details_append (GString *out, const VestimJobDetails *details);
void vestim_job_details_read (const VestimJsonNode *node, VestimJobDetails *details);
