/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/estimation/vestim-data-settings.h"

/* The rows of a file while they are put in order: wrong times, missing cells and gaps. */
typedef struct
{
  const char *path; /* of the file, for messages */
  size_t n_rows;
  size_t n_columns;
  size_t n_needed;      /* of the columns, the first ones: cells of the others may be missing */
  double *values;       /* [row][column]; NAN: the cell is missing */
  double *times;        /* (nullable) seconds */
  GArray *segments;     /* size_t: the first row of each */
  GArray *lines;        /* SeriesLine: where the line numbers jump, until rows are moved */
  const char *row_word; /* "line" or "row" */
  const char *time_name;
} SeriesRows;

typedef struct
{
  size_t row;
  size_t line;
} SeriesLine;

/* Notes the line of the row that is to be added next, for messages. */
void series_rows_note_line (SeriesRows *rows, size_t line);

/* No rows yet. */
void series_rows_init (SeriesRows *rows, const char *path, size_t n_columns, size_t n_needed);
void series_rows_clear (SeriesRows *rows);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SeriesRows, series_rows_clear)

/* Makes the times increase, as the setting says, and counts the rows that were in the way. False
 * with `error` when they are refused. */
bool series_rows_order (SeriesRows *rows, VestimTimeError how, size_t *n_wrong, GError **error);

/* Leaves out rows with missing cells and counts them. Without times, a run of more than `max_gap`
 * - 1 of them is a cut. */
size_t series_rows_drop_missing (SeriesRows *rows, double max_gap);

/* Cuts where the time steps by more than `max_gap` times the period: the median step, or `period`
 * if that is longer. Returns the number of cuts, also of those that were there. */
size_t series_rows_cut (SeriesRows *rows, double max_gap, double period);

/* Fills missing cells between their neighbours in the same segment, by straight lines over the
 * time, or over the rows without times. False with `error` when more than `max_run` successive
 * cells of a column are missing, or the first or last of a segment is. The names are those of the
 * columns. */
bool series_rows_fill_missing (SeriesRows *rows, int max_run, const char *const *names,
                               GError **error);
