/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/export/fixed-network.h"
#include "daemon/vestim-estimate/export/fixed-table.h"
#include "daemon/vestim-estimate/training/tester.h"

#define vestim_weight int16_t
#define vestim_sigmoid_table fixed_sigmoid_table
#include "daemon/vestim-estimate/export/text/fixed-math.inc"
#include "daemon/vestim-estimate/export/text/fixed-sigmoid.inc"

#define N_ROWS 200

/* docs/estimation.md states this accuracy. */
static void
test_sigmoid_and_tanh_are_accurate (void)
{
  for (int32_t x = -(20 << 20); x <= 20 << 20; x += 997)
    {
      double real = ldexp (x, -20);

      g_assert_cmpfloat_with_epsilon (ldexp (vestim_sigmoid (x), -30), 1 / (1 + exp (-real)),
                                      1.5e-6);
      g_assert_cmpfloat_with_epsilon (ldexp (vestim_tanh (x), -30), tanh (real), 3e-6);
    }
  g_assert_cmpint (vestim_sigmoid (G_MININT32), >, 0);
  g_assert_cmpint (vestim_sigmoid (G_MAXINT32), <, 1 << 30);
  g_assert_cmpint (vestim_tanh (G_MININT32), >, -(1 << 30));
  g_assert_cmpint (vestim_tanh (G_MAXINT32), <, 1 << 30);
}

static const int sizes[] = { 12, 7 };
static ScalingRange ranges[] = { { 0, 1 }, { -20, 12 }, { -10, 45 }, { 5, 5 } };
static Scaling scaling = { .n_inputs = 4, .inputs = ranges, .target = { 2.5, 4.2 } };

static const char *const names[] = { "SOC", "Current", "Temp", "Constant", NULL };

/* Weights from a uniform distribution of this half width. */
static void
init_model (Model *model, VestimModelKind kind, double width)
{
  Random random;

  memset (model, 0, sizeof *model);
  model->kind = kind;
  model->shape = (NetworkShape){ .n_inputs = 4, .n_layers = 2, .sizes = sizes, .lookback = 9 };
  model->inputs = (char **) names;
  model->target = (char *) "Voltage";
  model->scaling = &scaling;
  g_autoptr (Network) network = network_new (kind, &model->shape);
  model->n_parameters = network_n_parameters (network);
  model->parameters = g_new (float, model->n_parameters);
  random_init (&random, 7);
  for (size_t i = 0; i < model->n_parameters; i++)
    model->parameters[i] = (float) ((2 * random_uniform (&random) - 1) * width);
}

/* Rows from the ranges of training, and so much beyond. */
static Series *
make_series (double beyond)
{
  Series *series = g_new0 (Series, 1);
  Random random;

  random_init (&random, 11);
  series->n_rows = N_ROWS;
  series->n_inputs = 4;
  series->scaled_inputs = g_new (float, N_ROWS * 4);
  for (int i = 0; i < N_ROWS * 4; i++)
    series->scaled_inputs[i] =
        i % 4 == 3 ? 0 : (float) (random_uniform (&random) * (1 + 2 * beyond) - beyond);
  return series;
}

static double
largest_difference (const Model *model, int weight_bits, VestimTestMode mode)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FixedNetwork) fixed = fixed_network_new (model, weight_bits, NULL, &error);
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  g_autoptr (Series) series = make_series (0.2);
  double largest = 0;

  g_assert_no_error (error);
  g_autofree float *with_fixed = fixed_network_predict (fixed, mode, series);
  g_autofree float *with_float =
      tester_predict (network, model->parameters, &scaling.target, mode, series);
  for (int i = 0; i < N_ROWS; i++)
    largest = fmax (largest, fabs ((double) with_fixed[i] - (double) with_float[i]));
  return largest;
}

