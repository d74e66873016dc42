/* SPDX-License-Identifier: MIT */

/* Runs a fixed-point network by the very code that is exported. Weights of 8 bits compute the same
 * as weights of 16. */

#include "daemon/vestim-estimate/export/fixed-network.h"

#include "daemon/vestim-estimate/export/fixed-table.h"

#include <string.h>

#define vestim_weight int16_t
#define VESTIM_LARGEST_LAYER VESTIM_MAX_LAYER_SIZE

#include "daemon/vestim-estimate/export/text/fixed-math.inc"
#define vestim_sigmoid_table fixed_sigmoid_table
#include "daemon/vestim-estimate/export/text/fixed-sigmoid.inc"
#define vestim_layer lstm_layer
#include "daemon/vestim-estimate/export/text/fixed-lstm.inc"
#undef vestim_layer
#define vestim_layer gru_layer
#include "daemon/vestim-estimate/export/text/fixed-gru.inc"
#undef vestim_layer
#define vestim_layer fnn_layer
#include "daemon/vestim-estimate/export/text/fixed-fnn.inc"
#undef vestim_layer
#include "daemon/vestim-estimate/export/text/fixed-head.inc"

/* The state of all layers, one after the other. */
typedef struct
{
  int16_t *h;
  int32_t *c; /* of an LSTM; of a GRU, h in full precision */
  size_t n_units;
} State;

static void
reset (State *state)
{
  memset (state->h, 0, state->n_units * sizeof *state->h);
  memset (state->c, 0, state->n_units * sizeof *state->c);
}

static void
state_init (State *state, const FixedNetwork *network)
{
  state->n_units = 0;
  for (int i = 0; i < network->n_layers; i++)
    state->n_units += (size_t) network->model->shape.sizes[i];
  state->h = g_new0 (int16_t, state->n_units);
  state->c = g_new0 (int32_t, state->n_units);
}

static void
state_deinit (State *state)
{
  g_free (state->h);
  g_free (state->c);
}

/* `x` and `h` of a layer. */
static void
run_layer (const FixedNetwork *network, const FixedLayer *layer, const int16_t *x, int16_t *h,
           int32_t *c)
{
  const FixedMatrix *w = &layer->input, *u = &layer->recurrent;

  switch (network->model->kind)
    {
    case VESTIM_MODEL_LSTM:
      lstm_layer (w->n_columns, u->n_columns, w->weights, w->shifts, u->weights, u->shifts,
                  layer->biases, x, h, c);
      break;
    case VESTIM_MODEL_GRU:
      gru_layer (w->n_columns, u->n_columns, w->weights, w->shifts, u->weights, u->shifts,
                 layer->biases, layer->recurrent_bias, x, c, h);
      break;
    case VESTIM_MODEL_FNN:
      fnn_layer (w->n_columns, w->n_rows, w->weights, w->shifts, layer->biases, layer->output_shift,
                 x, h);
      break;
    }
}

/* The estimate after a scaled row, as an integer. */
static int32_t
run (const FixedNetwork *network, State *state, const int16_t *row)
{
  const int16_t *x = row;
  size_t unit = 0;

  for (int i = 0; i < network->n_layers; i++)
    {
      run_layer (network, &network->layers[i], x, state->h + unit, state->c + unit);
      x = state->h + unit;
      unit += (size_t) network->model->shape.sizes[i];
    }
  return vestim_head (network->head.n_columns, network->head.weights, network->head.shifts[0],
                      network->head_bias, x, network->target_min, network->target_width);
}

/* The rows as a call reads them. `(transfer full)` [n_rows][n_inputs] */
static int16_t *
read_rows (const FixedNetwork *network, const Series *series)
{
  size_t n_inputs = (size_t) series->n_inputs;
  int16_t *rows = g_new (int16_t, series->n_rows * n_inputs);

  for (size_t i = 0; i < series->n_rows * n_inputs; i++)
    {
      const FixedInput *input = &network->inputs[i % n_inputs];
      const ScalingRange *range = &network->model->scaling->inputs[i % n_inputs];
      double value = scaling_unscale (range, (double) series->scaled_inputs[i]) * input->per_unit;
      int32_t whole =
          (int32_t) CLAMP (value + (value < 0 ? -0.5 : 0.5), -2147483520.0, 2147483520.0);

      rows[i] = vestim_scale (whole, input->min, input->factor, input->bits);
    }
  return rows;
}

/* The estimate for a row from the zero state and the rows before it, the first one repeated. */
static int32_t
run_window (const FixedNetwork *network, State *state, const int16_t *rows, size_t row)
{
  size_t lookback = (size_t) network->model->shape.lookback;
  size_t n_inputs = (size_t) network->model->shape.n_inputs;
  int32_t estimate = 0;

  reset (state);
  for (size_t i = 1; i <= lookback; i++)
    {
      size_t at = row + i > lookback ? row + i - lookback : 0;

      estimate = run (network, state, rows + at * n_inputs);
    }
  return estimate;
}

float *
fixed_network_predict (const FixedNetwork *network, VestimTestMode mode, const Series *series)
{
  size_t n_inputs = (size_t) series->n_inputs;
  g_autofree int16_t *rows = read_rows (network, series);
  float *predicted = g_new (float, series->n_rows);
  bool is_stateful = mode == VESTIM_TEST_STATEFUL || network->model->kind == VESTIM_MODEL_FNN;
  State state;

  state_init (&state, network);
  for (int i = 1; is_stateful && i < network->model->shape.lookback; i++)
    run (network, &state, rows);
  for (size_t row = 0; row < series->n_rows; row++)
    {
      int32_t estimate = is_stateful ? run (network, &state, rows + row * n_inputs)
                                     : run_window (network, &state, rows, row);

      predicted[row] = (float) (estimate / (double) network->target_per_unit);
    }
  state_deinit (&state);
  return predicted;
}
