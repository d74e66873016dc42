/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-sweep-axis.h"

#include "common/estimation/vestim-sweep.h"
#include "common/json/vestim-fields.h"

#include <math.h>
#include <string.h>

static VestimSweepAxis *
axis_new (const VestimSetting *setting)
{
  VestimSweepAxis *axis = g_new0 (VestimSweepAxis, 1);

  axis->setting = setting;
  axis->values = g_ptr_array_new_with_free_func (g_free);
  return axis;
}

void
vestim_sweep_axis_free (VestimSweepAxis *axis)
{
  g_ptr_array_unref (axis->values);
  g_free (axis);
}

static char *
wrap (const VestimSetting *setting, const VestimJsonNode *value)
{
  size_t length = 0;
  const char *raw = vestim_json_raw (value, &length);

  return g_strdup_printf ("{\"%s\": %.*s}", setting->name, (int) length, raw);
}

static char *
wrap_number (const VestimSetting *setting, double value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  vestim_json_append_double (text, value);
  return g_strdup_printf ("{\"%s\": %s}", setting->name, text->str);
}

static void
apply_value (const char *text, VestimHyperparameters *hyperparameters, const char *prefix,
             GPtrArray *errors)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);
  const VestimFieldReader reader = {
    .object = vestim_json_root (doc),
    .prefix = prefix,
    .errors = errors,
  };

  vestim_hyperparameters_read (&reader, hyperparameters);
}

void
vestim_sweep_axis_apply (const char *value, VestimHyperparameters *hyperparameters)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  apply_value (value, hyperparameters, "", errors);
}

/* A fault has the value's place ("[1]", ".min") after the hyperparameter's name. */
static void
check_value (const VestimFieldReader *sweep, const VestimSetting *setting, const char *place,
             const char *text)
{
  VestimHyperparameters scratch;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autofree char *field = vestim_field_path (sweep->prefix, setting->name);

  vestim_hyperparameters_init (&scratch);
  apply_value (text, &scratch, sweep->prefix, errors);
  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];
      g_autofree char *path = g_strconcat (field, place, fault->field + strlen (field), NULL);

      vestim_field_errors_add (sweep->errors, path, "%s", fault->message);
    }
}

static void
read_list (const VestimFieldReader *sweep, const VestimJsonNode *list, VestimSweepAxis *axis)
{
  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      char *text = wrap (axis->setting, node);
      g_autofree char *place = g_strdup_printf ("[%u]", axis->values->len);

      check_value (sweep, axis->setting, place, text);
      g_ptr_array_add (axis->values, text);
    }
}

static void
read_end (const VestimFieldReader *sweep, const VestimFieldReader *range, const char *name,
          const VestimSetting *setting, double *value)
{
  const VestimJsonNode *node = vestim_json_member (range->object, name);

  if (!vestim_json_get_double (node, value))
    {
      vestim_field_reader_fault (range, name, "must be a number");
      return;
    }

  g_autofree char *text = wrap (setting, node);
  g_autofree char *place = g_strconcat (".", name, NULL);
  check_value (sweep, setting, place, text);
}

static void
read_range (const VestimFieldReader *sweep, const VestimJsonNode *node, VestimSweepAxis *axis)
{
  static const char *const known[] = { "min", "max", "scale", NULL };
  static const char *const scales[] = { "linear", "log", NULL };
  g_autofree char *prefix = vestim_field_path (sweep->prefix, axis->setting->name);
  const VestimFieldReader range = { .object = node, .prefix = prefix, .errors = sweep->errors };
  guint n_before = sweep->errors->len;
  int scale = 0;

  vestim_field_reader_refuse_unknown (&range, known);
  read_end (sweep, &range, "min", axis->setting, &axis->min);
  read_end (sweep, &range, "max", axis->setting, &axis->max);
  vestim_field_reader_choice (&range, "scale", scales, &scale);
  axis->is_log = scale == 1;
  if (sweep->errors->len > n_before)
    return;
  if (!(axis->min < axis->max))
    vestim_field_reader_fault (&range, "max", "must be larger than min");
  else if (axis->is_log && !(axis->min > 0))
    vestim_field_reader_fault (&range, "min", "must be above 0 with the scale \"log\"");
}

VestimSweepAxis *
vestim_sweep_axis_read (const VestimFieldReader *sweep, const VestimSetting *setting,
                        const VestimJsonNode *node, bool may_be_range)
{
  bool is_number = setting->type == VESTIM_SETTING_WHOLE || setting->type == VESTIM_SETTING_NUMBER
                   || setting->type == VESTIM_SETTING_LIMIT;
  size_t n = vestim_json_size (node);
  VestimSweepAxis *axis = axis_new (setting);
  guint n_before = sweep->errors->len;

  if (vestim_json_type (node) == VESTIM_JSON_ARRAY && n >= 1 && n <= VESTIM_MAX_TASKS)
    read_list (sweep, node, axis);
  else if (vestim_json_type (node) == VESTIM_JSON_OBJECT && may_be_range && is_number)
    read_range (sweep, node, axis);
  else if (vestim_json_type (node) == VESTIM_JSON_OBJECT && is_number)
    vestim_field_reader_fault (sweep, setting->name,
                               "a range needs a random search: add \"search\": {\"kind\": "
                               "\"random\", \"tasks\": 50}, or give a list of values");
  else
    vestim_field_reader_fault (
        sweep, setting->name, "must be a list of 1 to %d values%s", VESTIM_MAX_TASKS,
        may_be_range && is_number ? ", or a range {\"min\": …, \"max\": …}" : "");
  if (sweep->errors->len == n_before)
    return axis;
  vestim_sweep_axis_free (axis);
  return NULL;
}

/* Each whole number of a range has the same share of a linear scale. */
static double
number_at (const VestimSweepAxis *axis, double place)
{
  bool is_whole = axis->setting->type == VESTIM_SETTING_WHOLE;
  double end = is_whole ? axis->max + 1 : axis->max;
  double value = axis->is_log ? axis->min * pow (end / axis->min, place)
                              : axis->min + place * (end - axis->min);

  if (is_whole)
    value = floor (value);
  else
    {
      g_autofree char *digits = g_strdup_printf ("%.3e", value);
      value = g_ascii_strtod (digits, NULL);
    }
  return fmin (fmax (value, axis->min), axis->max);
}

char *
vestim_sweep_axis_value_at (const VestimSweepAxis *axis, double place)
{
  if (axis->values->len > 0)
    return g_strdup (axis->values->pdata[(guint) (place * axis->values->len)]);
  return wrap_number (axis->setting, number_at (axis, place));
}

char *
vestim_sweep_axis_largest (const VestimSweepAxis *axis)
{
  return wrap_number (axis->setting, axis->max);
}
