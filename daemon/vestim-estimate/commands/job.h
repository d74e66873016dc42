/* SPDX-License-Identifier: MIT */
#pragma once

/* Does the job that `folder`/job.json describes and leaves its results in the folder; returns the
 * program's exit code. A failure is said on standard error, in summary.json and as the last
 * progress. */
int job_run (const char *folder);
