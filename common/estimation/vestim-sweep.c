/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-sweep.h"

#include "common/json/vestim-fields.h"

#include <string.h>

/* The values of one hyperparameter. Each is kept as the text of an object with only this member, so
 * that the reader of selections reads it too. */
typedef struct
{
  const VestimSetting *setting;
  GPtrArray *values; /* char */
} Axis;

struct VestimSweep
{
  GPtrArray *axes; /* Axis */
};

static void
axis_free (void *data)
{
  Axis *axis = data;

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

/* A fault has the value's index after the hyperparameter's name. */
static void
check_value (const VestimFieldReader *sweep, const char *name, guint index, const char *text)
{
  VestimHyperparameters scratch;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autofree char *field = vestim_field_path (sweep->prefix, name);

  vestim_hyperparameters_init (&scratch);
  apply_value (text, &scratch, sweep->prefix, errors);
  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];
      g_autofree char *place =
          g_strdup_printf ("%s[%u]%s", field, index, fault->field + strlen (field));

      vestim_field_errors_add (sweep->errors, place, "%s", fault->message);
    }
}

static Axis *
read_axis (const VestimFieldReader *sweep, const VestimSetting *setting, const VestimJsonNode *list)
{
  Axis *axis = g_new0 (Axis, 1);

  axis->setting = setting;
  axis->values = g_ptr_array_new_with_free_func (g_free);
  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      char *text = wrap (setting, node);

      check_value (sweep, setting->name, axis->values->len, text);
      g_ptr_array_add (axis->values, text);
    }
  return axis;
}

static void
read_axes (const VestimFieldReader *reader, VestimSweep *sweep)
{
  for (const VestimJsonNode *list = vestim_json_first (reader->object); list;
       list = vestim_json_next (list))
    {
      g_autofree char *name = vestim_json_dup_name (list);
      const VestimSetting *setting = vestim_setting_find (name);
      size_t n = vestim_json_size (list);

      if (!setting || !vestim_setting_can_be_swept (setting))
        vestim_field_reader_fault (reader, name,
                                   "is not a hyperparameter that can be swept: leave it out");
      else if (vestim_json_type (list) != VESTIM_JSON_ARRAY || n < 1 || n > VESTIM_MAX_TASKS)
        vestim_field_reader_fault (reader, name, "must be a list of 1 to %d values",
                                   VESTIM_MAX_TASKS);
      else
        g_ptr_array_add (sweep->axes, read_axis (reader, setting, list));
    }
}

VestimSweep *
vestim_sweep_read (const VestimFieldReader *selections)
{
  g_autofree char *prefix = vestim_field_path (selections->prefix, "sweep");
  const VestimFieldReader reader = {
    .object = vestim_json_member (selections->object, "sweep"),
    .prefix = prefix,
    .errors = selections->errors,
  };
  guint n_before = reader.errors->len;

  if (vestim_json_type (reader.object) == VESTIM_JSON_NULL)
    return NULL;

  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          selections, "sweep",
          "must be an object of lists, for example {\"learning_rate\": [0.001, 0.003]}");
      return NULL;
    }

  g_autoptr (VestimSweep) sweep = g_new0 (VestimSweep, 1);
  sweep->axes = g_ptr_array_new_with_free_func (axis_free);
  read_axes (&reader, sweep);
  return reader.errors->len == n_before ? g_steal_pointer (&sweep) : NULL;
}

void
vestim_sweep_free (VestimSweep *sweep)
{
  if (!sweep)
    return;

  g_ptr_array_unref (sweep->axes);
  g_free (sweep);
}

int
vestim_sweep_n_combinations (const VestimSweep *sweep)
{
  int64_t n = 1;

  for (guint i = 0; sweep && i < sweep->axes->len; i++)
    {
      const Axis *axis = sweep->axes->pdata[i];

      n = MIN (n * axis->values->len, VESTIM_MAX_TASKS + 1);
    }
  return (int) n;
}

/* The value of an axis in a combination. The number of the combination has a digit for each axis;
 * that of the last axis changes first. */
static const char *
value_of (const VestimSweep *sweep, guint index, int combination)
{
  for (guint i = sweep->axes->len - 1; i > index; i--)
    combination /= (int) ((const Axis *) sweep->axes->pdata[i])->values->len;

  const Axis *axis = sweep->axes->pdata[index];
  return axis->values->pdata[(guint) combination % axis->values->len];
}

void
vestim_sweep_apply (const VestimSweep *sweep, int combination,
                    VestimHyperparameters *hyperparameters)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  for (guint i = 0; i < sweep->axes->len; i++)
    apply_value (value_of (sweep, i, combination), hyperparameters, "", errors);
}

static const Axis *
find_axis (const VestimSweep *sweep, const char *name)
{
  for (guint i = 0; sweep && i < sweep->axes->len; i++)
    if (strcmp (((const Axis *) sweep->axes->pdata[i])->setting->name, name) == 0)
      return sweep->axes->pdata[i];
  return NULL;
}

bool
vestim_sweep_has (const VestimSweep *sweep, const char *name)
{
  return find_axis (sweep, name) != NULL;
}

/* The largest that `measure` finds among the values of a hyperparameter, or in the base if it is
 * not swept. */
static int64_t
find_largest (const VestimSweep *sweep, const char *name, const VestimHyperparameters *base,
              int64_t (*measure) (const VestimHyperparameters *))
{
  const Axis *axis = find_axis (sweep, name);
  int64_t largest = 0;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  if (!axis)
    return measure (base);

  for (guint i = 0; i < axis->values->len; i++)
    {
      VestimHyperparameters scratch = *base;

      apply_value (axis->values->pdata[i], &scratch, "", errors);
      largest = MAX (largest, measure (&scratch));
    }
  return largest;
}

static int64_t
measure_windows (const VestimHyperparameters *hyperparameters)
{
  return vestim_model_sees_windows (hyperparameters->model);
}

static int64_t
measure_lookback (const VestimHyperparameters *hyperparameters)
{
  return hyperparameters->lookback;
}

/* Each list by itself, because there may be very many combinations. */
int64_t
vestim_sweep_largest_unit_rows (const VestimSweep *sweep, const VestimHyperparameters *base)
{
  return find_largest (sweep, "model", base, measure_windows)
         * find_largest (sweep, "lookback", base, measure_lookback)
         * find_largest (sweep, "layers", base, vestim_hyperparameters_n_units);
}

void
vestim_sweep_append_choice (GString *json, const VestimSweep *sweep, int combination)
{
  const char *comma = "";

  for (guint i = 0; i < sweep->axes->len; i++)
    {
      const char *text = value_of (sweep, i, combination);

      if (strcmp (((const Axis *) sweep->axes->pdata[i])->setting->name, "seed") == 0)
        continue;
      g_string_append (json, comma);
      g_string_append_len (json, text + 1, (gssize) strlen (text) - 2);
      comma = ", ";
    }
}
