/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/results/model-series.h"

/* The rows of a long file as the model sees them, piece by piece in bounded memory.
 *
 * What a file is, for example the sign of its current or where it has gaps, is decided by all of
 * its rows. So only a plain file is read in pieces: one in which each piece alone, and where it
 * meets the next one, shows that the whole file has no gap, no missing cell and the sign of the
 * model. All others have to be read as a whole. */
typedef struct ModelPieces ModelPieces;

/* Whether model_series_read() would give the rows of these pieces. Reads the whole file, unless it
 * is short. */
bool model_pieces_are_whole (const Model *model, const char *path, size_t piece_rows);

/* `(transfer full)`; NULL with `error`. The model must outlive it. */
ModelPieces *model_pieces_open (const Model *model, const char *path, size_t piece_rows,
                                GError **error);
void model_pieces_close (ModelPieces *pieces);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelPieces, model_pieces_close)

/* `(transfer full)` the next piece, scaled; NULL after the last one or with `error`. */
Series *model_pieces_next (ModelPieces *pieces, GError **error);
