/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/weights-file.h"

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/data/columns/units.h"
#include "daemon/vestim-estimate/export/weights-tensors.h"

#include <math.h>
#include <string.h>

#define MAX_FILE_LENGTH (512 * 1024 * 1024)
#define FORMAT "vestim-weights"

/* How the values of a column became inputs of the network, or its output became the estimate:
 * (value - mean) / width. */
typedef struct
{
  char *name;
  char *unit; /* (nullable) canonical; so are the numbers */
  ScalingRange range;
  double mean;
  double width;
} Column;

static void
clear_column (Column *column)
{
  g_free (column->name);
  g_free (column->unit);
}

/* Settings */

static bool
is_recurrent (VestimModelKind kind)
{
  return kind != VESTIM_MODEL_FNN;
}

static void
need (const VestimFieldReader *reader, const char *name)
{
  if (!vestim_json_member (reader->object, name))
    vestim_field_reader_fault (reader, name, "is missing");
}

/* The only value that a member may have. It must be stated, because other programs have other
 * defaults. */
static void
need_word (const VestimFieldReader *reader, const char *name, const char *word)
{
  g_autofree char *found = vestim_json_dup_string (vestim_json_member (reader->object, name));

  if (g_strcmp0 (found, word) != 0)
    vestim_field_reader_fault (reader, name, "must be \"%s\", because no other network can be used",
                               word);
}

static void
read_settings (const VestimFieldReader *reader, Model *model, VestimHyperparameters *settings)
{
  vestim_hyperparameters_init (settings);
  vestim_hyperparameters_read (reader, settings);
  need (reader, "model");
  need (reader, "layers");
  if (is_recurrent (settings->model))
    {
      need (reader, "lookback");
      need (reader, "training");
    }
  if (reader->errors->len == 0
      && vestim_hyperparameters_n_units (settings) * settings->lookback > VESTIM_MAX_UNIT_ROWS)
    vestim_field_reader_fault (reader, "lookback",
                               "times the sum of the layers cannot be more than %d",
                               VESTIM_MAX_UNIT_ROWS);

  vestim_hyperparameters_resolve (settings);
  model->kind = settings->model;
  model->shape.n_layers = settings->layers.n;
  model->shape.sizes = g_memdup2 (settings->layers.sizes, sizeof settings->layers.sizes);
  model->shape.lookback = settings->lookback;
  model->training = settings->training;
  model->test_mode = settings->test_mode;
}

static void
read_order (const VestimFieldReader *reader, WeightsLayout *layout)
{
  static const char *const orders[] = { "torch", "keras", NULL };
  int order = -1;

  vestim_field_reader_choice (reader, "order", orders, &order);
  need (reader, "order");
  layout->order = order == WEIGHTS_KERAS ? WEIGHTS_KERAS : WEIGHTS_TORCH;
  if (!is_recurrent (layout->kind))
    {
      need_word (reader, "activation", "relu");
      return;
    }
  if (layout->order != WEIGHTS_KERAS)
    return;

  need_word (reader, "activation", "tanh");
  need_word (reader, "recurrent_activation", "sigmoid");
  if (layout->kind == VESTIM_MODEL_GRU
      && !vestim_json_get_bool (vestim_json_member (reader->object, "reset_after"),
                                &layout->is_reset_after))
    vestim_field_reader_fault (reader, "reset_after", "must be true or false, as in Keras");
}

/* Columns */

static void
convert (Column *column, const Unit *unit)
{
  double end = unit_convert (unit, column->mean + column->width);

  column->range.min = unit_convert (unit, column->range.min);
  column->range.max = unit_convert (unit, column->range.max);
  column->mean = unit_convert (unit, column->mean);
  column->width = end - column->mean;
  column->unit = g_strdup (unit_canonical (unit->quantity));
}

static void
read_unit (const VestimFieldReader *reader, Column *column)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, "unit");
  g_autofree char *text = vestim_json_dup_string (node);
  const Unit *unit = text ? unit_find (text) : NULL;

  if (!node || (!text && vestim_json_type (node) != VESTIM_JSON_NULL))
    vestim_field_reader_fault (reader, "unit", "must be a unit, or null if it has none");
  else if (text && !unit)
    vestim_field_reader_fault (reader, "unit",
                               "\"%s\" is not known: use A, V, °C, s, 1, Ah or W, or null", text);
  else if (unit)
    convert (column, unit);
}

