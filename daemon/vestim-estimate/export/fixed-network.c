/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/fixed-network.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/random.h"

#include <math.h>

/* The largest magnitude of a scaled input or an output. */
#define LARGEST_VALUE 32767

/* A 32-bit sum holds products of such weights with the largest values. */
#define LARGEST_ROW (G_MAXINT32 / LARGEST_VALUE)

/* Below 2^31 in the bits of sums. */
#define LARGEST_SUM 2000.0

#define MAX_WEIGHT_BITS 30
#define STEPS_OF_A_RANGE 1e5
#define LEAST_STEPS 1e4 /* of an input whose integers another value decides */

/* Widths of the target's range to which the estimate is clamped, and beyond which inputs are. */
#define WIDTHS_BEYOND 4

#define CALIBRATION_ROWS 4096
#define CALIBRATION_MARGIN 0.25
#define CALIBRATION_SEED 1

/* Matrices */

static double
row_sum (const float *row, int n)
{
  double sum = 0;

  for (int i = 0; i < n; i++)
    sum += fabs ((double) row[i]);
  return sum;
}

/* Whether the weights times 2^bits fit into their type, and their sum into its own. */
static bool
fits (const float *row, int n, int bits, int largest)
{
  double sum = 0;

  for (int i = 0; i < n; i++)
    {
      double size = fabs (round (ldexp ((double) row[i], bits)));

      sum += size;
      if (size > largest)
        return false;
    }
  return sum <= LARGEST_ROW;
}

/* `value_bits`: after the point of the values that the matrix is multiplied with; `sum_bits`: after
 * the point of the result. */
static void
make_matrix (FixedMatrix *matrix, const float *weights, int n_rows, int n_columns, int weight_bits,
             int value_bits, int sum_bits)
{
  int largest = (1 << (weight_bits - 1)) - 1;

  matrix->n_rows = n_rows;
  matrix->n_columns = n_columns;
  matrix->weights = g_new (int16_t, (size_t) n_rows * (size_t) n_columns);
  matrix->shifts = g_new (int8_t, n_rows);
  for (int r = 0; r < n_rows; r++)
    {
      const float *row = weights + r * n_columns;
      int bits = MAX_WEIGHT_BITS;

      while (!fits (row, n_columns, bits, largest))
        bits--;
      for (int i = 0; i < n_columns; i++)
        matrix->weights[r * n_columns + i] = (int16_t) round (ldexp ((double) row[i], bits));
      matrix->shifts[r] = (int8_t) (bits + value_bits - sum_bits);
    }
}

static int32_t *
make_biases (const float *biases, int n, int bits)
{
  int32_t *made;

  g_assert (n > 0); /* or GCC takes the size for a huge one */
  made = g_new (int32_t, n);
  for (int i = 0; i < n; i++)
    made[i] = (int32_t) lround (ldexp ((double) biases[i], bits));
  return made;
}

/* Calibration of an FNN: the largest outputs of each layer */

static void
run_layer (const float *weights, const float *biases, int n, int size, const double *x, double *y)
{
  for (int unit = 0; unit < size; unit++)
    {
      double sum = (double) biases[unit];

      for (int i = 0; i < n; i++)
        sum += (double) weights[unit * n + i] * x[i];
      y[unit] = fmax (sum, 0);
    }
}

/* Over random rows of the training range and a margin around it. `(transfer full)` */
static double *
find_largest_outputs (const Model *model)
{
  const NetworkShape *shape = &model->shape;
  double *largest = g_new0 (double, shape->n_layers);
  double rows[2][VESTIM_MAX_LAYER_SIZE];
  Random random;

  random_init (&random, CALIBRATION_SEED);
  for (int n = 0; n < CALIBRATION_ROWS; n++)
    {
      const float *weights = model->parameters;

      for (int i = 0; i < shape->n_inputs; i++)
        rows[0][i] = random_uniform (&random) * (1 + 2 * CALIBRATION_MARGIN) - CALIBRATION_MARGIN;
      for (int i = 0; i < shape->n_layers; i++)
        {
          int n_inputs = network_layer_inputs (shape, i), size = shape->sizes[i];
          double *y = rows[(i + 1) % 2];

          run_layer (weights, weights + size * n_inputs, n_inputs, size, rows[i % 2], y);
          for (int unit = 0; unit < size; unit++)
            largest[i] = fmax (largest[i], y[unit]);
          weights += size * (n_inputs + 1);
        }
    }
  return largest;
}

