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

static void
read_object (const VestimFieldReader *outer, char *const *inputs, const char *target,
             VestimPreprocessing *preprocessing)
{
  g_autofree char *prefix = vestim_field_path (outer->prefix, "preprocessing");
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "preprocessing"),
    .prefix = prefix,
    .errors = outer->errors,
  };
  int resample = (int) preprocessing->resample;

  if (!vestim_field_reader_is_given (outer, "preprocessing"))
    return;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object, for example {\"resample_s\": 1}");
      return;
    }

  vestim_settings_refuse_unknown (&reader, vestim_setting_find ("preprocessing"), 0);
  read_value (&reader, "preprocessing.power", &preprocessing->has_power);
  if (preprocessing->has_power)
    check_power (&reader, inputs, target);
  read_value (&reader, "preprocessing.period_s", &preprocessing->period_s);
  read_value (&reader, "preprocessing.resample_s", &preprocessing->resample_s);
  read_value (&reader, "preprocessing.resample", &resample);
  preprocessing->resample = (VestimResample) resample;
  if (vestim_json_member (reader.object, "resample") && !(preprocessing->resample_s > 0))
    vestim_field_reader_fault (&reader, "resample", "needs resample_s, the new period: give both");
  read_average (&reader, inputs, preprocessing);
}

/* What a column is computed from. NULL-terminated; empty if it is a column of the files. */
static void
find_sources (const VestimPreprocessing *preprocessing, const char *column, const char *sources[3])
{
  const VestimDerived *derived = vestim_derived_find (preprocessing->derived, column);
  int n = 0;

  if (derived)
    {
      sources[n++] = derived->of;
      if (derived->by)
        sources[n++] = derived->by;
    }
  else if (preprocessing->soc && strcmp (column, VESTIM_SOC_COLUMN) == 0)
    {
      sources[n++] = VESTIM_SOC_CURRENT;
      if (preprocessing->soc->from == VESTIM_SOC_FROM_COUNTER)
        sources[n++] = VESTIM_SOC_COUNTER;
    }
  else if (preprocessing->has_power && strcmp (column, VESTIM_POWER_COLUMN) == 0)
    {
      sources[n++] = VESTIM_POWER_VOLTAGE;
      sources[n++] = VESTIM_POWER_CURRENT;
    }
  sources[n] = NULL;
}

/* Whether the column is the other one or computed from it. A derived column uses only those before
 * it in the list, so this ends. */
static bool
depends_on (const VestimPreprocessing *preprocessing, const char *column, const char *other)
{
  const char *sources[3];

  if (strcmp (column, other) == 0)
    return true;
  find_sources (preprocessing, column, sources);
  for (int i = 0; sources[i]; i++)
    if (depends_on (preprocessing, sources[i], other))
      return true;
  return false;
}

static bool
is_used (const VestimPreprocessing *preprocessing, char *const *inputs, const char *target,
         const char *column)
{
  for (; *inputs; inputs++)
    if (depends_on (preprocessing, *inputs, column))
      return true;
  return strcmp (target, column) == 0;
}

/* A derived column has a name of its own and uses only what is computed before it. */
static void
check_derived (const VestimFieldReader *outer, char *const *inputs, const char *target,
               const VestimPreprocessing *preprocessing)
{
  for (guint i = 0; i < preprocessing->derived->len; i++)
    {
      const VestimDerived *derived = preprocessing->derived->pdata[i];
      g_autofree char *field = g_strdup_printf ("derived[%u]", i);

      for (guint j = i; j < preprocessing->derived->len; j++)
        {
          const VestimDerived *later = preprocessing->derived->pdata[j];

          if (strcmp (derived->of, later->name) == 0 || g_strcmp0 (derived->by, later->name) == 0)
            {
              vestim_field_reader_fault (
                  outer, field, "uses \"%s\", which is not computed before it: change the order",
                  later->name);
              return;
            }
        }
      if (strcmp (derived->name, target) == 0)
        vestim_field_reader_fault (outer, field, "has the name of the target: choose another name");
      else if ((preprocessing->soc && strcmp (derived->name, VESTIM_SOC_COLUMN) == 0)
               || (preprocessing->has_power && strcmp (derived->name, VESTIM_POWER_COLUMN) == 0))
        vestim_field_reader_fault (outer, field, "is computed twice: choose another name");
    }
}

/* A network that gets the target in another form has learnt nothing about a cell. "Power" alone
 * is accepted for "Voltage", as check_power() says. */
static void
check_sources (const VestimFieldReader *outer, char *const *inputs, const char *target,
               const VestimPreprocessing *preprocessing)
{
  for (guint i = 0; i < preprocessing->derived->len; i++)
    {
      const VestimDerived *derived = preprocessing->derived->pdata[i];
      g_autofree char *field = g_strdup_printf ("derived[%u]", i);

      if (depends_on (preprocessing, derived->name, target))
        vestim_field_reader_fault (outer, field,
                                   "\"%s\" is computed from the target \"%s\", so the network "
                                   "would see the answer: leave it out",
                                   derived->name, target);
      else if (!is_used (preprocessing, inputs, target, derived->name))
        vestim_field_reader_fault (outer, field,
                                   "\"%s\" is computed but not used: add it to the inputs, or "
                                   "leave it out",
                                   derived->name);
    }
}

