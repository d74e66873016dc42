/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-c.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/commands/export-code.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/results/report.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_SUMMARY (256 * 1024 * 1024)
#define GOLDEN_ROWS 64
#define GOLDEN_SEED 1

/* As a part of the target's range: how far an ordinary libm may differ from our kernels. */
#define TOLERANCE 2e-5

/* The model */

/* The best task of a job. */
typedef struct
{
  int64_t task;
  Model *model;
  double windowed_mv; /* errors of its tests; NAN: an earlier version did not measure them */
  double stateful_mv;
} Best;

static void
read_errors (const VestimJsonNode *task, Best *best)
{
  best->windowed_mv = best->stateful_mv = NAN;
  vestim_json_get_double (vestim_json_member (task, "windowed_rmse_mv"), &best->windowed_mv);
  vestim_json_get_double (vestim_json_member (task, "stateful_rmse_mv"), &best->stateful_mv);
}

static bool
read_best (const char *folder, Best *best, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "summary.json", NULL);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_SUMMARY, &length, error);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, error) : NULL;

  if (!doc)
    return false;

  /* Best first. */
  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *task = vestim_json_first (vestim_json_member (root, "tasks"));
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (task, "status"));

  if (g_strcmp0 (status, "completed") != 0
      || !vestim_json_get_int64 (vestim_json_member (task, "task"), &best->task))
    {
      failure_set (error, "%s names no completed task: there is no model to export", path);
      return false;
    }

  g_autofree char *model_path =
      g_strdup_printf ("%s/tasks/%" PRId64 "/model.bin", folder, best->task);
  read_errors (task, best);
  best->model = model_file_read (model_path, error);
  return best->model != NULL;
}

/* Golden vectors: random inputs within the range of the training files, and the estimates of this
 * program for them. They need no data files. */

static Series *
make_golden_series (const Model *model)
{
  Series *series = g_new0 (Series, 1);
  size_t n = (size_t) model->shape.n_inputs;
  Random random;

  random_init (&random, GOLDEN_SEED);
  series->n_rows = GOLDEN_ROWS;
  series->n_inputs = model->shape.n_inputs;
  series->inputs = g_new (double, GOLDEN_ROWS *n);
  for (size_t i = 0; i < GOLDEN_ROWS * n; i++)
    {
      const ScalingRange *range = &model->scaling->inputs[i % n];

      series->inputs[i] = (float) scaling_unscale (range, random_uniform (&random));
    }
  return series;
}

static void
append_golden (GString *code, const Model *model, Network *network)
{
  g_autoptr (Series) series = make_golden_series (model);
  const ScalingRange *target = &model->scaling->target;
  size_t n = GOLDEN_ROWS * (size_t) model->shape.n_inputs;
  g_autofree float *inputs = g_new (float, n);

  for (size_t i = 0; i < n; i++)
    inputs[i] = (float) series->inputs[i];
  scaling_apply (model->scaling, series);

  g_autofree float *stepped =
      tester_predict (network, model->parameters, target, VESTIM_TEST_STATEFUL, series);
  g_autofree float *windowed =
      tester_predict (network, model->parameters, target, VESTIM_TEST_WINDOWED, series);

  g_string_append (code, "/* Rows of inputs, and the estimates of vestim-estimate for them. */\n");
  export_append_floats (code, "golden_inputs", inputs, n);
  export_append_floats (code, "golden_outputs", stepped, GOLDEN_ROWS);
  if (model->kind != VESTIM_MODEL_FNN)
    export_append_floats (code, "golden_windowed", windowed, GOLDEN_ROWS);
}

/* Compares what a call gives for each golden row. */
static void
append_comparison (GString *code, const char *call, const char *wanted, double tolerance)
{
  g_string_append_printf (code,
                          "  for (i = 0; i < %d; i++)\n"
                          "    {\n"
                          "      float off = %svestim_golden_inputs + i * VESTIM_INPUTS)\n"
                          "                  - vestim_golden_%s[i];\n"
                          "\n"
                          "      if (!(fabsf (off) <= %.8ef))\n"
                          "        n_wrong++;\n"
                          "    }\n",
                          GOLDEN_ROWS, call, wanted, tolerance);
}

