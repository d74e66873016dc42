/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Predicts the files of `paths` (NULL-terminated files and folders) with a model file or that of a
 * task or job folder. With one file, `output` is a file (NULL: standard output); with several or a
 * folder, it is a folder (NULL: no predictions are written). The errors go to standard error, or as
 * JSON to standard output. Returns the exit status: a failure if one file could not be predicted.
 * `encoding` (nullable: detected) is that of the files. */
int predict_files (const char *model_path, char **paths, const char *output, bool as_json,
                   const char *encoding);
