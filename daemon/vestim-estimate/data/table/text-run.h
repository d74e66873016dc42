/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/text-cells.h"

/* Finds the table in the first lines of a text: a run of rows of numbers with as many cells each,
 * after a line with the names of the columns, and perhaps a line with their units. Empty lines and
 * comments may lie between them. */

typedef struct
{
  TextCell *lines; /* without their ends */
  size_t n_lines;
} TextWindow;

static inline void
text_window_clear (TextWindow *window)
{
  g_free (window->lines);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TextWindow, text_window_clear)

#define TEXT_NO_LINE ((size_t) -1)

typedef struct
{
  char separator;
  size_t first; /* row, as an index of the window's lines */
  size_t n_rows;
  int n_cells;   /* of each row */
  int n_used;    /* cells up to the last one that is not empty in some row */
  int n_usable;  /* columns with numbers or times alone */
  double score;  /* numbers in a row */
  size_t header; /* TEXT_NO_LINE: no line names all columns */
  size_t units;  /* TEXT_NO_LINE: none */
  int n_leading; /* empty cells that begin each row, because the header has them too */
} TextRun;

/* The first run of several rows with names or, without any, the longest run. `n_rows` is 0 without
 * a run of two columns of numbers or times. */
TextRun text_run_find (const TextWindow *window, char separator);

/* A comment begins with #, % or ~. A line whose first cell is just this sign is none. */
bool text_is_comment (const char *line, size_t length, char separator);

/* Whether the line may name columns: words alone, at least `min` of them, most of which begin with
 * no digit. `*n_names` counts its cells up to the last one that is not empty, `*n_leading` the
 * empty ones before the first name. */
bool text_is_names (const TextCell *line, char separator, int min, int *n_names, int *n_leading);

/* Whether the line has units alone: "[V]" or "mA" and empty cells. */
bool text_is_units (const TextCell *line, char separator);

/* The comment without its sign; any other line as it is. */
TextCell text_without_mark (const TextCell *line, char separator);
