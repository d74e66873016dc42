/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/training/tester.h"

/* Predicts a file piece by piece: bit for bit what tester_predict() predicts for the whole file. */
typedef struct TesterPieces TesterPieces;

/* Nothing else may use the network until it is freed. `(transfer full)` */
TesterPieces *tester_pieces_new (Network *network, const float *parameters,
                                 const ScalingRange *target, VestimTestMode mode);
void tester_pieces_free (TesterPieces *pieces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TesterPieces, tester_pieces_free)

/* For the next piece, which has no cut. `(transfer full)`, n_rows values. */
float *tester_pieces_predict (TesterPieces *pieces, const Series *piece);