/* The bits after the point of outputs of this size, with room for half as much again. */
static int
output_bits (double largest)
{
  int bits = FIXED_SUM_BITS;

  while (ldexp (largest * 1.5, bits) > LARGEST_VALUE)
    bits--;
  return bits;
}

/* Layers */

static bool
check_sums (const float *weights, int n_columns, double largest_value, const float *biases,
            int n_rows, GError **error)
{
  for (int row = 0; row < n_rows; row++)
    {
      double sum = row_sum (weights + row * n_columns, n_columns) * largest_value
                   + (biases ? fabs ((double) biases[row]) : 0);

      if (sum > LARGEST_SUM / 2)
        {
          failure_set (error,
                       "the network's weights are too large for integers (a sum may reach %.3g): "
                       "export it without --q15 and --q7, or train it with weight_decay",
                       sum);
          return false;
        }
    }
  return true;
}

/* Advances `*weights` over the layer's parameters. */
static bool
make_recurrent_layer (FixedNetwork *network, int number, const float **weights, GError **error)
{
  const NetworkShape *shape = &network->model->shape;
  FixedLayer *layer = &network->layers[number];
  bool is_gru = network->model->kind == VESTIM_MODEL_GRU;
  int size = shape->sizes[number], n = network_layer_inputs (shape, number);
  int n_rows = (is_gru ? 3 : 4) * size;
  const float *w = *weights, *u = w + n_rows * n, *b = u + n_rows * size, *v = b + n_rows;
  int value_bits = number == 0 ? FIXED_INPUT_BITS : FIXED_OUTPUT_BITS;

  make_matrix (&layer->input, w, n_rows, n, network->weight_bits, value_bits, FIXED_SUM_BITS);
  make_matrix (&layer->recurrent, u, n_rows, size, network->weight_bits, FIXED_OUTPUT_BITS,
               FIXED_SUM_BITS);
  if (!check_sums (w, n, ldexp (LARGEST_VALUE, -value_bits), b, n_rows, error)
      || !check_sums (u, size, 1, NULL, n_rows, error)
      || (is_gru && !check_sums (u, 0, 0, v, size, error)))
    return false;

  layer->biases = make_biases (b, n_rows, FIXED_SUM_BITS);
  if (is_gru)
    layer->recurrent_bias = make_biases (v, size, FIXED_SUM_BITS);
  *weights = v + (is_gru ? size : 0);
  return true;
}

static bool
make_dense_layer (FixedNetwork *network, int number, int *value_bits, double largest,
                  const float **weights, GError **error)
{
  const NetworkShape *shape = &network->model->shape;
  FixedLayer *layer = &network->layers[number];
  int size = shape->sizes[number], n = network_layer_inputs (shape, number);
  const float *w = *weights, *b = w + size * n;

  if (!check_sums (w, n, ldexp (LARGEST_VALUE, -*value_bits), b, size, error))
    return false;
  make_matrix (&layer->input, w, size, n, network->weight_bits, *value_bits, FIXED_SUM_BITS);
  layer->biases = make_biases (b, size, FIXED_SUM_BITS);
  *value_bits = output_bits (largest);
  layer->output_shift = FIXED_SUM_BITS - *value_bits;
  *weights = b + size;
  return true;
}

static bool
make_layers (FixedNetwork *network, GError **error)
{
  const Model *model = network->model;
  const float *weights = model->parameters;
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;
  g_autofree double *largest = is_fnn ? find_largest_outputs (model) : NULL;
  int value_bits = FIXED_INPUT_BITS, last = model->shape.sizes[model->shape.n_layers - 1];

  for (int i = 0; i < model->shape.n_layers; i++)
    if (!(is_fnn ? make_dense_layer (network, i, &value_bits, largest[i], &weights, error)
                 : make_recurrent_layer (network, i, &weights, error)))
      return false;

  value_bits = is_fnn ? value_bits : FIXED_OUTPUT_BITS;
  double scale = ldexp (1, FIXED_HEAD_BITS - FIXED_SUM_BITS);
  if (!check_sums (weights, last, scale * ldexp (LARGEST_VALUE, -value_bits), NULL, 1, error)
      || fabs ((double) weights[last]) * scale > LARGEST_SUM / 2)
    {
      if (error && !*error)
        failure_set (error, "the network's last bias is too large for integers: export it without "
                            "--q15 and --q7");
      return false;
    }
  make_matrix (&network->head, weights, 1, last, network->weight_bits, value_bits, FIXED_HEAD_BITS);
  network->head_bias = (int32_t) lround (ldexp ((double) weights[last], FIXED_HEAD_BITS));
  return true;
}

