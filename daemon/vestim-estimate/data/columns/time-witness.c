/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/columns/time-witness.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/columns/time-cell.h"

#include <math.h>

#define MAX_ROWS 1000
#define MUCH_FASTER 20 /* times */
#define SHORTEST_S 2   /* dates are often written in whole seconds */

static bool
is_date (const TableFile *file, int column)
{
  const char *stem = table_names (file)->stems[column];

  return table_is_text_column (file, column) && role_find (stem, NULL) == ROLE_TIME
         && role_time_kind (stem) == ROLE_TIME_DATE;
}

void
time_witness_init (TimeWitness *witness, const TableFile *file, const FoundColumn *time)
{
  *witness = (TimeWitness){ .column = -1 };
  if (time->index < 0 || time->is_text || time->is_named)
    return;
  for (int i = 0; i < table_n_columns (file) && witness->column < 0; i++)
    if (i != time->index && is_date (file, i))
      witness->column = i;
}

void
time_witness_add (TimeWitness *witness, TableFile *file, double time)
{
  size_t length = 0;

  if (G_LIKELY (witness->column < 0 || witness->n >= MAX_ROWS))
    return;

  const char *text = table_text (file, witness->column, &length);
  TimeCell cell = time_cell_parse (text, length);
  if (cell.kind != TIME_CELL_DATE)
    {
      witness->column = -1;
      return;
    }

  double date = cell.can_be_day_first ? cell.day_first : cell.month_first;
  if (witness->n++ == 0)
    {
      witness->first_time = time;
      witness->first_date = date;
    }
  witness->times = time - witness->first_time;
  witness->dates = date - witness->first_date;
}

bool
time_witness_agrees (const TimeWitness *witness, const TableFile *file, const FoundColumn *time,
                     const char *path, GError **error)
{
  const char *const *titles = (const char *const *) table_names (file)->titles;

  if (witness->column < 0 || witness->dates < SHORTEST_S
      || witness->times < MUCH_FASTER * witness->dates)
    return true;
  failure_set (
      error,
      "%s: in the first %zu rows, \"%s\" goes on by %g s, but the dates in \"%s\" go on by "
      "%g s: state the right unit with columns: {\"Time\": {\"column\": \"%s\", \"unit\": "
      "…}}",
      path, witness->n, titles[time->index], witness->times, titles[witness->column],
      witness->dates, titles[time->index]);
  return false;
}
