/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-data-settings.h"

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"

#include <string.h>

#define MAX_COLUMNS 1000
#define MAX_TEXT_BYTES 255

static void
column_free (void *data)
{
  VestimColumn *column = data;

  g_free (column->name);
  g_free (column->column);
  g_free (column->unit);
  g_free (column);
}

VestimDataSettings *
vestim_data_settings_new (void)
{
  VestimDataSettings *data = g_new0 (VestimDataSettings, 1);

  data->columns = g_ptr_array_new_with_free_func (column_free);
  vestim_setting_set_default (vestim_setting_find ("max_gap"), &data->max_gap);
  return data;
}

VestimDataSettings *
vestim_data_settings_copy (const VestimDataSettings *data)
{
  VestimDataSettings *copy = g_memdup2 (data, sizeof *data);

  copy->time_column = g_strdup (data->time_column);
  copy->columns = g_ptr_array_new_with_free_func (column_free);
  for (guint i = 0; i < data->columns->len; i++)
    {
      const VestimColumn *column = data->columns->pdata[i];
      VestimColumn *another = g_new (VestimColumn, 1);

      *another = (VestimColumn){ .name = g_strdup (column->name),
                                 .column = g_strdup (column->column),
                                 .unit = g_strdup (column->unit) };
      g_ptr_array_add (copy->columns, another);
    }
  return copy;
}

void
vestim_data_settings_free (VestimDataSettings *data)
{
  if (!data)
    return;

  g_ptr_array_unref (data->columns);
  g_free (data->time_column);
  g_free (data);
}

bool
vestim_data_settings_equal (const VestimDataSettings *a, const VestimDataSettings *b)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  vestim_data_settings_append_members (first, a, "");
  vestim_data_settings_append_members (second, b, "");
  return g_string_equal (first, second);
}

/* Reading */

/* (transfer full) (nullable) a short text that is not empty. */
static char *
read_text (const VestimFieldReader *reader, const char *name, const char *what)
{
  g_autofree char *text = NULL;

  if (!vestim_field_reader_is_given (reader, name))
    return NULL;

  text = vestim_json_dup_string (vestim_json_member (reader->object, name));
  if (text && text[0] && strlen (text) <= MAX_TEXT_BYTES)
    return g_steal_pointer (&text);
  vestim_field_reader_fault (reader, name, "must be %s, of at most %d bytes", what, MAX_TEXT_BYTES);
  return NULL;
}

static void
read_column (const VestimFieldReader *outer, const VestimJsonNode *node, VestimDataSettings *data)
{
  static const char *const known[] = { "column", "unit", NULL };
  VestimColumn *column = g_new0 (VestimColumn, 1);

  g_ptr_array_add (data->columns, column);
  column->name = vestim_json_dup_name (node);

  g_autofree char *prefix = vestim_field_path (outer->prefix, column->name);
  const VestimFieldReader reader = { .object = node, .prefix = prefix, .errors = outer->errors };

  if (vestim_json_type (node) == VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_refuse_unknown (&reader, known);
      column->column = read_text (&reader, "column", "the name of a column");
      column->unit = read_text (&reader, "unit", "a unit");
    }
  else if (vestim_json_type (node) == VESTIM_JSON_STRING)
    column->column = read_text (outer, column->name, "the name of a column");
  else
    vestim_field_reader_fault (&reader, "",
                               "must be an object, for example {\"column\": \"I/mA\", "
                               "\"unit\": \"mA\"}, or the name of a column");
}

static void
read_columns (const VestimFieldReader *outer, VestimDataSettings *data)
{
  g_autofree char *prefix = vestim_field_path (outer->prefix, "columns");
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "columns"),
    .prefix = prefix,
    .errors = outer->errors,
  };

  if (!vestim_field_reader_is_given (outer, "columns"))
    return;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT
      || vestim_json_size (reader.object) > MAX_COLUMNS)
    {
      vestim_field_reader_fault (
          &reader, "",
          "must be an object, for example {\"Current\": {\"column\": \"I/mA\", \"unit\": \"mA\"}}");
      return;
    }

  g_ptr_array_set_size (data->columns, 0);
  for (const VestimJsonNode *node = vestim_json_first (reader.object); node;
       node = vestim_json_next (node))
    read_column (&reader, node, data);
}