/* Inputs and estimate */

/* Whether 32 bits hold the range and what is clamped around it. */
static bool
can_hold (const ScalingRange *range, int32_t per_unit)
{
  double largest = fmax (fabs (range->min), fabs (range->max));

  return (largest + (WIDTHS_BEYOND + 1) * scaling_width (range)) * per_unit < G_MAXINT32;
}

int32_t
fixed_per_unit (const ScalingRange *range)
{
  double width = scaling_width (range);

  for (int64_t per_unit = 1; per_unit <= 1000000000; per_unit *= 1000)
    if (width * (double) per_unit >= STEPS_OF_A_RANGE || (width <= 0 && per_unit > 1))
      return can_hold (range, (int32_t) per_unit) ? (int32_t) per_unit : 0;
  return 0;
}

static bool
fail_range (const char *name, const ScalingRange *range, GError **error)
{
  failure_set (error,
               "the range of %s, %g to %g, gives no good integers of 32 bits: export the model "
               "without --q15 and --q7",
               name, range->min, range->max);
  return false;
}

static bool
make_input (FixedInput *input, const char *name, const ScalingRange *range, int32_t per_unit,
            GError **error)
{
  double width = scaling_width (range);

  input->per_unit = per_unit;
  if (per_unit == 0 || !can_hold (range, per_unit) || (width > 0 && width * per_unit < LEAST_STEPS))
    return fail_range (name, range, error);

  input->min = (int32_t) lround (range->min * input->per_unit);
  input->bits = FIXED_INPUT_BITS;
  if (width > 0)
    {
      double factor = ldexp (1, FIXED_INPUT_BITS) / (width * input->per_unit);
      int exponent = 0;

      frexp (factor, &exponent);
      input->bits = 30 - exponent;
      input->factor = (int32_t) MIN (lround (ldexp (factor, input->bits)), (1 << 30) - 1);
    }
  return true;
}

static bool
make_values (FixedNetwork *network, const int32_t *per_unit, GError **error)
{
  const Model *model = network->model;
  const ScalingRange *target = &model->scaling->target;

  network->inputs = g_new0 (FixedInput, model->shape.n_inputs);
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      const ScalingRange *range = &model->scaling->inputs[i];

      if (!make_input (&network->inputs[i], model->inputs[i], range,
                       per_unit ? per_unit[i] : fixed_per_unit (range), error))
        return false;
    }

  network->target_per_unit = fixed_per_unit (target);
  if (network->target_per_unit == 0)
    return fail_range (model->target, target, error);
  network->target_min = (int32_t) lround (target->min * network->target_per_unit);
  network->target_width = (int32_t) lround (scaling_width (target) * network->target_per_unit);
  return true;
}

FixedNetwork *
fixed_network_new (const Model *model, int weight_bits, const int32_t *per_unit, GError **error)
{
  g_autoptr (FixedNetwork) network = g_new0 (FixedNetwork, 1);

  network->model = model;
  network->weight_bits = weight_bits;
  network->n_layers = model->shape.n_layers;
  network->layers = g_new0 (FixedLayer, network->n_layers);
  if (!make_layers (network, error) || !make_values (network, per_unit, error))
    return NULL;
  return g_steal_pointer (&network);
}

static void
clear_matrix (FixedMatrix *matrix)
{
  g_free (matrix->weights);
  g_free (matrix->shifts);
}

void
fixed_network_free (FixedNetwork *network)
{
  if (!network)
    return;

  for (int i = 0; i < network->n_layers; i++)
    {
      clear_matrix (&network->layers[i].input);
      clear_matrix (&network->layers[i].recurrent);
      g_free (network->layers[i].biases);
      g_free (network->layers[i].recurrent_bias);
    }
  clear_matrix (&network->head);
  g_free (network->layers);
  g_free (network->inputs);
  g_free (network);
}
