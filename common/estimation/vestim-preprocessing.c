/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-preprocessing.h"

#include "common/json/vestim-field-reader.h"

#include <string.h>

#define MAX_AVERAGE_ROWS 1000
#define MAX_COLUMNS 64

static const char *const known_fields[] = { "power", "resample_s", "moving_average", NULL };
static const char *const average_fields[] = { "rows", "columns", NULL };

static bool
has_input (char *const *inputs, const char *name)
{
  return g_strv_contains ((const char *const *) inputs, name);
}

/* Of power, voltage and current any two give the third: one of them being the target, the others
 * must not both be inputs. */
static void
check_power (const VestimFieldReader *reader, char *const *inputs, const char *target)
{
  const char *other = NULL;

  if (!has_input (inputs, VESTIM_POWER_COLUMN))
    vestim_field_reader_fault (reader, "power",
                               "is computed but not used: list \"" VESTIM_POWER_COLUMN
                               "\" among the inputs, or leave it out");
  else if (strcmp (target, VESTIM_POWER_VOLTAGE) == 0)
    other = VESTIM_POWER_CURRENT;
  else if (strcmp (target, VESTIM_POWER_CURRENT) == 0)
    other = VESTIM_POWER_VOLTAGE;

  if (other && has_input (inputs, other))
    vestim_field_reader_fault (reader, "power",
                               "with the target \"%s\" the inputs \"" VESTIM_POWER_COLUMN
                               "\" and \"%s\" must not be used together: their quotient is the "
                               "answer; leave one of them out",
                               target, other);
}

static void
read_power (const VestimFieldReader *reader, char *const *inputs, const char *target,
            VestimPreprocessing *preprocessing)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, "power");

  if (node && !vestim_json_get_bool (node, &preprocessing->has_power))
    vestim_field_reader_fault (reader, "power", "must be true or false");
  if (preprocessing->has_power)
    check_power (reader, inputs, target);
}

static void
read_average (const VestimFieldReader *outer, char *const *inputs,
              VestimPreprocessing *preprocessing)
{
  g_autofree char *prefix = g_strconcat (outer->prefix, ".moving_average", NULL);
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "moving_average"),
    .prefix = prefix,
    .errors = outer->errors,
  };

  if (!reader.object || vestim_json_type (reader.object) == VESTIM_JSON_NULL)
    return;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          outer, "moving_average",
          "must be an object, {\"rows\": 5, \"columns\": [\"Current\"]} say");
      return;
    }

  vestim_field_reader_refuse_unknown (&reader, average_fields);
  if (!vestim_json_member (reader.object, "rows"))
    vestim_field_reader_fault (&reader, "rows", "is missing: over how many rows is the average?");
  vestim_field_reader_int (&reader, "rows", 2, MAX_AVERAGE_ROWS, &preprocessing->average_rows);

  char **columns = vestim_field_reader_strings (&reader, "columns", MAX_COLUMNS);
  g_strfreev (preprocessing->average_columns);
  preprocessing->average_columns = columns ? columns : g_strdupv ((char **) inputs);
  for (char **column = preprocessing->average_columns; *column; column++)
    if (has_input (column + 1, *column))
      vestim_field_reader_fault (&reader, "columns", "\"%.255s\" is listed twice", *column);
    else if (!has_input (inputs, *column))
      vestim_field_reader_fault (&reader, "columns", "\"%.255s\" is not among the inputs", *column);
}

VestimPreprocessing *
vestim_preprocessing_read (const VestimJsonNode *node, const char *prefix, char *const *inputs,
                           const char *target, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = node, .prefix = prefix, .errors = errors };
  g_autoptr (VestimPreprocessing) preprocessing = g_new0 (VestimPreprocessing, 1);
  const VestimJsonNode *period = vestim_json_member (node, "resample_s");
  guint n_before = errors->len;

  preprocessing->average_columns = g_new0 (char *, 1);
  if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object, {\"resample_s\": 1} say");
      return NULL;
    }

  vestim_field_reader_refuse_unknown (&reader, known_fields);
  read_power (&reader, inputs, target, preprocessing);
  if (period && vestim_json_type (period) != VESTIM_JSON_NULL)
    vestim_field_reader_double (&reader, "resample_s", 0.001, 86400, &preprocessing->resample_s);
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

void
vestim_preprocessing_append_json (GString *json, const VestimPreprocessing *preprocessing)
{
  g_string_append_printf (
      json, "{\"power\": %s, \"resample_s\": ", preprocessing->has_power ? "true" : "false");
  if (preprocessing->resample_s > 0)
    vestim_json_append_double (json, preprocessing->resample_s);
  else
    g_string_append (json, "null");

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
