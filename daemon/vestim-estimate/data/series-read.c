/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/columns/time-cell.h"
#include "daemon/vestim-estimate/data/series-rows.h"
#include "daemon/vestim-estimate/data/table/table.h"

#include <math.h>
#include <string.h>

#define FIRST_CAPACITY 4096

typedef struct
{
  const SeriesRequest *request;
  Series *series;
  TableFile *file;
  FoundColumn *columns; /* of the inputs, of the target, and of the voltage if it is needed */
  const char **names;   /* of the same, requested */
  int n_columns;
  int n_needed; /* of the columns: without the voltage */
  bool has_target;
  int current; /* among the columns, and so is the next; -1: none */
  int voltage;
  FoundColumn time;
  TimeCells cells; /* of a column of texts */
  SeriesRows rows;
  size_t capacity;
} Reader;

static void
reader_clear (Reader *reader)
{
  for (int i = 0; i < reader->n_columns; i++)
    found_column_clear (&reader->columns[i]);
  g_free (reader->columns);
  g_free (reader->names);
  found_column_clear (&reader->time);
  time_cells_clear (&reader->cells);
  series_rows_clear (&reader->rows);
  table_close (reader->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static void add_note (Reader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_note (Reader *reader, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (reader->series->facts->notes, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Columns */

static void
add_fact (Reader *reader, int index)
{
  const FoundColumn *found = &reader->columns[index];
  SeriesColumn *column = g_new0 (SeriesColumn, 1);
  const char *title = table_names (reader->file)->titles[found->index];

  column->name = g_strdup (reader->names[index]);
  column->title = g_strdup (title);
  column->unit = g_strdup (found->meaning.canonical);
  column->is_named = found->is_named;
  column->max = -INFINITY;
  g_ptr_array_add (reader->series->facts->columns, column);
}

/* What is not as the user wrote it is told. */
static void
note_column (Reader *reader, int index)
{
  const FoundColumn *found = &reader->columns[index];
  const char *title = table_names (reader->file)->titles[found->index];
  const char *stem = table_names (reader->file)->stems[found->index];
  const char *name = reader->names[index];
  const Unit *unit = found->meaning.unit;
  bool is_converted = unit && (unit->factor != 1 || unit->offset != 0);

  if (is_converted)
    add_note (reader, "\"%s\" is \"%s\", converted from %s to %s", name, title, unit->text,
              found->meaning.canonical);
  else if (!found->is_named && strcmp (name, title) != 0 && strcmp (name, stem) != 0)
    add_note (reader, "\"%s\" is \"%s\"", name, title);
}

static bool
find_column (Reader *reader, const char *name, GError **error)
{
  FoundColumn *found = &reader->columns[reader->n_columns];

  reader->names[reader->n_columns] = name;
  reader->n_columns++;
  if (!column_search (reader->file, name, reader->request->settings, found, error))
    return false;
  add_fact (reader, reader->n_columns - 1);
  note_column (reader, reader->n_columns - 1);
  return true;
}

/* A target that the file may lack, and lacks, is left out. */
static bool
find_target (Reader *reader, GError **error)
{
  g_autoptr (GError) fault = NULL;
  const SeriesRequest *request = reader->request;

  if (!request->target)
    return true;
  reader->has_target = find_column (reader, request->target, &fault);
  if (reader->has_target)
    return true;
  if (request->is_target_optional && reader->columns[reader->n_columns - 1].is_absent)
    {
      reader->n_columns--;
      return true;
    }
  g_propagate_error (error, g_steal_pointer (&fault));
  return false;
}

static int
find_role (const Reader *reader, ColumnRole role)
{
  for (int i = 0; i < reader->n_columns; i++)
    if (reader->columns[i].meaning.role == role)
      return i;
  return -1;
}

/* The sign of a current shows only beside the voltage. */
static void
find_current_and_voltage (Reader *reader)
{
  reader->n_needed = reader->n_columns;
  reader->current = find_role (reader, ROLE_CURRENT);
  reader->voltage = find_role (reader, ROLE_VOLTAGE);
  if (reader->current < 0 || reader->voltage >= 0)
    return;

  g_autoptr (FoundColumn) voltage = column_search_role (reader->file, ROLE_VOLTAGE);
  if (!voltage)
    return;
  reader->voltage = reader->n_columns++;
  reader->names[reader->voltage] = "Voltage";
  reader->columns[reader->voltage] = *voltage;
  *voltage = (FoundColumn){ 0 };
}

static bool
find_columns (Reader *reader, GError **error)
{
  const SeriesRequest *request = reader->request;
  guint n_inputs = g_strv_length ((char **) request->inputs);

  reader->columns = g_new0 (FoundColumn, n_inputs + 2);
  reader->names = g_new0 (const char *, n_inputs + 2);
  for (guint i = 0; i < n_inputs; i++)
    if (!find_column (reader, request->inputs[i], error))
      return false;
  if (!find_target (reader, error)
      || !column_search_time (reader->file, request->settings, &reader->time, error))
    return false;
  reader->series->n_inputs = (int) n_inputs;
  reader->series->facts->has_named_time = reader->time.is_named;
  if (reader->time.why)
    add_note (reader, "%s", reader->time.why);
  find_current_and_voltage (reader);
  return true;
}

/* Rows */

static void
reserve_row (Reader *reader)
{
  SeriesRows *rows = &reader->rows;

  if (rows->n_rows < reader->capacity)
    return;

  reader->capacity = reader->capacity ? reader->capacity * 2 : FIRST_CAPACITY;
  rows->values = g_renew (double, rows->values, reader->capacity * rows->n_columns);
  if (reader->time.index >= 0 && !reader->time.is_text)
    rows->times = g_renew (double, rows->times, reader->capacity);
}

static void
refuse_missing (const Reader *reader, int column, GError **error)
{
  failure_set (error,
               "%s, line %zu, column \"%s\": the cell is missing; complete the file, or give "
               "\"missing\": \"drop\" or {\"interpolate\": 3} with the longest run to fill",
               reader->rows.path, table_line (reader->file),
               table_names (reader->file)->titles[column]);
}

static bool
read_cell (Reader *reader, const FoundColumn *found, double *value, GError **error)
{
  TableFile *file = reader->file;
  const Unit *unit = found->meaning.unit;

  if (G_LIKELY (table_number (file, found->index, value, NULL)))
    {
      if (unit)
        *value = unit_convert (unit, *value);
      return true;
    }
  if (!table_cell_is_missing (file, found->index))
    return table_number (file, found->index, value, error);

  *value = NAN;
  reader->series->facts->n_missing++;
  if (reader->request->settings->missing != VESTIM_MISSING_REFUSE)
    return true;
  refuse_missing (reader, found->index, error);
  return false;
}

/* A row without its time can be dropped, but not filled. */
static bool
read_time (Reader *reader, bool *is_missing, GError **error)
{
  const FoundColumn *found = &reader->time;
  SeriesRows *rows = &reader->rows;
  size_t length = 0;

  *is_missing = false;
  if (found->index < 0)
    return true;
  if (table_cell_is_missing (reader->file, found->index))
    {
      *is_missing = true;
      reader->series->facts->n_missing++;
      if (reader->request->settings->missing == VESTIM_MISSING_DROP)
        return true;
      refuse_missing (reader, found->index, error);
      return false;
    }
  if (!found->is_text)
    return read_cell (reader, found, &rows->times[rows->n_rows], error);

  const char *text = table_text (reader->file, found->index, &length);
  if (time_cells_add (&reader->cells, text, length))
    return true;
  failure_set (error,
               "%s, line %zu, column \"%s\": \"%.*s\" is not a time as in the rows before; correct "
               "the cell, or name another column with time_column",
               rows->path, table_line (reader->file),
               table_names (reader->file)->titles[found->index], (int) MIN (length, 40), text);
  return false;
}

static bool
read_row (Reader *reader, GError **error)
{
  SeriesRows *rows = &reader->rows;
  bool is_missing = false;

  reserve_row (reader);
  if (!read_time (reader, &is_missing, error))
    return false;
  if (is_missing)
    {
      reader->series->facts->n_dropped++;
      return true;
    }

  double *values = rows->values + rows->n_rows * rows->n_columns;
  for (int i = 0; i < reader->n_needed; i++)
    if (!read_cell (reader, &reader->columns[i], &values[i], error))
      return false;
  if (reader->n_columns > reader->n_needed
      && !table_number (reader->file, reader->columns[reader->voltage].index,
                        &values[reader->voltage], NULL))
    values[reader->voltage] = NAN;
  rows->n_rows++;
  return true;
}

/* The first row shows whether the times of an unnamed column can be understood. */
static bool
try_first_time (Reader *reader)
{
  size_t length = 0;
  const char *text = table_text (reader->file, reader->time.index, &length);
  TimeCell cell = time_cell_parse (text, length);

  if (cell.kind != TIME_CELL_WRONG || reader->time.is_named)
    return true;
  add_note (reader, "the times in \"%s\" are not understood (\"%.*s\"), so none are used",
            table_names (reader->file)->titles[reader->time.index], (int) MIN (length, 40), text);
  reader->time.index = -1;
  return false;
}

static bool
read_rows (Reader *reader, GError **error)
{
  TableResult result = TABLE_END;
  bool is_first = true;

  while ((result = table_next_row (reader->file, error)) == TABLE_ROW)
    {
      if (is_first && reader->time.index >= 0 && reader->time.is_text)
        try_first_time (reader);
      is_first = false;
      if (!read_row (reader, error))
        return false;
    }
  return result == TABLE_END && table_has_enough_rows (reader->file, error);
}

/* After the last row */

static bool
finish_times (Reader *reader, GError **error)
{
  if (reader->time.index < 0 || !reader->time.is_text)
    return true;

  const char *title = table_names (reader->file)->titles[reader->time.index];
  reader->rows.times = time_cells_values (&reader->cells);
  if (!reader->rows.times && reader->time.is_named)
    failure_set (error,
                 "%s: in the dates of \"%s\" either number may be the month: write them as "
                 "2021-03-04, or name another column with time_column",
                 reader->rows.path, title);
  else if (!reader->rows.times)
    add_note (reader,
              "the dates in \"%s\" are not used, because either number may be the month: write "
              "them as 2021-03-04",
              title);
  return reader->rows.times || !reader->time.is_named;
}

static bool
put_in_order (Reader *reader, GError **error)
{
  const VestimDataSettings *settings = reader->request->settings;
  SeriesFacts *facts = reader->series->facts;
  SeriesRows *rows = &reader->rows;

  if (!finish_times (reader, error)
      || !series_rows_order (rows, settings->on_time_error, &facts->n_time_errors, error))
    return false;
  if (settings->missing == VESTIM_MISSING_DROP)
    facts->n_dropped += series_rows_drop_missing (rows, settings->max_gap);
  facts->n_gaps = series_rows_cut (rows, settings->max_gap, reader->request->resample_s);
  if (settings->missing == VESTIM_MISSING_INTERPOLATE
      && !series_rows_fill_missing (rows, settings->missing_rows, reader->names, error))
    return false;
  if (rows->n_rows >= 2)
    return true;
  failure_set (error,
               "%s: only %zu rows are left after rows with missing cells or wrong times are "
               "dropped; at least 2 are needed",
               rows->path, rows->n_rows);
  return false;
}

static void
find_sign (Reader *reader)
{
  const SeriesRows *rows = &reader->rows;
  SeriesFacts *facts = reader->series->facts;
  VestimCurrentSign wanted = reader->request->settings->current_sign;

  for (size_t row = 0; reader->current >= 0 && row < rows->n_rows && !facts->has_current; row++)
    facts->has_current = rows->values[row * rows->n_columns + (size_t) reader->current] != 0;
  if (reader->current < 0 || reader->voltage < 0)
    return;

  facts->sign = current_sign_find (rows->values + reader->current, rows->n_columns,
                                   rows->values + reader->voltage, rows->n_columns, rows->n_rows);
  facts->is_sign_converted = wanted != VESTIM_SIGN_AS_WRITTEN
                             && facts->sign.sign != VESTIM_SIGN_AS_WRITTEN
                             && facts->sign.sign != wanted;
}

static void
convert_sign (Reader *reader)
{
  SeriesRows *rows = &reader->rows;
  g_autofree char *evidence = current_sign_explain (&reader->series->facts->sign);

  for (int i = 0; i < reader->n_columns; i++)
    if (reader->columns[i].meaning.role == ROLE_CURRENT)
      for (size_t row = 0; row < rows->n_rows; row++)
        rows->values[row * rows->n_columns + (size_t) i] *= -1;
  add_note (reader, "the sign of the current is turned, as current_sign says: %s", evidence);
}

/* Splits the rows into inputs and target, in place. */
static void
give_rows (Reader *reader)
{
  SeriesRows *rows = &reader->rows;
  Series *series = reader->series;
  size_t n_inputs = (size_t) series->n_inputs, n = rows->n_rows, width = rows->n_columns;

  if (reader->has_target)
    series->target = g_new (double, n);
  for (size_t row = 0; row < n; row++)
    {
      if (reader->has_target)
        series->target[row] = rows->values[row * width + n_inputs];
      memmove (rows->values + row * n_inputs, rows->values + row * width,
               n_inputs * sizeof (double));
    }
  series->n_rows = n;
  series->inputs = g_renew (double, g_steal_pointer (&rows->values), n *n_inputs);
  if (rows->times)
    series->times = g_renew (double, g_steal_pointer (&rows->times), n);
  series->segments = g_steal_pointer (&rows->segments);
}

static void
find_largest (Reader *reader)
{
  const SeriesRows *rows = &reader->rows;
  const GPtrArray *columns = reader->series->facts->columns;

  for (guint i = 0; i < columns->len; i++)
    {
      SeriesColumn *column = columns->pdata[i];

      for (size_t row = 0; row < rows->n_rows; row++)
        column->max = fmax (column->max, rows->values[row * rows->n_columns + i]);
    }
}

Series *
series_read (const char *path, const SeriesRequest *request, GError **error)
{
  g_autoptr (Series) series = series_new (path);
  g_auto (Reader) reader = { .request = request, .series = series, .time.index = -1 };

  time_cells_init (&reader.cells);
  reader.file = table_open (path, NULL, error);
  if (!reader.file || !find_columns (&reader, error))
    return NULL;

  series_rows_init (&reader.rows, series->path, (size_t) reader.n_columns,
                    (size_t) reader.n_needed);
  if (!read_rows (&reader, error) || !put_in_order (&reader, error))
    return NULL;

  find_sign (&reader);
  if (series->facts->is_sign_converted)
    convert_sign (&reader);
  find_largest (&reader);
  give_rows (&reader);
  series->digest = g_strdup (table_digest (reader.file));
  for (const char *const *note = table_notes (reader.file); *note; note++)
    add_note (&reader, "%s", *note);
  return g_steal_pointer (&series);
}
