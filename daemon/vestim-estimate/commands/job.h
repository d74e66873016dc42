/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Runs the job that `folder`/job.json describes and writes its results to the folder. Returns the
 * program's exit code. Reports a failure on standard error, in summary.json and as the last
 * progress. */
int job_run (const char *folder);

/* Whether version 0.1 wrote the first model in the folder. It knew only windowed training. */
bool job_is_of_version_0_1 (const char *folder);

/* A member of job.json that says so of a folder without a model. */
#define JOB_OF_VERSION_0_1 "of_version_0_1"

/* A member of job.json: a list with a number for each task, see SweepConfig. */
#define JOB_REPEAT "repeat"
