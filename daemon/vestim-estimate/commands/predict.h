/* SPDX-License-Identifier: MIT */
#pragma once

/* Predicts the target for each row of a CSV file with a model that a task left, and writes it to
 * `output` (by rename), or to standard output when that is NULL. Where the file has the target, the
 * errors are written as well, and summed up on standard error. Returns the program's exit code. */
int predict_file (const char *model_path, const char *csv_path, const char *output);
