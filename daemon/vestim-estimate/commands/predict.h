/* SPDX-License-Identifier: MIT */
#pragma once

/* Predicts the target for each row of a CSV file with a task's model, and writes it to `output` (by
 * rename), or to standard output when `output` is NULL. If the file has the target, writes the
 * errors too and prints their summary on standard error. Returns the program's exit code. */
int predict_file (const char *model_path, const char *csv_path, const char *output);
