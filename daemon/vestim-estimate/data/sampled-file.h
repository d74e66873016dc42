/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* Files at a common period, for the search for copies. If a file has `stride` rows in a period,
 * there is a sequence of samples for each of them as the first one, once of single rows and once of
 * the means of all rows of a period: a copy with a longer period was made in one of these ways. */

#define SAMPLING_MAX_COLUMNS 3

typedef struct
{
  double period;
  int n_columns;
  int columns[SAMPLING_MAX_COLUMNS]; /* of the inputs; -1: the target */
  double min[SAMPLING_MAX_COLUMNS];  /* in training */
  double range[SAMPLING_MAX_COLUMNS];
} Sampling;

typedef struct
{
  const Series *series;
  size_t stride; /* 0: the file has a longer period */
  const double *values[SAMPLING_MAX_COLUMNS];
  size_t width[SAMPLING_MAX_COLUMNS];  /* numbers from one row to the next */
  double *means[SAMPLING_MAX_COLUMNS]; /* (nullable) of `stride` rows from each row on */
  double steps[SAMPLING_MAX_COLUMNS];  /* half of the last digit of the values */
} SampledFile;

/* A place in a sequence: `stride` rows after it is the next one. */
typedef struct
{
  const SampledFile *file;
  bool is_mean;
  size_t row;
} SamplePlace;

/* The median step of the first times, at least one second; 1 if the series has none. */
double sampling_period (const Series *series);

/* False if the files have neither a target nor one of the columns that are compared. `columns` are
 * the names of the inputs, NULL-terminated. */
bool sampling_init (Sampling *sampling, const Dataset *train, char *const *columns,
                    const char *target, double period);

/* The series must outlive it. */
void sampled_file_init (SampledFile *file, const Sampling *sampling, const Series *series);
void sampled_file_deinit (SampledFile *file);

/* The number of samples from the row on in its sequence. */
size_t sampled_file_n_samples (const SampledFile *file, bool is_mean, size_t row);

/* The cell in which the first two columns are, if the range of each has so many. */
uint32_t sample_cell (const Sampling *sampling, const SamplePlace *place, uint32_t n_cells);

/* Whether the values are the same up to the digits that both have. */
bool samples_agree (const Sampling *sampling, const SamplePlace *a, const SamplePlace *b);
