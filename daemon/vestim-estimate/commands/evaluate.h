/* SPDX-License-Identifier: MIT */
#pragma once

/* Runs the job of kind "evaluation" that `folder`/job.json describes: tests each model with each
 * file and writes the results to the folder. Returns the program's exit code. Reports a failure on
 * standard error, in summary.json and as the last progress. */
int evaluate_run (const char *folder);
