/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-preprocessing.h"

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"

#include <string.h>

static bool
has_input (char *const *inputs, const char *name)
{
  return g_strv_contains ((const char *const *) inputs, name);
}

/* Any two of power, voltage and current give the third. If one is the target, only one of the other
 * two can be an input. */
static void
check_power (const VestimFieldReader *reader, char *const *inputs, const char *target)
{
  const char *other = NULL;

  if (!has_input (inputs, VESTIM_POWER_COLUMN))
    vestim_field_reader_fault (reader, "power",
                               "is computed but not used: add \"" VESTIM_POWER_COLUMN
                               "\" to the inputs, or leave it out");
  else if (strcmp (target, VESTIM_POWER_VOLTAGE) == 0)
    other = VESTIM_POWER_CURRENT;
  else if (strcmp (target, VESTIM_POWER_CURRENT) == 0)
    other = VESTIM_POWER_VOLTAGE;

  if (other && has_input (inputs, other))
    vestim_field_reader_fault (reader, "power",
                               "with the target \"%s\" the inputs \"" VESTIM_POWER_COLUMN
                               "\" and \"%s\" cannot be used together, because their quotient is "
                               "the target: leave one of them out",
                               target, other);
}

static void
read_value (const VestimFieldReader *reader, const char *setting, void *value)
{
  vestim_setting_read (vestim_setting_find (setting), reader, value);
}

/* (transfer full) all inputs if the average names no columns. */
static char **
read_average_columns (const VestimFieldReader *reader, char *const *inputs)
{
  char **columns = vestim_field_reader_strings (reader, "columns", VESTIM_MAX_INPUTS);

  if (!columns)
    return g_strdupv ((char **) inputs);

  for (char **column = columns; *column; column++)
    if (has_input (column + 1, *column))
      vestim_field_reader_fault (reader, "columns", "\"%.255s\" is listed twice", *column);
    else if (!has_input (inputs, *column))
      vestim_field_reader_fault (reader, "columns", "\"%.255s\" is not among the inputs", *column);
  return columns;
}

static void
read_average (const VestimFieldReader *outer, char *const *inputs,
              VestimPreprocessing *preprocessing)
{
  g_autofree char *prefix = vestim_field_path (outer->prefix, "moving_average");
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "moving_average"),
    .prefix = prefix,
    .errors = outer->errors,
  };

  if (!vestim_field_reader_is_given (outer, "moving_average"))
    return;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          outer, "moving_average",
          "must be an object, for example {\"rows\": 5, \"columns\": [\"Current\"]}");
      return;
    }

  vestim_settings_refuse_unknown (&reader, vestim_setting_find ("preprocessing.moving_average"), 0);
  if (!vestim_json_member (reader.object, "rows"))
    vestim_field_reader_fault (&reader, "rows",
                               "is missing: give the number of rows of the average");
  read_value (&reader, "preprocessing.moving_average.rows", &preprocessing->average_rows);
  g_strfreev (preprocessing->average_columns);
  preprocessing->average_columns = read_average_columns (&reader, inputs);
}

VestimPreprocessing *
vestim_preprocessing_read (const VestimJsonNode *node, const char *prefix, char *const *inputs,
                           const char *target, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = node, .prefix = prefix, .errors = errors };
  g_autoptr (VestimPreprocessing) preprocessing = g_new0 (VestimPreprocessing, 1);
  guint n_before = errors->len;

  preprocessing->average_columns = g_new0 (char *, 1);
  if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object, for example {\"resample_s\": 1}");
      return NULL;
    }

  vestim_settings_refuse_unknown (&reader, vestim_setting_find ("preprocessing"), 0);
  read_value (&reader, "preprocessing.power", &preprocessing->has_power);
  if (preprocessing->has_power)
    check_power (&reader, inputs, target);
  read_value (&reader, "preprocessing.resample_s", &preprocessing->resample_s);
  read_average (&reader, inputs, preprocessing);
  return errors->len == n_before ? g_steal_pointer (&preprocessing) : NULL;
}

VestimPreprocessing *
vestim_preprocessing_copy (const VestimPreprocessing *preprocessing)
{
  if (!preprocessing)
    return NULL;

  VestimPreprocessing *copy = g_memdup2 (preprocessing, sizeof *preprocessing);
  copy->average_columns = g_strdupv (preprocessing->average_columns);
  return copy;
}

void
vestim_preprocessing_free (VestimPreprocessing *preprocessing)
{
  if (!preprocessing)
    return;

  g_strfreev (preprocessing->average_columns);
  g_free (preprocessing);
}

static void
append_value (GString *json, const char *setting, const void *value)
{
  vestim_setting_append_value (json, vestim_setting_find (setting), value);
}

void
vestim_preprocessing_append_json (GString *json, const VestimPreprocessing *preprocessing)
{
  g_string_append (json, "{\"power\": ");
  append_value (json, "preprocessing.power", &preprocessing->has_power);
  g_string_append (json, ", \"resample_s\": ");
  append_value (json, "preprocessing.resample_s", &preprocessing->resample_s);
  if (preprocessing->average_rows > 0)
    {
      g_string_append_printf (json, ", \"moving_average\": {\"rows\": %d, \"columns\": [",
                              preprocessing->average_rows);
      for (char **column = preprocessing->average_columns; *column; column++)
        {
          g_string_append (json, column == preprocessing->average_columns ? "" : ", ");
          vestim_json_append_string (json, *column);
        }
      g_string_append (json, "]}");
    }
  g_string_append_c (json, '}');
}
