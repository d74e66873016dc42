/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/page/decimator.h"

/* What a report shows of files of predictions. They are read in fixed memory. */

#define PREDICTIONS_BINS 81

/* The errors of all files. The first and the last bin also have what is beyond them. */
typedef struct
{
  double limit; /* the bins cover -limit to limit, in the unit of `scale` */
  double scale; /* errors are (predicted - measured) * scale */
  size_t counts[PREDICTIONS_BINS];
  GArray *samples;    /* Point: measured and predicted of every `sample_step`th row */
  size_t sample_step; /* at least 1 */
  size_t n_rows;      /* of all files */
} PredictionErrors;

/* The curves of one file (GArray of Point). */
typedef struct
{
  GArray *measured;
  GArray *predicted;
  GArray *error;
} PredictionCurves;

/* Reads a file with the columns time, measured and predicted, in any order and beside others, and
 * of about `n_rows` rows. Rows without these numbers are skipped. Adds to `errors`. False: the file
 * cannot be read, or has no such columns. The caller clears `curves`. */
bool predictions_read (const char *path, size_t n_rows, PredictionErrors *errors,
                       PredictionCurves *curves);
void prediction_curves_clear (PredictionCurves *curves);
