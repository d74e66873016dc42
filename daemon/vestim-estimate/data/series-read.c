/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series-read-private.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>
#include <string.h>

#define FIRST_CAPACITY 4096

void
series_reader_free (Reader *reader)
{
  if (!reader)
    return;

  for (int i = 0; i < reader->n_columns; i++)
    found_column_clear (&reader->columns[i]);
  g_free (reader->columns);
  g_free (reader->names);
  found_column_clear (&reader->time);
  time_cells_clear (&reader->cells);
  series_rows_clear (&reader->rows);
  table_close (reader->file);
  series_free (reader->series);
  g_free (reader->path);
  g_free (reader);
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

/* False without an error when there is none. */
static bool
read_number (Reader *reader, const FoundColumn *found, double *value)
{
  const Unit *unit = found->meaning.unit;

  if (G_UNLIKELY (!table_number (reader->file, found->index, value, NULL)))
    return false;
  if (unit)
    *value = unit_convert (unit, *value);
  return true;
}

static bool
read_cell (Reader *reader, const FoundColumn *found, double *value, GError **error)
{
  TableFile *file = reader->file;

  if (read_number (reader, found, value))
    return column_check_number (file, found->index, *value, error);
  if (!table_cell_is_missing (file, found->index))
    return table_number (file, found->index, value, error);

  *value = NAN;
  reader->series->facts->n_missing++;
  if (reader->request->settings->missing != VESTIM_MISSING_REFUSE)
    return true;
  column_refuse_missing (file, found->index, error);
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
  if (!found->is_text && read_number (reader, found, &rows->times[rows->n_rows]))
    {
      time_witness_add (&reader->witness, reader->file, rows->times[rows->n_rows]);
      return true;
    }
  if (table_cell_is_missing (reader->file, found->index))
    {
      *is_missing = true;
      reader->series->facts->n_missing++;
      if (reader->request->settings->missing == VESTIM_MISSING_DROP)
        return true;
      column_refuse_missing (reader->file, found->index, error);
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

  series_rows_note_line (rows, table_line (reader->file));

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
  series_reader_note (reader, "the times in \"%s\" are not understood (\"%.*s\"), so none are used",
                      table_names (reader->file)->titles[reader->time.index],
                      (int) MIN (length, 40), text);
  reader->time.index = -1;
  return false;
}

/* At most `max_rows`. */
static bool
read_rows (Reader *reader, size_t max_rows, GError **error)
{
  while (reader->rows.n_rows < max_rows)
    {
      TableResult result = table_next_row (reader->file, error);

      if (result == TABLE_FAILED)
        return false;
      reader->is_at_end = result == TABLE_END;
      if (reader->is_at_end)
        return table_has_enough_rows (reader->file, error);
      if (reader->time.index >= 0 && reader->time.is_text && table_n_rows (reader->file) == 1)
        try_first_time (reader);
      if (!read_row (reader, error))
        return false;
    }
  return true;
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
    series_reader_note (
        reader,
        "the dates in \"%s\" are not used, because either number may be the month: write "
        "them as 2021-03-04",
        title);
  return reader->rows.times || !reader->time.is_named;
}

static void
note_order (Reader *reader, size_t n_before)
{
  const SeriesRows *rows = &reader->rows;
  size_t n_wrong = reader->series->facts->n_time_errors;

  if (n_wrong == 0)
    return;
  if (reader->request->settings->on_time_error == VESTIM_TIME_ERROR_SORT)
    series_reader_note (reader,
                        "the time goes back or stays in %zu of %zu rows: the rows are sorted by "
                        "\"%s\", and %zu with a time that occurs twice are left out",
                        n_wrong, n_before, rows->time_name, n_before - rows->n_rows);
  else
    series_reader_note (reader,
                        "%zu of %zu rows are left out, because the time in \"%s\" goes back or "
                        "stays",
                        n_wrong, n_before, rows->time_name);
}

static bool
put_in_order (Reader *reader, GError **error)
{
  const VestimDataSettings *settings = reader->request->settings;
  SeriesFacts *facts = reader->series->facts;
  SeriesRows *rows = &reader->rows;
  size_t n_before = rows->n_rows;

  if (!finish_times (reader, error)
      || !time_witness_agrees (&reader->witness, reader->file, &reader->time, reader->path, error)
      || !series_rows_order (rows, settings->on_time_error, &facts->n_time_errors, error))
    return false;
  note_order (reader, n_before);
  if (settings->missing == VESTIM_MISSING_DROP)
    facts->n_dropped += series_rows_drop_missing (rows, settings->max_gap);
  if (facts->n_dropped > 0)
    series_reader_note (reader, "%zu of %zu rows are left out, because cells are missing",
                        facts->n_dropped, facts->n_dropped + rows->n_rows);
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
  series_reader_note (reader, "the currents are multiplied by -1, as current_sign says: %s",
                      evidence);
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
        {
          double value = rows->values[row * rows->n_columns + i];

          if (value > column->max)
            column->max = value;
        }
    }
}

SeriesReader *
series_reader_new (const char *path, const SeriesRequest *request, GError **error)
{
  g_autoptr (SeriesReader) reader = g_new0 (Reader, 1);

  reader->request = request;
  reader->path = g_strdup (path);
  reader->series = series_new (path);
  reader->time.index = -1;
  time_cells_init (&reader->cells);
  reader->file = table_open (path, vestim_data_settings_encoding (request->settings), error);
  if (!reader->file || !series_reader_find_columns (reader, error))
    return NULL;
  time_witness_init (&reader->witness, reader->file, &reader->time);
  return g_steal_pointer (&reader);
}

bool
series_reader_has_pieces (const SeriesReader *reader)
{
  return reader->time.index < 0 || !reader->time.is_text;
}

static void
begin_piece (Reader *reader)
{
  series_rows_clear (&reader->rows);
  series_rows_init (&reader->rows, reader->path, (size_t) reader->n_columns,
                    (size_t) reader->n_needed);
  reader->rows.row_word = table_row_word (reader->file);
  if (reader->time.index >= 0)
    reader->rows.time_name = table_names (reader->file)->titles[reader->time.index];
  reader->capacity = 0;
  if (reader->series)
    return;

  reader->series = series_new (reader->path);
  reader->series->n_inputs = (int) g_strv_length ((char **) reader->request->inputs);
  reader->series->facts->has_named_time = reader->time.is_named;
  for (int i = 0; i < reader->series->n_inputs + reader->has_target; i++)
    series_reader_add_fact (reader, i);
}

static void
end_file (Reader *reader)
{
  reader->series->digest = g_strdup (table_digest (reader->file));
  for (const char *const *note = table_notes (reader->file); *note; note++)
    series_reader_note (reader, "%s", *note);
}

Series *
series_reader_next (SeriesReader *reader, size_t max_rows, GError **error)
{
  bool is_first = table_n_rows (reader->file) == 0;

  if (reader->is_at_end)
    return NULL;
  begin_piece (reader);
  if (!read_rows (reader, max_rows, error))
    return NULL;
  if (reader->is_at_end && !is_first && reader->rows.n_rows == 0)
    return NULL;
  if (!put_in_order (reader, error))
    return NULL;

  find_sign (reader);
  if (reader->series->facts->is_sign_converted)
    convert_sign (reader);
  find_largest (reader);
  give_rows (reader);
  if (reader->is_at_end)
    end_file (reader);
  return g_steal_pointer (&reader->series);
}

Series *
series_read (const char *path, const SeriesRequest *request, GError **error)
{
  g_autoptr (SeriesReader) reader = series_reader_new (path, request, error);

  return reader ? series_reader_next (reader, SIZE_MAX, error) : NULL;
}
