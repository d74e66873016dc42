/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/predictions.h"

#include "daemon/vestim-estimate/base/regular-file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  TIME,
  MEASURED,
  PREDICTED,
  N_WANTED
};

#define MAX_CELLS 16
#define MAX_LINE 4096

typedef struct
{
  int columns[N_WANTED];
  Decimator measured;
  Decimator predicted;
  Decimator error;
  PredictionErrors *errors;
} Reader;

/* Splits a line in place. The number of cells. */
static int
split (char *line, char *cells[MAX_CELLS])
{
  int n = 0;

  line[strcspn (line, "\r\n")] = '\0';
  while (n < MAX_CELLS && line)
    cells[n++] = strsep (&line, ",");
  return n;
}

static bool
read_head (Reader *reader, char *line)
{
  static const char *const names[N_WANTED] = { "time", "measured", "predicted" };
  char *cells[MAX_CELLS];
  int n = split (line, cells);

  for (int i = 0; i < N_WANTED; i++)
    {
      reader->columns[i] = -1;
      for (int j = 0; j < n; j++)
        if (strcmp (cells[j], names[i]) == 0)
          reader->columns[i] = j;
      if (reader->columns[i] < 0)
        return false;
    }
  return true;
}

static void
add_error (PredictionErrors *errors, double measured, double predicted)
{
  double error = (predicted - measured) * errors->scale;
  double place = (error + errors->limit) / (2 * errors->limit) * PREDICTIONS_BINS;
  const Point sample = { measured, predicted };

  errors->counts[(int) fmin (fmax (place, 0), PREDICTIONS_BINS - 1)]++;
  if (errors->n_rows++ % errors->sample_step == 0)
    g_array_append_val (errors->samples, sample);
}

static void
read_row (Reader *reader, char *line)
{
  char *cells[MAX_CELLS];
  double values[N_WANTED];
  int n = split (line, cells);

  for (int i = 0; i < N_WANTED; i++)
    {
      char *end = NULL;

      if (reader->columns[i] >= n)
        return;
      values[i] = g_ascii_strtod (cells[reader->columns[i]], &end);
      if (end == cells[reader->columns[i]] || *end || !isfinite (values[i]))
        return;
    }

  double error = (values[PREDICTED] - values[MEASURED]) * reader->errors->scale;
  decimator_add (&reader->measured, values[TIME], values[MEASURED]);
  decimator_add (&reader->predicted, values[TIME], values[PREDICTED]);
  decimator_add (&reader->error, values[TIME], error);
  add_error (reader->errors, values[MEASURED], values[PREDICTED]);
}

bool
predictions_read (const char *path, size_t n_rows, PredictionErrors *errors,
                  PredictionCurves *curves)
{
  FILE *stream = regular_file_open_stream (path);
  Reader reader = { .errors = errors };
  char line[MAX_LINE];

  *curves = (PredictionCurves){ 0 };
  if (!stream)
    return false;

  bool is_good = regular_file_read_line (stream, line, sizeof line) && read_head (&reader, line);
  decimator_init (&reader.measured, n_rows);
  decimator_init (&reader.predicted, n_rows);
  decimator_init (&reader.error, n_rows);
  while (is_good && regular_file_read_line (stream, line, sizeof line))
    read_row (&reader, line);
  fclose (stream);

  curves->measured = decimator_finish (&reader.measured);
  curves->predicted = decimator_finish (&reader.predicted);
  curves->error = decimator_finish (&reader.error);
  return is_good;
}

void
prediction_curves_clear (PredictionCurves *curves)
{
  g_clear_pointer (&curves->measured, g_array_unref);
  g_clear_pointer (&curves->predicted, g_array_unref);
  g_clear_pointer (&curves->error, g_array_unref);
}
