/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/predict-pieces.h"

#include "daemon/vestim-estimate/results/model-pieces.h"
#include "daemon/vestim-estimate/results/report.h"
#include "daemon/vestim-estimate/training/tester-pieces.h"

#include <sys/stat.h>

#define LONG_FILE (16 * 1024 * 1024) /* bytes: shorter ones fit in the memory anyway */
#define PIECE_ROWS (256 * 1024)

bool
predict_has_pieces (const Model *model, const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 && info.st_size >= LONG_FILE
         && model_pieces_are_whole (model, path, PIECE_ROWS);
}

bool
predict_pieces (const Model *model, Network *network, FILE *out, PredictedFile *result,
                GError **error)
{
  g_autoptr (ModelPieces) pieces = model_pieces_open (model, result->path, PIECE_ROWS, error);
  g_autoptr (TesterPieces) tester =
      tester_pieces_new (network, model->parameters, &model->scaling->target, model->test_mode);
  GError *fault = NULL;

  while (pieces)
    {
      g_autoptr (Series) piece = model_pieces_next (pieces, &fault);

      if (!piece)
        break;
      g_autofree float *predicted = tester_pieces_predict (tester, piece);
      if (out)
        report_print_piece (piece, predicted, result->n_rows, out);
      result->n_rows += piece->n_rows;
      result->has_target = piece->target != NULL;
      if (result->has_target)
        tester_add_errors (&result->stats, piece, predicted);
    }
  if (fault)
    g_propagate_error (error, fault);
  return pieces && !fault;
}