static void
read_missing (const VestimFieldReader *outer, VestimDataSettings *data)
{
  static const char *const known[] = { "interpolate", NULL };
  const VestimJsonNode *node = vestim_json_member (outer->object, "missing");
  g_autofree char *word = vestim_json_dup_string (node);
  const VestimSetting *rows = vestim_setting_find ("missing.interpolate");

  if (!node)
    return;
  if (g_strcmp0 (word, "refuse") == 0)
    data->missing = VESTIM_MISSING_REFUSE;
  else if (g_strcmp0 (word, "drop") == 0)
    data->missing = VESTIM_MISSING_DROP;
  else if (vestim_json_type (node) == VESTIM_JSON_OBJECT
           && vestim_json_member (node, "interpolate"))
    {
      g_autofree char *prefix = vestim_field_path (outer->prefix, "missing");
      const VestimFieldReader inner = { node, prefix, outer->errors };

      data->missing = VESTIM_MISSING_INTERPOLATE;
      vestim_field_reader_refuse_unknown (&inner, known);
      vestim_setting_read (rows, &inner, &data->missing_rows);
    }
  else
    vestim_field_reader_fault (outer, "missing",
                               "must be \"refuse\", \"drop\", or {\"interpolate\": 3} with the "
                               "largest number of successive rows to fill");
}

void
vestim_data_settings_read (const VestimFieldReader *reader, VestimDataSettings *data)
{
  read_columns (reader, data);
  vestim_setting_read (vestim_setting_find ("current_sign"), reader, &data->current_sign);
  if (vestim_json_member (reader->object, "time_column"))
    {
      g_free (data->time_column);
      data->time_column = read_text (reader, "time_column", "the name of a column");
    }
  vestim_setting_read (vestim_setting_find ("max_gap"), reader, &data->max_gap);
  read_missing (reader, data);
  vestim_setting_read (vestim_setting_find ("on_time_error"), reader, &data->on_time_error);
  vestim_setting_read (vestim_setting_find ("encoding"), reader, &data->encoding);

  const VestimColumn *time = vestim_data_settings_find (data, "Time");
  if (time && time->column && data->time_column)
    vestim_field_reader_fault (reader, "time_column",
                               "columns names the column of \"Time\" too: leave out one of them");
}

/* Writing */

typedef struct
{
  GString *json;
  const char *before;
} Members;

static void
begin_member (Members *members, const char *name)
{
  g_string_append_printf (members->json, "%s\"%s\": ", members->before, name);
  members->before = ", ";
}

static void
append_setting (Members *members, const char *name, const void *value)
{
  begin_member (members, name);
  vestim_setting_append_value (members->json, vestim_setting_find (name), value);
}

static void
append_columns (Members *members, const GPtrArray *columns)
{
  GString *json = members->json;

  begin_member (members, "columns");
  g_string_append_c (json, '{');
  for (guint i = 0; i < columns->len; i++)
    {
      const VestimColumn *column = columns->pdata[i];
      Members inner = { json, "" };

      g_string_append (json, i ? ", " : "");
      vestim_json_append_string (json, column->name);
      g_string_append (json, ": {");
      if (column->column)
        {
          begin_member (&inner, "column");
          vestim_json_append_string (json, column->column);
        }
      if (column->unit)
        {
          begin_member (&inner, "unit");
          vestim_json_append_string (json, column->unit);
        }
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, '}');
}

void
vestim_data_settings_append_members (GString *json, const VestimDataSettings *data,
                                     const char *before)
{
  Members members = { json, before };

  if (data->columns->len > 0)
    append_columns (&members, data->columns);
  if (data->current_sign != VESTIM_SIGN_AS_WRITTEN)
    append_setting (&members, "current_sign", &data->current_sign);
  if (data->time_column)
    {
      begin_member (&members, "time_column");
      vestim_json_append_string (json, data->time_column);
    }
  if (data->max_gap != vestim_setting_find ("max_gap")->initial)
    append_setting (&members, "max_gap", &data->max_gap);
  if (data->missing == VESTIM_MISSING_DROP)
    {
      begin_member (&members, "missing");
      g_string_append (json, "\"drop\"");
    }
  else if (data->missing == VESTIM_MISSING_INTERPOLATE)
    {
      begin_member (&members, "missing");
      g_string_append_printf (json, "{\"interpolate\": %d}", data->missing_rows);
    }
  if (data->on_time_error != VESTIM_TIME_ERROR_REFUSE)
    append_setting (&members, "on_time_error", &data->on_time_error);
  if (data->encoding != VESTIM_ENCODING_FOUND)
    append_setting (&members, "encoding", &data->encoding);
}

const char *
vestim_data_settings_encoding (const VestimDataSettings *data)
{
  return data->encoding == VESTIM_ENCODING_FOUND
             ? NULL
             : vestim_setting_find ("encoding")->words[data->encoding];
}

void
vestim_data_settings_set_encoding (VestimDataSettings *data, const char *word)
{
  const char *const *words = vestim_setting_find ("encoding")->words;

  for (int i = 0; words[i]; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      data->encoding = (VestimEncoding) i;
}

const VestimColumn *
vestim_data_settings_find (const VestimDataSettings *data, const char *name)
{
  for (guint i = 0; i < data->columns->len; i++)
    {
      const VestimColumn *column = data->columns->pdata[i];

      if (strcmp (column->name, name) == 0)
        return column;
    }
  return NULL;
}
