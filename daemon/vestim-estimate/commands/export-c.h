/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* What to export, and how. */
typedef struct
{
  const char *model;  /* a model file, or the folder of a task or job */
  int64_t task;       /* of the job; 0: the best */
  const char *output; /* NULL: standard output */
  const char *prefix; /* of all names in the code */
  int weight_bits;    /* 16 or 8; 0: single precision */
  char **files; /* NULL-terminated: data to compare integers with float; none: the test files */
} ExportOptions;

/* Writes the model as a C header for a microcontroller and prints its cost and errors. Returns the
 * program's exit code. */
int export_c (const ExportOptions *options);
