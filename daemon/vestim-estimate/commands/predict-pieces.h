/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "daemon/vestim-estimate/commands/predict-table.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* Whether the file is so long that it should be predicted in pieces, and can be: the result is then
 * the same. */
bool predict_has_pieces (const Model *model, const char *path);

/* Predicts such a file in bounded memory, writes the predictions to `out` (nullable) and fills in
 * the result. False with `error`. */
bool predict_pieces (const Model *model, Network *network, FILE *out, PredictedFile *result,
                     GError **error);
