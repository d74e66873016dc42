/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-self-test.h"

#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/training/tester.h"

#define ROWS 64
#define SEED 1

/* As a part of the target's range: how far an ordinary libm may differ from our kernels. */
#define TOLERANCE 2e-5

/* Random values from the ranges of the training files: they need no data files. A column whose
 * range is unknown gets 0 to 1. */
static Series *
make_series (const CInputs *inputs)
{
  static const ScalingRange unit = { 0, 1 };
  Series *series = g_new0 (Series, 1);
  int n = inputs->n_columns;
  Random random;

  random_init (&random, SEED);
  series->n_rows = ROWS;
  series->n_inputs = n;
  series->inputs = g_new (double, ROWS *n);
  for (int i = 0; i < ROWS * n; i++)
    {
      const ScalingRange *range = c_inputs_range (inputs->model, inputs->columns[i % n]);

      series->inputs[i] = (float) scaling_unscale (range ? range : &unit, random_uniform (&random));
    }
  return series;
}

/* As a call does it: whoever calls has resampled. */
static void
preprocess (const Model *model, Series *series)
{
  g_autoptr (VestimPreprocessing) preprocessing = vestim_preprocessing_copy (model->preprocessing);
  g_autoptr (GError) error = NULL;
  Preprocess config = model_preprocess (model);

  config.preprocessing = preprocessing;
  if (preprocessing)
    preprocessing->resample_s = 0;
  preprocess_series (&config, series, &error);
  g_assert_no_error (error);
  scaling_apply (model->scaling, series);
}

static void
append_golden (CCode *code, const CInputs *inputs)
{
  const Model *model = inputs->model;
  const ScalingRange *target = &model->scaling->target;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  g_autoptr (Series) series = make_series (inputs);
  size_t n = ROWS * (size_t) inputs->n_columns;
  g_autofree float *values = g_new (float, n);

  for (size_t i = 0; i < n; i++)
    values[i] = (float) series->inputs[i];
  preprocess (model, series);

  g_autofree float *stepped =
      tester_predict (network, model->parameters, target, VESTIM_TEST_STATEFUL, series);
  g_autofree float *windowed =
      tester_predict (network, model->parameters, target, VESTIM_TEST_WINDOWED, series);

  c_code_append (code, "/* Rows of inputs, and the estimates of vestim-estimate for them. */\n");
  c_code_append_floats (code, "golden_inputs", values, n);
  c_code_append_floats (code, "golden_outputs", stepped, ROWS);
  if (model->kind != VESTIM_MODEL_FNN)
    c_code_append_floats (code, "golden_windowed", windowed, ROWS);
}

/* Compares what a call gives for each golden row. */
static void
append_comparison (CCode *code, const char *call, const char *wanted, double tolerance)
{
  c_code_printf (code, "  for (i = 0; i < %d; i++)\n    {\n      float off = ", ROWS);
  c_code_append (code, call);
  c_code_printf (code,
                 "vestim_golden_inputs + i * VESTIM_INPUTS)\n"
                 "                  - vestim_golden_%s[i];\n"
                 "\n"
                 "      if (!(fabsf (off) <= %.8ef))\n"
                 "        n_wrong++;\n"
                 "    }\n",
                 wanted, tolerance);
}

void
c_self_test_append (CCode *code, const CInputs *inputs)
{
  const Model *model = inputs->model;
  bool is_recurrent = model->kind != VESTIM_MODEL_FNN, has_state = is_recurrent || inputs->n_means;
  double tolerance = MAX (TOLERANCE * scaling_width (&model->scaling->target), 1e-9);

  c_code_append (code, "#ifdef VESTIM_SELF_TEST\n\n");
  append_golden (code, inputs);
  c_code_printf (code,
                 "/* The number of estimates that are off by more than %g. */\n"
                 "static inline int\n"
                 "vestim_self_test (void)\n"
                 "{\n",
                 tolerance);
  c_code_append (code, has_state ? "  VestimState state;\n" : "");
  c_code_append (code, is_recurrent ? "  VestimWindow window;\n" : "");
  c_code_append (code, "  int i, n_wrong = 0;\n\n");
  if (is_recurrent)
    c_code_append (code, "  vestim_start (&state, vestim_golden_inputs);\n");
  else if (has_state)
    c_code_append (code, "  vestim_reset (&state);\n");
  append_comparison (code, has_state ? "vestim_step (&state, " : "vestim_step (", "outputs",
                     tolerance);
  if (is_recurrent)
    {
      c_code_append (code, "  vestim_window_start (&window, vestim_golden_inputs);\n");
      append_comparison (code, "vestim_window_step (&window, ", "windowed", tolerance);
    }
  c_code_append (code, "  return n_wrong;\n}\n\n#endif\n");
}