/* Without mean and std, the network got values from 0 at min to 1 at max. */
static void
read_scaling (const VestimFieldReader *reader, Column *column)
{
  bool has_mean = vestim_json_member (reader->object, "mean") != NULL;
  bool has_std = vestim_json_member (reader->object, "std") != NULL;

  column->range = (ScalingRange){ NAN, NAN };
  need (reader, "min");
  need (reader, "max");
  vestim_field_reader_double (reader, "min", -1e12, 1e12, &column->range.min);
  vestim_field_reader_double (reader, "max", -1e12, 1e12, &column->range.max);
  if (column->range.min > column->range.max)
    vestim_field_reader_fault (reader, "max", "is less than min");
  column->mean = column->range.min;
  column->width = scaling_width (&column->range);
  if (has_mean != has_std)
    vestim_field_reader_fault (reader, has_mean ? "std" : "mean", "is missing: give both or none");
  vestim_field_reader_double (reader, "mean", -1e12, 1e12, &column->mean);
  vestim_field_reader_double (reader, "std", 1e-12, 1e12, &column->width);
}

static void
read_column (const VestimFieldReader *outer, const VestimJsonNode *node, const char *field,
             Column *column)
{
  static const char *const known[] = { "name", "unit", "min", "max", "mean", "std", NULL };
  const VestimFieldReader reader = { .object = node, .prefix = field, .errors = outer->errors };

  if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    {
      vestim_field_errors_add (outer->errors, field, "must be an object with name, unit, min, max");
      return;
    }
  vestim_field_reader_refuse_unknown (&reader, known);
  column->name = vestim_json_dup_string (vestim_json_member (node, "name"));
  if (!column->name || !*column->name)
    vestim_field_reader_fault (&reader, "name", "must be the name of the column");
  read_scaling (&reader, column);
  read_unit (&reader, column);
}

/* `(transfer full)` Column. */
static GArray *
read_inputs (const VestimFieldReader *reader)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, "inputs");
  GArray *columns = g_array_new (FALSE, TRUE, sizeof (Column));
  size_t n = vestim_json_size (list);

  g_array_set_clear_func (columns, (GDestroyNotify) clear_column);
  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || n < 1 || n > VESTIM_MAX_INPUTS)
    {
      vestim_field_reader_fault (reader, "inputs", "must be a list of 1 to %d columns",
                                 VESTIM_MAX_INPUTS);
      return columns;
    }
  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *field = g_strdup_printf ("inputs[%u]", columns->len);
      Column column = { 0 };

      read_column (reader, node, field, &column);
      g_array_append_val (columns, column);
    }
  return columns;
}

static void
check_names (const VestimFieldReader *reader, const GArray *inputs, const Column *target)
{
  for (guint i = 0; i < inputs->len; i++)
    for (guint j = 0; j <= i; j++)
      {
        const Column *a = &g_array_index (inputs, Column, i);
        const Column *b = j == i ? target : &g_array_index (inputs, Column, j);

        if (a->name && g_strcmp0 (a->name, b->name) == 0)
          vestim_field_reader_fault (reader, "inputs", "the name \"%s\" is used twice", a->name);
      }
  if (scaling_width (&target->range) <= 0)
    vestim_field_reader_fault (reader, "target", "its max must be above its min");
}

/* Takes over names and units. */
static void
put_columns (Model *model, GArray *inputs, Column *target)
{
  int n = (int) inputs->len;

  model->shape.n_inputs = n;
  model->scaling = g_new0 (Scaling, 1);
  model->scaling->n_inputs = n;
  model->scaling->inputs = g_new0 (ScalingRange, n);
  model->inputs = g_new0 (char *, n + 1);
  model->units = g_new0 (char *, n);
  for (int i = 0; i < n; i++)
    {
      Column *column = &g_array_index (inputs, Column, i);

      model->scaling->inputs[i] = column->range;
      model->inputs[i] = g_steal_pointer (&column->name);
      model->units[i] = g_steal_pointer (&column->unit);
    }
  model->scaling->target = target->range;
  model->target = g_steal_pointer (&target->name);
  model->target_unit = g_steal_pointer (&target->unit);
}

/* Other scalings: (x - mean) / width is a x' + b of our scaled x' = (x - min) / range. The first
 * layer and the head take that in. */