/* A wrong shift or order of gates makes hundreds of millivolts. */
static void
test_integers_estimate_as_single_precision (gconstpointer kind)
{
  Model model;

  init_model (&model, (VestimModelKind) GPOINTER_TO_INT (kind), 0.6);
  for (VestimTestMode mode = VESTIM_TEST_WINDOWED; mode <= VESTIM_TEST_STATEFUL; mode++)
    {
      g_assert_cmpfloat (largest_difference (&model, 16, mode), <, 0.001);
      g_assert_cmpfloat (largest_difference (&model, 8, mode), <, 0.1);
    }
  g_free (model.parameters);
}

/* With undefined behaviour checked, no sum may overflow, whatever the inputs are. */
static void
test_no_input_overflows (gconstpointer kind)
{
  static const double widths[] = { 1e-6, 0.01, 1, 1.5 };
  g_autoptr (Series) series = make_series (1e6);

  for (size_t i = 0; i < G_N_ELEMENTS (widths); i++)
    for (int bits = 8; bits <= 16; bits += 8)
      {
        g_autoptr (GError) error = NULL;
        Model model;

        init_model (&model, (VestimModelKind) GPOINTER_TO_INT (kind), widths[i]);
        g_autoptr (FixedNetwork) fixed = fixed_network_new (&model, bits, NULL, &error);
        g_assert_no_error (error);
        g_autofree float *predicted = fixed_network_predict (fixed, VESTIM_TEST_STATEFUL, series);

        for (int row = 0; row < N_ROWS; row++)
          g_assert_true (predicted[row] >= 2.5f - 4.001f * 1.7f
                         && predicted[row] <= 2.5f + 5.001f * 1.7f);
        g_free (model.parameters);
      }
}

static void
test_what_does_not_fit_is_refused (void)
{
  static const ScalingRange wide = { -1e12, 1e12 }, far = { 1e8, 1e8 + 1 };
  ScalingRange kept = ranges[1];
  Model model;

  init_model (&model, VESTIM_MODEL_LSTM, 1000);
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fixed_network_new (&model, 16, NULL, &error));
      g_assert_nonnull (
          strstr (error->message, i == 0 ? "weights are too large" : "range of Current"));
      g_free (model.parameters);
      init_model (&model, VESTIM_MODEL_LSTM, 0.5);
      ranges[1] = i == 0 ? wide : far;
    }
  ranges[1] = kept;
  g_free (model.parameters);
}

/* Millionths, as volts, amperes, degrees and shares have them. */
static void
test_integers_have_good_steps (void)
{
  static const ScalingRange soc = { 0.1, 1 }, current = { -18, 6 }, percent = { 0, 100 };
  static const ScalingRange power = { -60000, 250000 }, tiny = { 0, 1e-5 };

  g_assert_cmpint (fixed_per_unit (&soc), ==, 1000000);
  g_assert_cmpint (fixed_per_unit (&current), ==, 1000000);
  g_assert_cmpint (fixed_per_unit (&percent), ==, 1000);
  g_assert_cmpint (fixed_per_unit (&power), ==, 1);
  g_assert_cmpint (fixed_per_unit (&tiny), ==, 0);
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "LSTM", "GRU", "FNN" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fixed-network/sigmoid and tanh are accurate",
                   test_sigmoid_and_tanh_are_accurate);
  for (int kind = 0; kind < 3; kind++)
    {
      g_autofree char *same =
          g_strdup_printf ("/fixed-network/integers estimate as single precision, %s", kinds[kind]);
      g_autofree char *safe =
          g_strdup_printf ("/fixed-network/no input makes a sum overflow, %s", kinds[kind]);

      g_test_add_data_func (same, GINT_TO_POINTER (kind),
                            test_integers_estimate_as_single_precision);
      g_test_add_data_func (safe, GINT_TO_POINTER (kind), test_no_input_overflows);
    }
  g_test_add_func ("/fixed-network/what does not fit is refused",
                   test_what_does_not_fit_is_refused);
  g_test_add_func ("/fixed-network/integers have good steps", test_integers_have_good_steps);
  return g_test_run ();
}
