/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Times that are written as text: elapsed times ("12:34:56.7", "1d 02:03:04") and dates
 * ("2021-03-04 10:20:30", "4.3.2021 10:20"). docs/data.md lists the forms. */

typedef enum
{
  TIME_CELL_WRONG,
  TIME_CELL_ELAPSED,
  TIME_CELL_DATE,
} TimeCellKind;

/* In "03/04/2021" either number may be the month. */
typedef struct
{
  TimeCellKind kind;
  bool can_be_day_first;
  bool can_be_month_first;
  double day_first; /* seconds, of a date since 1970 */
  double month_first;
} TimeCell;

/* The kind is TIME_CELL_WRONG when the text is none of the forms. It need not end with a NUL. */
TimeCell time_cell_parse (const char *text, size_t length);

/* The cells of one column, all of one kind. */
typedef struct
{
  TimeCellKind kind;
  bool can_be_day_first;
  bool can_be_month_first;
  GArray *day_first; /* double */
  GArray *month_first;
} TimeCells;

void time_cells_init (TimeCells *cells);
void time_cells_clear (TimeCells *cells);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TimeCells, time_cells_clear)

/* False when the cell is wrong, of another kind than those before it, or of another order of day
 * and month: it is not added then. */
bool time_cells_add (TimeCells *cells, const char *text, size_t length);

/* `(transfer full)` the times in seconds, one for each cell; those of dates count from the first
 * cell. NULL when day and month can't be distinguished although it matters. */
double *time_cells_values (const TimeCells *cells);
