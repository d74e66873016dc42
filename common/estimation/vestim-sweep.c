/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-sweep.h"

#include "common/estimation/vestim-sweep-axis.h"
#include "common/json/vestim-fields.h"

#include <string.h>

/* Up to this number of combinations, a random search of lists draws none twice. */
#define MAX_SHUFFLED 100000

struct VestimSweep
{
  GPtrArray *axes; /* VestimSweepAxis */
  bool is_random;
  int n_tasks;    /* of a random search */
  double minutes; /* of a random search; 0: no limit */
  uint64_t seed;
  int *order; /* (nullable) combinations of lists in random order */
};

static void
axis_free (void *data)
{
  vestim_sweep_axis_free (data);
}

/* Random numbers: SplitMix64 (Steele, Lea and Flood 2014). */

static uint64_t
mix (uint64_t state)
{
  state += UINT64_C (0x9e3779b97f4a7c15);
  state = (state ^ (state >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  state = (state ^ (state >> 27)) * UINT64_C (0x94d049bb133111eb);
  return state ^ (state >> 31);
}

/* From 0 to below 1, by seed, name and number alone. */
static double
draw (uint64_t seed, const char *name, uint64_t number)
{
  uint64_t state = mix (seed);

  for (; *name; name++)
    state = mix (state ^ (unsigned char) *name);
  return (double) (mix (state ^ number) >> 11) * 0x1p-53;
}

/* Reading */

static void
read_axes (const VestimFieldReader *reader, VestimSweep *sweep)
{
  for (const VestimJsonNode *node = vestim_json_first (reader->object); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      const VestimSetting *setting = vestim_setting_find (name);

      if (!setting || !vestim_setting_can_be_swept (setting))
        {
          vestim_field_reader_fault (reader, name,
                                     "is not a hyperparameter that can be swept: leave it out");
          continue;
        }

      VestimSweepAxis *axis = vestim_sweep_axis_read (reader, setting, node, sweep->is_random);
      if (axis)
        g_ptr_array_add (sweep->axes, axis);
    }
}

static void
read_search (const VestimFieldReader *selections, VestimSweep *sweep)
{
  g_autofree char *prefix = vestim_field_path (selections->prefix, "search");
  const VestimFieldReader reader = {
    .object = vestim_json_member (selections->object, "search"),
    .prefix = prefix,
    .errors = selections->errors,
  };
  int kind = 0;

  if (!vestim_field_reader_is_given (selections, "search"))
    return;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          selections, "search",
          "must be an object, for example {\"kind\": \"random\", \"tasks\": 50}");
      return;
    }

  vestim_settings_refuse_unknown (&reader, vestim_setting_find ("search"), 0);
  vestim_setting_read (vestim_setting_find ("search.kind"), &reader, &kind);
  vestim_setting_read (vestim_setting_find ("search.tasks"), &reader, &sweep->n_tasks);
  vestim_setting_read (vestim_setting_find ("search.minutes"), &reader, &sweep->minutes);
  sweep->is_random = kind == 1;
  if (sweep->is_random && sweep->n_tasks == 0 && !(sweep->minutes > 0))
    vestim_field_reader_fault (&reader, "tasks",
                               "is missing: give the number of tasks, or minutes, or both");
  else if (!sweep->is_random && (sweep->n_tasks > 0 || sweep->minutes > 0))
    vestim_field_reader_fault (&reader, "kind",
                               "a grid tries all combinations: with tasks or minutes, the kind "
                               "must be \"random\"");
}

static int64_t
count_combinations (const VestimSweep *sweep)
{
  int64_t n = 1;

  for (guint i = 0; i < sweep->axes->len; i++)
    {
      const VestimSweepAxis *axis = sweep->axes->pdata[i];

      n = axis->values->len > 0 ? MIN (n * axis->values->len, MAX_SHUFFLED + 1) : MAX_SHUFFLED + 1;
    }
  return n;
}

/* By Fisher and Yates. */
static void
shuffle (VestimSweep *sweep, int n)
{
  sweep->order = g_new (int, n);
  for (int i = 0; i < n; i++)
    {
      int other = (int) (draw (sweep->seed, "", (uint64_t) i) * (i + 1));

      sweep->order[i] = sweep->order[other];
      sweep->order[other] = i;
    }
}

/* Lists have a number of combinations that a search can't exceed. */
static void
plan_search (const VestimFieldReader *selections, VestimSweep *sweep, int repetitions)
{
  int64_t n = count_combinations (sweep), most = MIN (n * repetitions, VESTIM_MAX_TASKS);
  bool has_time = sweep->minutes > 0;

  if (n <= MAX_SHUFFLED && sweep->n_tasks > n * repetitions && !has_time)
    vestim_field_reader_fault (selections, "search",
                               "the lists of the sweep make only %d tasks: give at most as many, "
                               "or leave the search out to try all",
                               (int) (n * repetitions));
  if (sweep->n_tasks == 0 || sweep->n_tasks > most)
    sweep->n_tasks = (int) most;
  if (n <= MAX_SHUFFLED)
    shuffle (sweep, (int) n);
}

