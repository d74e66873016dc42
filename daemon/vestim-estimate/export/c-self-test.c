/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-self-test.h"

#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/export/c-fixed.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <math.h>

#define ROWS 64
#define SEED 1

/* As a part of the target's range: how far an ordinary libm may differ from our kernels. */
#define TOLERANCE 2e-5

/* The same for integers: computed values are rounded call by call, and here once. */
#define FIXED_TOLERANCE 2e-4

/* Random values from the ranges of the training files: they need no data files. A column whose
 * range is unknown gets 0 to 1. */
static Series *
make_series (const CInputs *inputs)
{
  static const ScalingRange unit = { 0, 1 };
  Series *series = g_new0 (Series, 1);
  int n = c_inputs_n_columns (inputs);
  Random random;

  random_init (&random, SEED);
  series->n_rows = ROWS;
  series->n_inputs = n;
  series->inputs = g_new (double, ROWS *n);
  for (int i = 0; i < ROWS * n; i++)
    {
      const ScalingRange *range = c_inputs_range (inputs->model, inputs->values->columns[i % n]);

      series->inputs[i] = (float) scaling_unscale (range ? range : &unit, random_uniform (&random));
    }
  return series;
}

/* As calls do it. */
static void
preprocess (const CInputs *inputs, Series *series)
{
  const Model *model = inputs->model;
  const Preprocess config = { .preprocessing = inputs->values->preprocessing,
                              .inputs = model->inputs,
                              .target = "" };
  g_autoptr (GError) error = NULL;

  preprocess_series (&config, series, &error);
  g_assert_no_error (error);
  scaling_apply (model->scaling, series);
}

/* The estimates of a call. `(transfer full)` */
static float *
predict (const Model *model, const FixedNetwork *fixed, VestimTestMode mode, const Series *series)
{
  g_autoptr (Network) network = network_new (model->kind, &model->shape);

  return fixed ? fixed_network_predict (fixed, mode, series)
               : tester_predict (network, model->parameters, &model->scaling->target, mode, series);
}

/* A table of values of the calls; `per_unit` is that of each of the columns. */
static void
append_table (CCode *code, const char *name, const float *values, size_t n, const int32_t *per_unit,
              size_t n_columns)
{
  g_autofree int *integers = g_new (int, n);

  if (!per_unit)
    {
      c_code_append_floats (code, name, values, n);
      return;
    }
  for (size_t i = 0; i < n; i++)
    integers[i] = (int) lround ((double) values[i] * per_unit[i % n_columns]);
  c_code_append_integers (code, "int32_t", name, integers, n);
}

static void
append_golden (CCode *code, const CInputs *inputs, const FixedNetwork *fixed)
{
  const Model *model = inputs->model;
  g_autoptr (Series) series = make_series (inputs);
  size_t n_columns = (size_t) c_inputs_n_columns (inputs), n = ROWS * n_columns;
  g_autofree float *values = g_new (float, n);
  g_autofree int32_t *per_unit = fixed ? c_fixed_per_unit (inputs) : NULL;

  for (size_t i = 0; i < n; i++)
    values[i] = (float) series->inputs[i];
  preprocess (inputs, series);

  g_autofree float *stepped = predict (model, fixed, VESTIM_TEST_STATEFUL, series);
  g_autofree float *windowed = predict (model, fixed, VESTIM_TEST_WINDOWED, series);
  const int32_t *target = fixed ? &fixed->target_per_unit : NULL;

  c_code_append (code, "/* Rows of inputs, and the estimates of vestim-estimate for them. */\n");
  append_table (code, "golden_inputs", values, n, per_unit, n_columns);
  append_table (code, "golden_outputs", stepped, ROWS, target, 1);
  if (model->kind != VESTIM_MODEL_FNN)
    append_table (code, "golden_windowed", windowed, ROWS, target, 1);
}

/* Compares what a call gives for each golden row. */
static void
append_comparison (CCode *code, const char *call, const char *wanted)
{
  c_code_printf (code, "  for (i = 0; i < %d; i++)\n    {\n", ROWS);
  c_code_append (code, "      vestim_value off = ");
  c_code_append (code, call);
  c_code_printf (code,
                 "vestim_golden_inputs + i * VESTIM_INPUTS)\n"
                 "                  - vestim_golden_%s[i];\n"
                 "\n"
                 "      if (!(off <= most && off >= -most))\n"
                 "        n_wrong++;\n"
                 "    }\n",
                 wanted);
}

static void
append_tolerance (CCode *code, const CInputs *inputs, const FixedNetwork *fixed)
{
  double share = fixed ? FIXED_TOLERANCE : TOLERANCE;
  double tolerance = MAX (share * scaling_width (&inputs->model->scaling->target), 1e-9);

  if (fixed)
    c_code_printf (code, "  const int32_t most = %d;\n",
                   (int) ceil (tolerance * fixed->target_per_unit));
  else
    c_code_printf (code, "  const float most = %.8ef;\n", tolerance);
}

void
c_self_test_append (CCode *code, const CInputs *inputs, const FixedNetwork *fixed)
{
  const Model *model = inputs->model;
  bool is_recurrent = model->kind != VESTIM_MODEL_FNN,
       has_state = is_recurrent || c_inputs_have_filters (inputs);

  c_code_append (code, "#ifdef VESTIM_SELF_TEST\n\n");
  append_golden (code, inputs, fixed);
  c_code_append (code, "/* The number of estimates that are off by more than most. */\n"
                       "static inline int\n"
                       "vestim_self_test (void)\n"
                       "{\n");
  append_tolerance (code, inputs, fixed);
  c_code_append (code, has_state ? "  VestimState state;\n" : "");
  c_code_append (code, is_recurrent ? "  VestimWindow window;\n" : "");
  c_code_append (code, "  int i, n_wrong = 0;\n\n");
  if (is_recurrent)
    c_code_append (code, "  vestim_start (&state, vestim_golden_inputs);\n");
  else if (has_state)
    c_code_append (code, "  vestim_reset (&state);\n");
  append_comparison (code, has_state ? "vestim_step (&state, " : "vestim_step (", "outputs");
  if (is_recurrent)
    {
      c_code_append (code, "  vestim_window_start (&window, vestim_golden_inputs);\n");
      append_comparison (code, "vestim_window_step (&window, ", "windowed");
    }
  c_code_append (code, "  return n_wrong;\n}\n\n#endif\n");
}