static void
append_self_test (GString *code, const Model *model, Network *network)
{
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;
  double tolerance = MAX (TOLERANCE * scaling_width (&model->scaling->target), 1e-9);

  g_string_append (code, "#ifdef VESTIM_SELF_TEST\n\n");
  append_golden (code, model, network);
  g_string_append_printf (code,
                          "/* The number of estimates that are off by more than %g. */\n"
                          "static inline int\n"
                          "vestim_self_test (void)\n"
                          "{\n"
                          "%s"
                          "  int i, n_wrong = 0;\n"
                          "\n",
                          tolerance,
                          is_fnn ? "" : "  VestimState state;\n  VestimWindow window;\n");
  if (is_fnn)
    append_comparison (code, "vestim_step (", "outputs", tolerance);
  else
    {
      g_string_append (code, "  vestim_start (&state, vestim_golden_inputs);\n");
      append_comparison (code, "vestim_step (&state, ", "outputs", tolerance);
      g_string_append (code, "  vestim_window_start (&window, vestim_golden_inputs);\n");
      append_comparison (code, "vestim_window_step (&window, ", "windowed", tolerance);
    }
  g_string_append (code, "  return n_wrong;\n}\n\n#endif\n");
}

/* Cost and error, for the header and for the terminal */

static void
append_cost (GString *text, const char *prefix, const char *what, const ExportCost *cost)
{
  g_string_append_printf (text,
                          "%s%s: RAM %zu bytes, arrays on the stack %zu bytes, %zu multiply-adds,\n"
                          "%s  %zu calls of expf or tanhf\n",
                          prefix, what, cost->ram, cost->stack, cost->multiplies, prefix,
                          cost->activations);
}

static void
append_errors (GString *text, const char *prefix, const Best *best)
{
  double least = fmin (best->windowed_mv, best->stateful_mv);

  if (isnan (least))
    return;
  if (best->model->kind == VESTIM_MODEL_FNN)
    {
      g_string_append_printf (text, "%serror over all test rows: %.2f mV\n", prefix,
                              best->stateful_mv);
      return;
    }
  g_string_append_printf (text,
                          "%serror over all test rows: vestim_step() %.2f mV, vestim_window_step() "
                          "%.2f mV\n",
                          prefix, best->stateful_mv, best->windowed_mv);
  if (fabs (best->windowed_mv - best->stateful_mv) > REPORT_WARN_SHARE * least)
    g_string_append_printf (
        text, "%swarning: these differ by more than %.0f %%: call vestim_%s()\n", prefix,
        REPORT_WARN_SHARE * 100, best->stateful_mv < best->windowed_mv ? "step" : "window_step");
}

/* Each line begins with the prefix. */
static void
append_figures (GString *text, const char *prefix, const Best *best)
{
  ExportCost cost = export_cost (best->model);

  g_string_append_printf (text, "%stask %" PRId64 ": flash %zu bytes of constants\n", prefix,
                          best->task, cost.flash);
  append_cost (text, prefix, "vestim_step()", &cost);
  if (best->model->kind != VESTIM_MODEL_FNN)
    {
      ExportCost window = export_window_cost (best->model);

      append_cost (text, prefix, "vestim_window_step()", &window);
    }
  append_errors (text, prefix, best);
}

/* The header */

/* A column's name for a comment of the header; it must not end that comment. `(transfer full)` */
static char *
dup_for_comment (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *safe = g_string_new (NULL);

  for (const char *c = valid; *c; c++)
    g_string_append_c (safe,
                       g_ascii_iscntrl (*c) || *c == '*' || *c == '\\' || *c == '?' ? '_' : *c);
  return g_string_free (safe, FALSE);
}

static void
append_preprocessing (GString *code, const Model *model, const char *input)
{
  const VestimPreprocessing *preprocessing = model->preprocessing;

  if (preprocessing && preprocessing->has_power && g_str_equal (input, VESTIM_POWER_COLUMN))
    g_string_append (code, ", computed: " VESTIM_POWER_VOLTAGE " times " VESTIM_POWER_CURRENT);
  if (preprocessing && preprocessing->average_rows > 0
      && g_strv_contains ((const char *const *) preprocessing->average_columns, input))
    g_string_append_printf (code, ", averaged over the last %d steps", preprocessing->average_rows);
}