VestimSweep *
vestim_sweep_read (const VestimFieldReader *selections, uint64_t seed, int repetitions)
{
  g_autofree char *prefix = vestim_field_path (selections->prefix, "sweep");
  const VestimFieldReader reader = {
    .object = vestim_json_member (selections->object, "sweep"),
    .prefix = prefix,
    .errors = selections->errors,
  };
  guint n_before = reader.errors->len;
  g_autoptr (VestimSweep) sweep = g_new0 (VestimSweep, 1);

  sweep->axes = g_ptr_array_new_with_free_func (axis_free);
  sweep->seed = seed;
  read_search (selections, sweep);
  if (vestim_json_type (reader.object) == VESTIM_JSON_NULL)
    {
      if (sweep->is_random)
        vestim_field_reader_fault (
            selections, "search",
            "needs a sweep: add the hyperparameters to search, for example "
            "\"sweep\": {\"learning_rate\": {\"min\": 0.0001, \"max\": 0.01, "
            "\"scale\": \"log\"}}");
      return NULL;
    }

  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          selections, "sweep",
          "must be an object of lists, for example {\"learning_rate\": [0.001, 0.003]}");
      return NULL;
    }

  read_axes (&reader, sweep);
  if (sweep->is_random && reader.errors->len == n_before)
    plan_search (selections, sweep, repetitions);
  return reader.errors->len == n_before ? g_steal_pointer (&sweep) : NULL;
}

void
vestim_sweep_free (VestimSweep *sweep)
{
  if (!sweep)
    return;

  g_ptr_array_unref (sweep->axes);
  g_free (sweep->order);
  g_free (sweep);
}

/* Combinations */

int64_t
vestim_sweep_n_tasks (const VestimSweep *sweep, int repetitions)
{
  if (!sweep)
    return repetitions;
  return sweep->is_random ? sweep->n_tasks : count_combinations (sweep) * repetitions;
}

double
vestim_sweep_minutes (const VestimSweep *sweep)
{
  return sweep && sweep->is_random ? sweep->minutes : 0;
}

/* (transfer full) the value of an axis in a combination. In a grid and in a list of all
 * combinations, their number has a digit for each axis; that of the last axis changes first. */
static char *
value_of (const VestimSweep *sweep, guint index, int combination)
{
  const VestimSweepAxis *axis = sweep->axes->pdata[index];

  if (sweep->is_random && !sweep->order)
    return vestim_sweep_axis_value_at (
        axis, draw (sweep->seed, axis->setting->name, (uint64_t) combination));

  if (sweep->order)
    combination = sweep->order[combination];
  for (guint i = sweep->axes->len - 1; i > index; i--)
    combination /= (int) ((const VestimSweepAxis *) sweep->axes->pdata[i])->values->len;
  return g_strdup (axis->values->pdata[(guint) combination % axis->values->len]);
}

void
vestim_sweep_apply (const VestimSweep *sweep, int combination,
                    VestimHyperparameters *hyperparameters)
{
  for (guint i = 0; i < sweep->axes->len; i++)
    {
      g_autofree char *value = value_of (sweep, i, combination);

      vestim_sweep_axis_apply (value, hyperparameters);
    }
}

static const VestimSweepAxis *
find_axis (const VestimSweep *sweep, const char *name)
{
  for (guint i = 0; sweep && i < sweep->axes->len; i++)
    if (strcmp (((const VestimSweepAxis *) sweep->axes->pdata[i])->setting->name, name) == 0)
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
  const VestimSweepAxis *axis = find_axis (sweep, name);
  VestimHyperparameters scratch = *base;
  int64_t largest = 0;

  if (!axis)
    return measure (base);

  if (axis->values->len == 0)
    {
      g_autofree char *value = vestim_sweep_axis_largest (axis);

      vestim_sweep_axis_apply (value, &scratch);
      return measure (&scratch);
    }
  for (guint i = 0; i < axis->values->len; i++)
    {
      vestim_sweep_axis_apply (axis->values->pdata[i], &scratch);
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
      g_autofree char *text = value_of (sweep, i, combination);

      if (strcmp (((const VestimSweepAxis *) sweep->axes->pdata[i])->setting->name, "seed") == 0)
        continue;
      g_string_append (json, comma);
      g_string_append_len (json, text + 1, (gssize) strlen (text) - 2);
      comma = ", ";
    }
}
