/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-c.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/commands/export-code.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_SUMMARY (256 * 1024 * 1024)
#define GOLDEN_ROWS 64
#define GOLDEN_SEED 1

/* As a part of the target's range: how far an ordinary libm may differ from our kernels. */
#define TOLERANCE 2e-5

/* The model */

static Model *
read_best_model (const char *folder, int64_t *task, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "summary.json", NULL);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_SUMMARY, &length, error);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, error) : NULL;

  if (!doc)
    return NULL;

  /* Best first. */
  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *best = vestim_json_first (vestim_json_member (root, "tasks"));
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (best, "status"));

  if (g_strcmp0 (status, "completed") != 0
      || !vestim_json_get_int64 (vestim_json_member (best, "task"), task))
    {
      failure_set (error, "%s names no completed task: there is no model to export", path);
      return NULL;
    }

  g_autofree char *model_path = g_strdup_printf ("%s/tasks/%" PRId64 "/model.bin", folder, *task);
  return model_file_read (model_path, error);
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
  size_t n = GOLDEN_ROWS * (size_t) model->shape.n_inputs;
  g_autofree float *inputs = g_new (float, n);

  for (size_t i = 0; i < n; i++)
    inputs[i] = (float) series->inputs[i];
  scaling_apply (model->scaling, series);

  VestimTestMode mode =
      model->kind == VESTIM_MODEL_FNN ? VESTIM_TEST_WINDOWED : VESTIM_TEST_STATEFUL;
  g_autofree float *outputs =
      tester_predict (network, model->parameters, &model->scaling->target, mode, series);

  g_string_append (code, "/* Rows of inputs, and the estimates of vestim-estimate for them. */\n");
  export_append_floats (code, "golden_inputs", inputs, n);
  export_append_floats (code, "golden_outputs", outputs, GOLDEN_ROWS);
}

static void
append_self_test (GString *code, const Model *model, Network *network)
{
  bool is_fnn = model->kind == VESTIM_MODEL_FNN;
  double tolerance = MAX (TOLERANCE * scaling_width (&model->scaling->target), 1e-9);

  g_string_append (code, "#ifdef VESTIM_SELF_TEST\n\n");
  append_golden (code, model, network);
  g_string_append_printf (
      code,
      "/* The number of estimates that are off by more than %g. */\n"
      "static inline int\n"
      "vestim_self_test (void)\n"
      "{\n"
      "%s"
      "  int i, n_wrong = 0;\n"
      "\n"
      "%s"
      "  for (i = 0; i < %d; i++)\n"
      "    {\n"
      "      float off = vestim_step (%svestim_golden_inputs + i * VESTIM_INPUTS)\n"
      "                  - vestim_golden_outputs[i];\n"
      "\n"
      "      if (!(fabsf (off) <= %.8ef))\n"
      "        n_wrong++;\n"
      "    }\n"
      "  return n_wrong;\n"
      "}\n\n"
      "#endif\n",
      tolerance, is_fnn ? "" : "  VestimState state;\n",
      is_fnn ? "" : "  vestim_start (&state, vestim_golden_inputs);\n", GOLDEN_ROWS,
      is_fnn ? "" : "&state, ", tolerance);
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
append_essay (GString *code, const Model *model, const Network *network, int64_t task)
{
  ExportCost cost = export_cost (model);
  g_autofree char *target = dup_for_comment (model->target);

  g_string_append_printf (
      code,
      "/* An estimator of \"%s\" made by vestim-estimate %s --export-c: task %" PRId64
      ", %s, epoch %d,\n * validation error %.2f thousandths of the target's unit.\n *\n"
      " * C99, without memory allocation; needs only math.h. Constants %zu bytes, state %zu bytes, "
      "arrays on\n"
      " * the stack %zu bytes; a step is %zu multiplications with additions and %zu calls of "
      "expf()\n"
      " * or tanhf(). With VESTIM_SELF_TEST defined, vestim_self_test() returns 0 if all estimates "
      "agree.\n"
      " *\n * Inputs, in the units of the training files:\n",
      target, VESTIM_VERSION, task, network_name (network), model->epoch, model->val_rmse * 1000,
      cost.flash, cost.ram, cost.stack, cost.multiplies, cost.activations);
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      g_autofree char *name = dup_for_comment (model->inputs[i]);

      g_string_append_printf (code, " *   [%d] %s", i, name);
      append_preprocessing (code, model, model->inputs[i]);
      g_string_append_printf (code, " (in training %g to %g)\n", model->scaling->inputs[i].min,
                              model->scaling->inputs[i].max);
    }
}

static void
append_advice (GString *code, const Model *model)
{
  if (model->preprocessing && model->preprocessing->resample_s > 0)
    g_string_append_printf (
        code,
        " * Call vestim_step() every %g s: the training files were resampled to this period.\n",
        model->preprocessing->resample_s);
  else
    g_string_append (
        code, " * Call vestim_step() once for each sampling period of the training files.\n");
  if (model->kind != VESTIM_MODEL_FNN)
    g_string_append (
        code,
        " *\n"
        " * The state is kept from step to step (test_mode \"carried\"). A network that was\n"
        " * trained on windows of VESTIM_LOOKBACK rows may drift if its state is kept for hours:\n"
        " * compare both test modes, and call vestim_start() from time to time if it drifts.\n");
  g_string_append (code, " */\n");
}

static GString *
format_header (const Model *model, int64_t task)
{
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  GString *code = g_string_new (NULL);

  append_essay (code, model, network, task);
  append_advice (code, model);
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
    return output_file_write (output, code->str, code->len, error);

  if (fwrite (code->str, 1, code->len, stdout) == code->len && fflush (stdout) == 0)
    return true;
  failure_set (error, "the header cannot be written to standard output: %s", g_strerror (errno));
  return false;
}

int
export_c (const char *job_folder, const char *output)
{
  g_autoptr (GError) error = NULL;
  int64_t task = 0;
  g_autoptr (Model) model = read_best_model (job_folder, &task, &error);
  bool is_written = false;

  if (model)
    {
      GString *code = format_header (model, task);

      is_written = write_code (code, output, &error);
      g_string_free (code, TRUE);
    }
  if (!is_written)
    {
      fprintf (stderr, "vestim-estimate: %s\n", error->message);
      return EXIT_FAILURE;
    }

  ExportCost cost = export_cost (model);
  fprintf (output ? stdout : stderr,
           "task %" PRId64 ": flash %zu bytes of constants, RAM %zu bytes of state and %zu on the "
           "stack, %zu multiply-adds and %zu calls of expf or tanhf a step\n",
           task, cost.flash, cost.ram, cost.stack, cost.multiplies, cost.activations);
  return EXIT_SUCCESS;
}