static void
append_inputs (GString *code, const Model *model)
{
  g_string_append (code, " *\n * Inputs, in the units of the training files:\n");
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      g_autofree char *name = dup_for_comment (model->inputs[i]);

      g_string_append_printf (code, " *   [%d] %s", i, name);
      append_preprocessing (code, model, model->inputs[i]);
      g_string_append_printf (code, " (in training %g to %g)\n", model->scaling->inputs[i].min,
                              model->scaling->inputs[i].max);
    }
  if (model->preprocessing && model->preprocessing->resample_s > 0)
    g_string_append_printf (
        code, " * Call a step every %g s: the training files were resampled to this period.\n",
        model->preprocessing->resample_s);
  else
    g_string_append (code, " * Call a step once for each sampling period of the training files.\n");
}

static const char stateful_advice[] =
    " *\n"
    " * The network was trained to keep its state: call vestim_start() once with the first "
    "inputs,\n"
    " * then vestim_step() with each row. vestim_window_step() is there for comparison.\n";

static const char windowed_advice[] =
    " *\n"
    " * The network was trained on windows of VESTIM_LOOKBACK rows from a zero state, and\n"
    " * vestim_window_step() does the same. vestim_step() costs much less, but it keeps the "
    "state:\n"
    " * the network was not trained for that, and may drift within hours. Training \"stateful\"\n"
    " * makes a network for vestim_step().\n";

static void
append_essay (GString *code, const Best *best, const Network *network)
{
  const Model *model = best->model;
  g_autofree char *target = dup_for_comment (model->target);

  g_string_append_printf (
      code,
      "/* An estimator of \"%s\" made by vestim-estimate %s --export-c: %s, epoch %d,\n"
      " * validation error %.2f mV (thousandths of the target's unit).\n *\n"
      " * C99, without memory allocation; needs only math.h. With VESTIM_SELF_TEST defined,\n"
      " * vestim_self_test() returns 0 if all estimates agree.\n *\n",
      target, VESTIM_VERSION, network_name (network), model->epoch, model->val_rmse * 1000);
  append_figures (code, " * ", best);
  append_inputs (code, model);
  if (model->kind != VESTIM_MODEL_FNN)
    g_string_append (code, model->training == VESTIM_TRAINING_STATEFUL ? stateful_advice
                                                                       : windowed_advice);
  g_string_append (code, " */\n");
}

static GString *
format_header (const Best *best)
{
  const Model *model = best->model;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  GString *code = g_string_new (NULL);

  append_essay (code, best, network);
  g_string_append_printf (code,
                          "#ifndef VESTIM_MODEL_H\n#define VESTIM_MODEL_H\n\n#include <math.h>\n\n"
                          "#define VESTIM_INPUTS %d\n",
                          model->shape.n_inputs);
  if (model->kind != VESTIM_MODEL_FNN)
    g_string_append_printf (code, "#define VESTIM_LOOKBACK %d\n", model->shape.lookback);
  g_string_append_c (code, '\n');
  export_append_constants (code, model, network_tensors (network));
  export_append_functions (code, model);
  append_self_test (code, model, network);
  g_string_append (code, "\n#endif\n");
  return code;
}

static bool
write_code (const GString *code, const char *output, GError **error)
{
  if (output)
    return output_file_write_named (output, code->str, code->len, error);

  if (fwrite (code->str, 1, code->len, stdout) == code->len && fflush (stdout) == 0)
    return true;
  failure_set (error, "the header cannot be written to standard output: %s", g_strerror (errno));
  return false;
}

static bool
export_best (const char *job_folder, const char *output, GError **error)
{
  Best best = { 0 };

  if (!read_best (job_folder, &best, error))
    return false;

  GString *code = format_header (&best);
  g_autoptr (GString) figures = g_string_new (NULL);
  bool is_written = write_code (code, output, error);

  g_string_free (code, TRUE);
  append_figures (figures, "", &best);
  if (is_written)
    fputs (figures->str, output ? stdout : stderr);
  model_free (best.model);
  return is_written;
}

int
export_c (const char *job_folder, const char *output)
{
  g_autoptr (GError) error = NULL;

  if (export_best (job_folder, output, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
