/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/results/model-file.h"

/* C99 for a trained model, without allocation and with no library but math.h. */

/* The cost of an estimate on the target machine. */
typedef struct
{
  size_t flash;       /* bytes of constants; the code comes on top */
  size_t ram;         /* bytes that stay: the state, or the rows of the window */
  size_t stack;       /* bytes of arrays during an estimate */
  size_t multiplies;  /* multiplications, each with an addition */
  size_t activations; /* calls of expf() and tanhf() */
} ExportCost;

/* Of a step with the state. */
ExportCost export_cost (const Model *model);

/* Of a window of rows from the zero state; not for an FNN. */
ExportCost export_window_cost (const Model *model);

/* Appends constants, state and step(). */
void export_append_constants (GString *code, const Model *model, const GArray *tensors);
void export_append_functions (GString *code, const Model *model);

void export_append_floats (GString *code, const char *name, const float *values, size_t n);