static void
fold_inputs (Model *model, const GArray *inputs)
{
  const NetworkShape *shape = &model->shape;
  int n_gates = model->kind == VESTIM_MODEL_LSTM ? 4 : model->kind == VESTIM_MODEL_GRU ? 3 : 1;
  int size = shape->sizes[0], n = shape->n_inputs, n_rows = n_gates * size;
  size_t between = is_recurrent (model->kind) ? (size_t) n_rows * (size_t) size : 0;
  float *biases = model->parameters + (size_t) n_rows * (size_t) n + between;

  for (int row = 0; row < n_rows; row++)
    {
      double bias = (double) biases[row];

      for (int i = 0; i < n; i++)
        {
          const Column *column = &g_array_index (inputs, Column, i);
          float *weight = &model->parameters[row * n + i];
          double theirs = (double) *weight, range = scaling_width (&column->range);

          if (column->width <= 0)
            continue;
          *weight = (float) (theirs * range / column->width);
          bias += theirs * (column->range.min - column->mean) / column->width;
        }
      biases[row] = (float) bias;
    }
}

static void
fold_target (Model *model, const Column *target)
{
  int last = model->shape.sizes[model->shape.n_layers - 1];
  float *weights = model->parameters + model->n_parameters - last - 1;
  double range = scaling_width (&target->range);

  for (int i = 0; i < last; i++)
    weights[i] = (float) ((double) weights[i] * target->width / range);
  weights[last] =
      (float) (((double) weights[last] * target->width + target->mean - target->range.min) / range);
}

static bool
is_finite (const Model *model)
{
  for (size_t i = 0; i < model->n_parameters; i++)
    if (!isfinite (model->parameters[i]))
      return false;
  return true;
}

/* The whole */

static void
read_tensors (const VestimFieldReader *reader, Model *model, GArray *inputs, Column *target)
{
  WeightsLayout layout = { .kind = model->kind };

  model->shape.n_inputs = (int) inputs->len;
  layout.shape = model->shape;
  read_order (reader, &layout);
  if (reader->errors->len > 0)
    return;

  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  model->n_parameters = network_n_parameters (network);
  model->parameters = weights_tensors_read (reader, &layout, model->n_parameters);
  if (!model->parameters)
    return;

  fold_inputs (model, inputs);
  fold_target (model, target);
  if (!is_finite (model))
    vestim_field_reader_fault (reader, "tensors",
                               "with these means and stds, a weight is too large");
}

static void
read_whole (const VestimFieldReader *reader, Model *model)
{
  static const char *const known[] = {
    "format",   "version", "model",       "layers",     "lookback",
    "training", "order",   "reset_after", "activation", "recurrent_activation",
    "period_s", "inputs",  "target",      "tensors",    NULL
  };
  Column target = { 0 };
  VestimHyperparameters settings;
  int version = 0;

  vestim_field_reader_refuse_unknown (reader, known);
  need_word (reader, "format", FORMAT);
  need (reader, "version");
  vestim_field_reader_int (reader, "version", 1, 1, &version);
  read_settings (reader, model, &settings);
  vestim_field_reader_double (reader, "period_s", 1e-6, 1e6, &model->period_s);

  g_autoptr (GArray) inputs = read_inputs (reader);
  read_column (reader, vestim_json_member (reader->object, "target"), "target", &target);
  check_names (reader, inputs, &target);
  if (reader->errors->len == 0)
    read_tensors (reader, model, inputs, &target);
  if (reader->errors->len == 0)
    put_columns (model, inputs, &target);
  clear_column (&target);
}

Model *
weights_file_parse (const char *path, const char *text, size_t length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (Model) model = g_new0 (Model, 1);

  if (!doc)
    {
      g_prefix_error (error, "%s is not JSON: ", path);
      return NULL;
    }
  const VestimFieldReader reader = { .object = vestim_json_root (doc),
                                     .prefix = "",
                                     .errors = errors };
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      failure_set (error, "%s is no file of weights: it must be a JSON object", path);
      return NULL;
    }

  model->val_rmse = NAN;
  model->data = vestim_data_settings_new ();
  read_whole (&reader, model);
  if (errors->len == 0)
    return g_steal_pointer (&model);

  const VestimFieldError *first = errors->pdata[0];
  failure_set (error, "%s: %s: %s", path, first->field, first->message);
  return NULL;
}

Model *
weights_file_read (const char *path, GError **error)
{
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_FILE_LENGTH, &length, error);

  return text ? weights_file_parse (path, text, length, error) : NULL;
}
