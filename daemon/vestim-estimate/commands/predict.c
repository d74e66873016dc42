/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/predict.h"

#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/data/csv.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/results/report.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A target that exists but is ambiguous is a failure too: the user wants a comparison with it. */
static bool
find_target (const char *path, const Model *model, bool *has_target, GError **error)
{
  g_autoptr (CsvFile) file = csv_open (path, error);

  if (!file)
    return false;
  *has_target = csv_has_column (file, model->target);
  return !*has_target || csv_find_column (file, model->target, error) >= 0;
}

static Series *
read_series (const char *path, const Model *model, GError **error)
{
  bool has_target = false;
  g_auto (GStrv) columns = preprocess_columns (model->preprocessing, model->inputs);

  if (!find_target (path, model, &has_target, error))
    return NULL;

  g_autoptr (Series) series =
      series_read (path, (const char *const *) columns, has_target ? model->target : NULL, error);
  if (!series || !preprocess_series (model->preprocessing, model->inputs, series, error))
    return NULL;
  scaling_apply (model->scaling, series);
  return g_steal_pointer (&series);
}

static void
say_errors (const Series *series, const float *predicted)
{
  ErrorStats stats = tester_compare (series, predicted);

  fprintf (stderr, "%zu rows: RMSE %.2f mV, MAE %.2f mV, max %.2f mV, R² %.5f\n", stats.n,
           error_stats_rmse (&stats) * 1000, error_stats_mae (&stats) * 1000, stats.largest * 1000,
           error_stats_r2 (&stats));
}

static bool
write_predictions (const Series *series, const float *predicted, const char *output, GError **error)
{
  if (output)
    return report_predictions (series, predicted, output, error);

  report_print_predictions (series, predicted, stdout);
  if (fflush (stdout) == 0 && !ferror (stdout))
    return true;
  failure_set (error, "the predictions cannot be written to standard output: %s",
               g_strerror (errno));
  return false;
}

static bool
predict (const char *model_path, const char *csv_path, const char *output, GError **error)
{
  g_autoptr (Model) model = model_file_read (model_path, error);
  g_autoptr (Series) series = model ? read_series (csv_path, model, error) : NULL;

  if (!series)
    return false;

  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  g_autofree float *predicted = tester_predict (network, model->parameters, &model->scaling->target,
                                                model->test_mode, series);

  if (!write_predictions (series, predicted, output, error))
    return false;
  if (series->target)
    say_errors (series, predicted);
  return true;
}

int
predict_file (const char *model_path, const char *csv_path, const char *output)
{
  g_autoptr (GError) error = NULL;

  if (predict (model_path, csv_path, output, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
