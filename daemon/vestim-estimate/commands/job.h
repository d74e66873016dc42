/* SPDX-License-Identifier: MIT */
#pragma once

/* Runs the job that `folder`/job.json describes and writes its results to the folder. Returns the
 * program's exit code. Reports a failure on standard error, in summary.json and as the last
 * progress. */
int job_run (const char *folder);
