/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/file-check.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/columns/time-cell.h"
#include "daemon/vestim-estimate/data/columns/time-witness.h"
#include "daemon/vestim-estimate/data/data-traits.h"
#include "daemon/vestim-estimate/data/series-rows.h"
#include "daemon/vestim-estimate/data/series.h"
#include "daemon/vestim-estimate/data/table/table.h"
#include "daemon/vestim-estimate/training/trainer.h"

#include <math.h>
#include <string.h>

#define ROWS_BETWEEN_LOOKS 256 /* at the clock */
#define ROWS_FOR_THE_SIGN 1000000
#define NEEDED_COLUMNS 2 /* an input and a target */

typedef struct
{
  FileCheck *check;
  TableFile *file;
  VestimDataSettings *settings; /* the default ones */
  ColumnMeaning *meanings;      /* of each column */
  FoundColumn time;
  TimeWitness witness;
  GArray *times; /* double, of a column of numbers */
  TimeCells cells;
  SeriesRows rows; /* without values: times and lines */
  int current;     /* -1: none or several; and so is the next */
  int voltage;
  GArray *currents; /* double; NAN: not a number */
  GArray *voltages;
} Checker;

static void
checker_clear (Checker *checker)
{
  for (int i = 0; checker->meanings && i < table_n_columns (checker->file); i++)
    column_meaning_clear (&checker->meanings[i]);
  g_free (checker->meanings);
  vestim_data_settings_free (checker->settings);
  found_column_clear (&checker->time);
  g_array_unref (checker->times);
  time_cells_clear (&checker->cells);
  series_rows_clear (&checker->rows);
  g_array_unref (checker->currents);
  g_array_unref (checker->voltages);
  table_close (checker->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Checker, checker_clear)

static void
clear_column (void *data)
{
  ColumnCheck *column = data;

  g_free (column->name);
  g_free (column->unit);
  g_free (column->canonical_unit);
  g_free (column->why);
}

static ColumnCheck *
column_at (const Checker *checker, int index)
{
  return &g_array_index (checker->check->columns, ColumnCheck, index);
}

static void
add_note (Checker *checker, char *note)
{
  g_ptr_array_add (checker->check->notes, note);
}

/* Columns */

static void
add_column (Checker *checker, int index)
{
  const TableFile *file = checker->file;
  ColumnMeaning *meaning = &checker->meanings[index];
  bool is_time = index == checker->time.index;

  *meaning = column_meaning (file, index, NULL);
  ColumnCheck column = {
    .name = g_strdup (table_columns (file)[index]),
    .unit = g_strdup (table_unit (file, index)),
    .canonical_unit = g_strdup (is_time ? unit_canonical (UNIT_TIME) : meaning->canonical),
    .role = is_time                      ? ROLE_TIME
            : meaning->role == ROLE_TIME ? ROLE_NONE
                                         : meaning->role,
    .min = NAN,
    .max = NAN,
  };

  g_autoptr (GError) fault = NULL;
  if (!column_can_be_selected (file, index, &fault))
    column.why = g_strdup (fault->message);
  if (table_is_text_column (file, index) && !is_time)
    column.role = ROLE_NONE;
  g_array_append_val (checker->check->columns, column);
}

/* -1 when there is none, or when there are several. */
static int
only_column (const Checker *checker, ColumnRole role)
{
  int found = -1, n = 0;

  for (guint i = 0; i < checker->check->columns->len; i++)
    if (column_at (checker, (int) i)->role == role)
      found = (int) i, n++;
  return n == 1 ? found : -1;
}

static bool
find_columns (Checker *checker, GError **error)
{
  if (!column_search_time (checker->file, checker->settings, &checker->time, error))
    return false;
  time_witness_init (&checker->witness, checker->file, &checker->time);
  if (checker->time.why)
    add_note (checker, g_strdup (checker->time.why));

  checker->rows.row_word = table_row_word (checker->file);
  checker->meanings = g_new0 (ColumnMeaning, table_n_columns (checker->file));
  for (int i = 0; i < table_n_columns (checker->file); i++)
    add_column (checker, i);
  checker->current = only_column (checker, ROLE_CURRENT);
  checker->voltage = only_column (checker, ROLE_VOLTAGE);
  return true;
}

/* Rows */

static void
check_bad_cell (Checker *checker, int index, const GError *fault)
{
  ColumnCheck *column = column_at (checker, index);

  if (!table_cell_is_missing (checker->file, index))
    {
      g_free (column->why);
      column->why = g_strdup (fault->message);
      return;
    }
  if (column->n_missing++ == 0 && !column->why)
    column->why =
        g_strdup_printf ("%s, %s %zu, column \"%s\": the cell is missing; complete the file, or "
                         "give the setting missing",
                         checker->check->path, table_row_word (checker->file),
                         table_line (checker->file), table_names (checker->file)->titles[index]);
}

static double
check_cell (Checker *checker, int index)
{
  ColumnCheck *column = column_at (checker, index);
  const Unit *unit = checker->meanings[index].unit;
  g_autoptr (GError) fault = NULL;
  double value = NAN;

  /* Only missing cells are counted after the first bad one. */
  if (column->why && column->n_missing == 0)
    return NAN;
  if (!table_number (checker->file, index, &value, &fault)
      || !column_check_number (checker->file, index, value, &fault))
    {
      check_bad_cell (checker, index, fault);
      return NAN;
    }
  if (unit)
    value = unit_convert (unit, value);
  column->min = fmin (column->min, value);
  column->max = fmax (column->max, value);
  return value;
}

static bool
check_time (Checker *checker, GError **error)
{
  int index = checker->time.index;
  const char *title = table_names (checker->file)->titles[index];
  size_t length = 0;
  double value = 0;

  if (!checker->time.is_text)
    {
      if (!table_number (checker->file, index, &value, error))
        return false;
      value = checker->meanings[index].unit ? unit_convert (checker->meanings[index].unit, value)
                                            : value;
      g_array_append_val (checker->times, value);
      time_witness_add (&checker->witness, checker->file, value);
      return true;
    }

  const char *text = table_text (checker->file, index, &length);
  if (time_cells_add (&checker->cells, text, length))
    return true;
  if (checker->cells.day_first->len > 0)
    {
      failure_set (error,
                   "%s, line %zu, column \"%s\": \"%.*s\" is not a time as in the rows before; "
                   "correct the cell, or name another column with time_column",
                   checker->check->path, table_line (checker->file), title, (int) MIN (length, 40),
                   text);
      return false;
    }

  add_note (checker, g_strdup_printf ("the times in \"%s\" are not understood (\"%.*s\"), so none "
                                      "are used",
                                      title, (int) MIN (length, 40), text));
  checker->time.index = -1;
  column_at (checker, index)->role = ROLE_NONE;
  column_at (checker, index)->why =
      g_strdup_printf ("column \"%s\": the times are not understood (\"%.*s\")", title,
                       (int) MIN (length, 40), text);
  return true;
}

static bool
check_row (Checker *checker, GError **error)
{
  bool is_early = table_n_rows (checker->file) <= ROWS_FOR_THE_SIGN;

  if (checker->time.index >= 0 && !check_time (checker, error))
    return false;
  for (int i = 0; i < (int) checker->check->columns->len; i++)
    {
      if (i == checker->time.index && checker->time.is_text)
        continue;

      double value = check_cell (checker, i);
      if (is_early && i == checker->current)
        g_array_append_val (checker->currents, value);
      if (is_early && i == checker->voltage)
        g_array_append_val (checker->voltages, value);
    }
  return true;
}

static bool
check_rows (Checker *checker, double deadline, GError **error)
{
  FileCheck *check = checker->check;
  TableResult result = TABLE_END;

  while ((result = table_next_row (checker->file, error)) == TABLE_ROW)
    {
      series_rows_note_line (&checker->rows, table_line (checker->file));
      if (!check_row (checker, error))
        return false;
      check->n_rows = table_n_rows (checker->file);
      checker->rows.n_rows = check->n_rows;
      if (check->n_rows % ROWS_BETWEEN_LOOKS == 0 && trainer_monotonic_clock (NULL) >= deadline)
        {
          add_note (checker,
                    g_strdup_printf ("the time was over after %zu rows, so all figures are "
                                     "about these",
                                     check->n_rows));
          return true;
        }
    }
  check->is_complete = result == TABLE_END;
  return check->is_complete && table_has_enough_rows (checker->file, error);
}

/* The whole file */

static double *
take_times (Checker *checker)
{
  double *times = NULL;

  if (checker->time.index < 0)
    return NULL;
  if (!checker->time.is_text)
    return g_memdup2 (checker->times->data, checker->times->len * sizeof (double));

  times = time_cells_values (&checker->cells);
  if (!times)
    add_note (checker,
              g_strdup_printf ("the dates in \"%s\" are not used, because either number may be the "
                               "month: write them as 2021-03-04",
                               table_names (checker->file)->titles[checker->time.index]));
  return times;
}

static bool
check_times (Checker *checker, GError **error)
{
  FileCheck *check = checker->check;
  SeriesRows rows = checker->rows;

  rows.times = take_times (checker);
  rows.n_rows = check->n_rows;
  checker->rows.times = rows.times;
  if (!rows.times)
    return true;
  if (!time_witness_agrees (&checker->witness, checker->file, &checker->time, check->path, error))
    return false;
  rows.time_name = table_names (checker->file)->titles[checker->time.index];

  if (checker->time.is_text)
    for (size_t i = 0; i < rows.n_rows; i++)
      {
        ColumnCheck *column = column_at (checker, checker->time.index);

        column->min = fmin (column->min, rows.times[i]);
        column->max = fmax (column->max, rows.times[i]);
      }
  if (!series_rows_order (&rows, VESTIM_TIME_ERROR_REFUSE, &check->n_wrong_times, error))
    return false;
  check->n_gaps = series_rows_cut (&rows, checker->settings->max_gap, 0);
  check->period_s = series_median_step (rows.times, rows.n_rows);
  return true;
}

/* Of a cell, or of a battery of many. */
#define LARGEST_VOLTAGE 1000

/* A job takes it only beside files that are alike. */
static void
note_unlikely_units (Checker *checker)
{
  for (guint i = 0; i < checker->check->columns->len; i++)
    {
      const ColumnCheck *column = column_at (checker, (int) i);
      const char *likely = column->canonical_unit                                          ? NULL
                           : column->role == ROLE_SOC && column->max > DATA_LARGEST_SOC    ? "%"
                           : column->role == ROLE_VOLTAGE && column->max > LARGEST_VOLTAGE ? "mV"
                                                                                           : NULL;

      if (likely)
        add_note (checker, g_strdup_printf ("\"%s\" is up to %g and states no unit: it seems to be "
                                            "in %s, and is taken as it is",
                                            column->name, column->max, likely));
    }
}

static bool
check_enough_columns (const Checker *checker, GError **error)
{
  const GArray *columns = checker->check->columns;
  int n = 0;
  const ColumnCheck *bad = NULL;

  for (guint i = 0; i < columns->len; i++)
    {
      const ColumnCheck *column = &g_array_index (columns, ColumnCheck, i);

      n += column->why == NULL;
      bad = column->why && !bad ? column : bad;
    }
  if (n >= NEEDED_COLUMNS)
    return true;

  failure_set (
      error, "%s: an estimation needs at least %d columns with numbers, and here %s%s%s%s%s",
      checker->check->path, NEEDED_COLUMNS, n == 0 ? "is none" : "is one", bad ? "; column \"" : "",
      bad ? bad->name : "", bad ? "\": " : "", bad ? bad->why : "");
  return false;
}

static void
note_facts (Checker *checker)
{
  FileCheck *check = checker->check;

  check->format = g_intern_string (table_format (checker->file));
  check->encoding = g_strdup (table_encoding (checker->file));
  check->separator = g_strdup (table_separator (checker->file));
  check->decimal = g_strdup (table_decimal (checker->file));
  check->header_line = table_header_line (checker->file);
  for (const char *const *note = table_notes (checker->file); *note; note++)
    add_note (checker, g_strdup (*note));
  if (checker->currents->len > 0 && checker->voltages->len == checker->currents->len)
    check->sign = current_sign_find ((double *) checker->currents->data, 1,
                                     (double *) checker->voltages->data, 1, checker->currents->len);
}

static bool
check_content (Checker *checker, double deadline, GError **error)
{
  if (!find_columns (checker, error))
    return false;

  bool is_read = check_rows (checker, deadline, error);
  note_facts (checker);
  if (!is_read)
    return false;
  note_unlikely_units (checker);
  return check_times (checker, error) && check_enough_columns (checker, error);
}

static FileCheck *
new_check (const char *path)
{
  FileCheck *check = g_new0 (FileCheck, 1);

  check->path = g_strdup (path);
  check->columns = g_array_new (FALSE, FALSE, sizeof (ColumnCheck));
  g_array_set_clear_func (check->columns, clear_column);
  check->period_s = NAN;
  check->notes = g_ptr_array_new_with_free_func (g_free);
  return check;
}

FileCheck *
file_check_new (const char *path, const char *encoding, double deadline)
{
  FileCheck *check = new_check (path);
  g_autoptr (GError) error = NULL;
  g_auto (Checker) checker = {
    .check = check,
    .file = table_open (path, encoding, &error),
    .settings = vestim_data_settings_new (),
    .time.index = -1,
    .times = g_array_new (FALSE, FALSE, sizeof (double)),
    .current = -1,
    .voltage = -1,
    .currents = g_array_new (FALSE, FALSE, sizeof (double)),
    .voltages = g_array_new (FALSE, FALSE, sizeof (double)),
  };

  time_cells_init (&checker.cells);
  series_rows_init (&checker.rows, check->path, 0, 0);
  if (!checker.file || !check_content (&checker, deadline, &error))
    check->fault = g_strdup (error->message);
  return check;
}

FileCheck *
file_check_new_failed (const char *path, const char *fault)
{
  FileCheck *check = new_check (path);

  check->fault = g_strdup (fault);
  check->is_complete = true;
  return check;
}

void
file_check_free (FileCheck *check)
{
  if (!check)
    return;

  g_free (check->path);
  g_array_unref (check->columns);
  g_free (check->fault);
  g_free (check->encoding);
  g_free (check->separator);
  g_free (check->decimal);
  g_ptr_array_unref (check->notes);
  g_free (check);
}
