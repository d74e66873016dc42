/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/series-read-private.h"

#include <math.h>
#include <string.h>

void
series_reader_note (Reader *reader, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (reader->series->facts->notes, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Columns */

void
series_reader_add_fact (Reader *reader, int index)
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

/* Notes what differs from what the user wrote. */
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
    series_reader_note (reader, "\"%s\" is \"%s\", converted from %s to %s", name, title,
                        unit->text, found->meaning.canonical);
  else if (!found->is_named && strcmp (name, title) != 0 && strcmp (name, stem) != 0)
    series_reader_note (reader, "\"%s\" is \"%s\"", name, title);
}

static bool
find_column (Reader *reader, const char *name, GError **error)
{
  FoundColumn *found = &reader->columns[reader->n_columns];

  reader->names[reader->n_columns] = name;
  reader->n_columns++;
  if (!column_search (reader->file, name, reader->request->settings, found, error))
    return false;
  series_reader_add_fact (reader, reader->n_columns - 1);
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

bool
series_reader_find_columns (Reader *reader, GError **error)
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
    series_reader_note (reader, "%s", reader->time.why);
  find_current_and_voltage (reader);
  return true;
}
