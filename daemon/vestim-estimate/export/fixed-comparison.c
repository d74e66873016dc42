/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/fixed-comparison.h"

#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <math.h>

/* Sums of squares. */
typedef struct
{
  size_t n_rows;
  size_t n_targets;
  double with_float;
  double with_fixed;
  double difference;
  double largest;
} Sums;

static void
clear_comparison (void *data)
{
  FixedComparison *comparison = data;

  g_free (comparison->path);
  g_free (comparison->error);
}

VestimTestMode
fixed_comparison_mode (const Model *model)
{
  return model->training == VESTIM_TRAINING_STATEFUL && model->kind != VESTIM_MODEL_FNN
             ? VESTIM_TEST_STATEFUL
             : VESTIM_TEST_WINDOWED;
}

static void
add_row (Sums *sums, double with_float, double with_fixed)
{
  double difference = with_fixed - with_float;

  sums->n_rows++;
  sums->difference += difference * difference;
  sums->largest = fmax (sums->largest, fabs (difference));
}

static void
add_target (Sums *sums, double with_float, double with_fixed, double target)
{
  sums->n_targets++;
  sums->with_float += (with_float - target) * (with_float - target);
  sums->with_fixed += (with_fixed - target) * (with_fixed - target);
}

static void
compare_series (const FixedNetwork *fixed, Network *network, const Series *series, Sums *sums,
                Sums *all)
{
  const Model *model = fixed->model;
  VestimTestMode mode = fixed_comparison_mode (model);
  g_autofree float *with_float =
      tester_predict (network, model->parameters, &model->scaling->target, mode, series);
  g_autofree float *with_fixed = fixed_network_predict (fixed, mode, series);

  for (size_t row = 0; row < series->n_rows; row++)
    {
      double a = (double) with_float[row], b = (double) with_fixed[row];

      add_row (sums, a, b);
      add_row (all, a, b);
      if (series->target)
        {
          add_target (sums, a, b, series->target[row]);
          add_target (all, a, b, series->target[row]);
        }
    }
}

static double
root_mean (double sum, size_t n)
{
  return n > 0 ? sqrt (sum / (double) n) * 1000 : NAN;
}

static FixedComparison
conclude (const Sums *sums)
{
  return (FixedComparison){
    .n_rows = sums->n_rows,
    .float_mv = root_mean (sums->with_float, sums->n_targets),
    .fixed_mv = root_mean (sums->with_fixed, sums->n_targets),
    .difference_mv = root_mean (sums->difference, sums->n_rows),
    .largest_mv = sums->largest * 1000,
  };
}

GArray *
fixed_compare (const FixedNetwork *fixed, char *const *paths)
{
  g_autoptr (Network) network = network_new (fixed->model->kind, &fixed->model->shape);
  GArray *comparisons = g_array_new (FALSE, FALSE, sizeof (FixedComparison));
  Sums all = { 0 };

  g_array_set_clear_func (comparisons, clear_comparison);
  for (int i = 0; paths[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Series) series = model_series_read (fixed->model, paths[i], false, &error);
      Sums sums = { 0 };

      if (series)
        compare_series (fixed, network, series, &sums, &all);

      FixedComparison comparison = conclude (&sums);
      comparison.path = g_strdup (paths[i]);
      comparison.error = error ? g_strdup (error->message) : NULL;
      g_array_append_val (comparisons, comparison);
    }

  FixedComparison total = conclude (&all);
  g_array_append_val (comparisons, total);
  return comparisons;
}
