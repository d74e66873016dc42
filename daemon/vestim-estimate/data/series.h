/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

#define SERIES_TIME_COLUMN "Time"

/* The rows of one file with the requested columns. */
typedef struct
{
  char *path;
  size_t n_rows;
  int n_inputs;
  double *inputs;       /* [row][input], as in the file; NULL once they are scaled */
  double *target;       /* (nullable) as in the file */
  double *times;        /* (nullable) the column "Time" if it contains numbers */
  float *scaled_inputs; /* NULL until they are scaled, as is the next */
  float *scaled_target; /* also NULL without a target */
  guint8 *bands;        /* (nullable) of error_breakdown_classify() */
  size_t n_clipped;     /* rows in which a computed state of charge was limited to 0 or 1 */
  char *digest;         /* SHA-256 of the file, in hexadecimal digits */
} Series;

/* `(transfer full)`; `inputs` is NULL-terminated, `target` nullable. */
Series *series_read (const char *path, const char *const *inputs, const char *target,
                     GError **error);
void series_free (Series *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Series, series_free)

/* The median step of the times, so that gaps and a few lost rows don't matter. NAN without times,
 * or when the median is not above 0. */
double series_period (const Series *series);

/* The same for any times; the array is overwritten. */
double series_median_step (double *times, size_t n);
