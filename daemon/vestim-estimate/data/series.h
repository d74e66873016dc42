/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/estimation/vestim-data-settings.h"
#include "daemon/vestim-estimate/data/current-sign.h"

/* What a file says about a requested column, and what was done to it. */
typedef struct
{
  char *name;  /* the requested one */
  char *title; /* in the file, with its unit */
  char *unit;  /* of the values in the series; NULL: the file states none */
  bool is_named;
  double max; /* largest value */
} SeriesColumn;

typedef struct
{
  GPtrArray *columns; /* SeriesColumn: the inputs as they were requested, then the target */
  bool has_named_time;

  CurrentSign sign; /* as in the file */
  bool is_sign_converted;
  bool has_current; /* that is not 0 everywhere */

  size_t n_missing; /* cells */
  size_t n_dropped; /* rows, because of missing cells */
  size_t n_time_errors;
  size_t n_gaps;
  GPtrArray *notes; /* sentences */
} SeriesFacts;

/* How many rows have an input below or above the range of the training files. */
typedef struct
{
  size_t below;
  size_t above;
  double min; /* of all rows */
  double max;
} SeriesOutside;

/* The rows of one file with the requested columns, in canonical units. */
typedef struct
{
  char *path;
  size_t n_rows;
  int n_inputs;
  double *inputs;         /* [row][input]; NULL once they are scaled */
  double *target;         /* (nullable) */
  double *times;          /* (nullable) in seconds, increasing */
  float *scaled_inputs;   /* NULL until they are scaled, as are the next two */
  float *scaled_target;   /* also NULL without a target */
  SeriesOutside *outside; /* of each input */
  size_t n_outside;       /* rows with any input outside */
  guint8 *bands;          /* (nullable) of error_breakdown_classify() */
  char *digest;           /* SHA-256 of the file, in hexadecimal digits */
  size_t n_clipped;       /* rows in which a computed state of charge was limited to 0 or 1 */
  GArray *segments;       /* size_t: the first row of each; no window and no state goes across a
                             cut. NULL: there is one */
  SeriesFacts *facts;     /* (nullable) of a part of a file: the other part has them */
} Series;

typedef struct
{
  const char *const *inputs; /* NULL-terminated */
  const char *target;        /* (nullable) */
  bool is_target_optional;   /* the series has none if the file has none */
  const VestimDataSettings *settings;
  double resample_s; /* the period to which the rows will be resampled; 0: none. Gaps are steps
                        longer than max_gap times this one, if it is the longer period */
} SeriesRequest;

/* `(transfer full)` without rows, and with empty facts. */
Series *series_new (const char *path);

/* `(transfer full)`; NULL with `error`. */
Series *series_read (const char *path, const SeriesRequest *request, GError **error);

/* Reads a file piece by piece, each as if it were a file of its own. The request must outlive it.
 * `(transfer full)`; NULL with `error`. */
typedef struct SeriesReader SeriesReader;
SeriesReader *series_reader_new (const char *path, const SeriesRequest *request, GError **error);
void series_reader_free (SeriesReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SeriesReader, series_reader_free)

/* Whether it can be read in several pieces: the meaning of dates shows after the last row. */
bool series_reader_has_pieces (const SeriesReader *reader);

/* `(transfer full)` at most so many rows; NULL with `error`, or after the last row. */
Series *series_reader_next (SeriesReader *reader, size_t max_rows, GError **error);
void series_free (Series *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Series, series_free)

guint series_n_segments (const Series *series);

/* Rows of a segment, counted from 0: the first one, and the one after the last. */
size_t series_segment_begin (const Series *series, guint segment);
size_t series_segment_end (const Series *series, guint segment);

/* The segment of a row. */
guint series_segment_of (const Series *series, size_t row);

/* Divides the segments before the row, which is not the first one: those of the rows before it
 * stay, those from it on are returned, counted from it. `(transfer full)` */
GArray *series_split_segments (Series *series, size_t row);

/* The median step of the times, so that gaps and a few lost rows don't matter. NAN without times,
 * or when the median is not above 0. */
double series_period (const Series *series);

/* The same for any times; the array is overwritten. */
double series_median_step (double *times, size_t n);

/* The name of the file without folders and without ".csv". `(transfer full)` */
char *series_dup_base_name (const Series *series);
