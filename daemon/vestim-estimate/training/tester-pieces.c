/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/training/tester-pieces.h"

#include <string.h>

struct TesterPieces
{
  Network *network;
  const float *parameters;
  const ScalingRange *target;
  VestimTestMode mode;
  bool is_begun;
  float *before; /* the last scaled rows of the pieces before, at most lookback - 1 */
  size_t n_before;
};

TesterPieces *
tester_pieces_new (Network *network, const float *parameters, const ScalingRange *target,
                   VestimTestMode mode)
{
  TesterPieces *pieces = g_new0 (TesterPieces, 1);

  pieces->network = network;
  pieces->parameters = parameters;
  pieces->target = target;
  pieces->mode = mode;
  return pieces;
}

void
tester_pieces_free (TesterPieces *pieces)
{
  if (!pieces)
    return;

  g_free (pieces->before);
  g_free (pieces);
}

static float *
predict_stateful (TesterPieces *pieces, const Series *piece)
{
  float *predicted = g_new (float, piece->n_rows);

  if (pieces->is_begun)
    network_go_on_stateful (pieces->network, pieces->parameters, piece->scaled_inputs,
                            piece->n_rows, predicted);
  else
    network_forward_stateful (pieces->network, pieces->parameters, piece->scaled_inputs,
                              piece->n_rows, predicted);
  tester_unscale (pieces->target, predicted, piece->n_rows);
  return predicted;
}

static void
keep_last_rows (TesterPieces *pieces, const Series *rows)
{
  size_t lookback = (size_t) network_shape (pieces->network)->lookback;
  size_t n = MIN (rows->n_rows, lookback - 1), n_inputs = (size_t) rows->n_inputs;
  const float *first = rows->scaled_inputs + (rows->n_rows - n) * n_inputs;
  float *before = g_memdup2 (first, n * n_inputs * sizeof (float));

  g_free (pieces->before);
  pieces->before = before;
  pieces->n_before = n;
}

/* The windows of the first rows begin in the pieces before. */
static float *
predict_windows (TesterPieces *pieces, const Series *piece)
{
  size_t n_inputs = (size_t) piece->n_inputs, n_before = pieces->n_before;
  g_autofree float *inputs = g_new (float, (n_before + piece->n_rows) * n_inputs);
  const Series rows = {
    .n_rows = n_before + piece->n_rows,
    .n_inputs = piece->n_inputs,
    .scaled_inputs = inputs,
  };

  if (n_before > 0)
    memcpy (inputs, pieces->before, n_before * n_inputs * sizeof (float));
  memcpy (inputs + n_before * n_inputs, piece->scaled_inputs,
          piece->n_rows * n_inputs * sizeof (float));

  float *predicted =
      tester_predict (pieces->network, pieces->parameters, pieces->target, pieces->mode, &rows);
  memmove (predicted, predicted + n_before, piece->n_rows * sizeof (float));
  keep_last_rows (pieces, &rows);
  return predicted;
}

float *
tester_pieces_predict (TesterPieces *pieces, const Series *piece)
{
  bool is_stateful = pieces->mode == VESTIM_TEST_STATEFUL;
  float *predicted =
      is_stateful ? predict_stateful (pieces, piece) : predict_windows (pieces, piece);

  pieces->is_begun = true;
  return predicted;
}