static void
check_soc (const VestimFieldReader *outer, char *const *inputs, const char *target,
           const VestimPreprocessing *preprocessing)
{
  bool is_target = strcmp (target, VESTIM_SOC_COLUMN) == 0;

  if (!preprocessing->soc)
    return;
  if (!is_used (preprocessing, inputs, target, VESTIM_SOC_COLUMN))
    vestim_field_reader_fault (outer, "soc",
                               "is computed but not used: add \"" VESTIM_SOC_COLUMN
                               "\" to the inputs, or leave it out");
  else if (!is_target && depends_on (preprocessing, VESTIM_SOC_COLUMN, target))
    vestim_field_reader_fault (outer, "soc",
                               "is computed from the target \"%s\", so the network would see the "
                               "answer: leave it out",
                               target);
  else if (is_target && preprocessing->soc->from == VESTIM_SOC_FROM_COUNTER
           && is_used (preprocessing, inputs, "", VESTIM_SOC_COUNTER))
    vestim_field_reader_fault (outer, "soc",
                               "the target is computed from \"" VESTIM_SOC_COUNTER
                               "\", which is an input too: remove it from the inputs");
}

VestimPreprocessing *
vestim_preprocessing_read (const VestimFieldReader *outer, char *const *inputs, const char *target)
{
  g_autoptr (VestimPreprocessing) preprocessing = g_new0 (VestimPreprocessing, 1);
  guint n_before = outer->errors->len;

  preprocessing->average_columns = g_new0 (char *, 1);
  preprocessing->derived = vestim_derived_read (outer);
  preprocessing->soc = vestim_soc_read (outer);
  read_object (outer, inputs, target, preprocessing);
  if (outer->errors->len == n_before)
    check_derived (outer, inputs, target, preprocessing);
  if (outer->errors->len == n_before)
    check_sources (outer, inputs, target, preprocessing);
  if (outer->errors->len == n_before)
    check_soc (outer, inputs, target, preprocessing);

  bool is_given = vestim_field_reader_is_given (outer, "preprocessing") || preprocessing->soc
                  || preprocessing->derived->len > 0;
  return is_given && outer->errors->len == n_before ? g_steal_pointer (&preprocessing) : NULL;
}

void
vestim_preprocessing_add_columns (const VestimPreprocessing *preprocessing, const char *column,
                                  GPtrArray *columns)
{
  const char *sources[3] = { NULL };

  if (preprocessing)
    find_sources (preprocessing, column, sources);
  for (int i = 0; sources[i]; i++)
    vestim_preprocessing_add_columns (preprocessing, sources[i], columns);
  if (!sources[0] && !g_ptr_array_find_with_equal_func (columns, column, g_str_equal, NULL))
    g_ptr_array_add (columns, g_strdup (column));
}

bool
vestim_preprocessing_computes (const VestimPreprocessing *preprocessing, const char *column)
{
  const char *sources[3] = { NULL };

  if (preprocessing)
    find_sources (preprocessing, column, sources);
  return sources[0] != NULL;
}

VestimPreprocessing *
vestim_preprocessing_copy (const VestimPreprocessing *preprocessing)
{
  if (!preprocessing)
    return NULL;

  VestimPreprocessing *copy = g_memdup2 (preprocessing, sizeof *preprocessing);
  copy->average_columns = g_strdupv (preprocessing->average_columns);
  copy->soc = g_memdup2 (preprocessing->soc, sizeof *preprocessing->soc);
  copy->derived = vestim_derived_copy (preprocessing->derived);
  return copy;
}

void
vestim_preprocessing_free (VestimPreprocessing *preprocessing)
{
  if (!preprocessing)
    return;

  g_strfreev (preprocessing->average_columns);
  g_free (preprocessing->soc);
  g_clear_pointer (&preprocessing->derived, g_ptr_array_unref);
  g_free (preprocessing);
}

static void
append_value (GString *json, const char *setting, const void *value)
{
  vestim_setting_append_value (json, vestim_setting_find (setting), value);
}

static void
append_object (GString *json, const VestimPreprocessing *preprocessing)
{
  int resample = (int) preprocessing->resample;

  g_string_append (json, "{\"power\": ");
  append_value (json, "preprocessing.power", &preprocessing->has_power);
  g_string_append (json, ", \"resample_s\": ");
  append_value (json, "preprocessing.resample_s", &preprocessing->resample_s);
  if (preprocessing->resample_s > 0)
    {
      g_string_append (json, ", \"resample\": ");
      append_value (json, "preprocessing.resample", &resample);
    }
  if (preprocessing->period_s > 0)
    {
      g_string_append (json, ", \"period_s\": ");
      append_value (json, "preprocessing.period_s", &preprocessing->period_s);
    }
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

void
vestim_preprocessing_append_members (GString *json, const VestimPreprocessing *preprocessing)
{
  g_string_append (json, ", \"preprocessing\": ");
  append_object (json, preprocessing);
  if (preprocessing->soc)
    {
      g_string_append (json, ", \"soc\": ");
      vestim_soc_append_json (json, preprocessing->soc);
    }
  if (preprocessing->derived->len > 0)
    {
      g_string_append (json, ", \"derived\": ");
      vestim_derived_append_json (json, preprocessing->derived);
    }
}
