/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-header.h"

#include "daemon/vestim-estimate/export/c-fixed.h"
#include "daemon/vestim-estimate/export/c-network.h"
#include "daemon/vestim-estimate/export/c-self-test.h"
#include "daemon/vestim-estimate/export/fixed-comparison.h"
#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/results/report.h"

#include <inttypes.h>
#include <math.h>

/* Cost and error, for the header and for the terminal */

static void
append_cost (CCode *code, const char *line, const char *what, const CCost *cost, bool is_fixed)
{
  c_code_append (code, line);
  c_code_append (code, what);
  c_code_printf (code,
                 ": RAM %zu bytes, arrays on the stack %zu bytes, %zu multiply-adds,\n"
                 "%s  %zu calls of %s\n",
                 cost->ram, cost->stack, cost->multiplies, line, cost->activations,
                 is_fixed ? "sigmoid or tanh, from a table" : "expf or tanhf");
}

/* An error, "12.34 mV" or "1.23 %". */
static void
append_error (CCode *code, const char *what, const Model *model, double thousandths)
{
  ErrorUnit unit = error_unit_new (model_shown_unit (model), model->target);
  g_autofree char *number = error_unit_format (&unit, thousandths);
  g_autofree char *name = c_inputs_dup_for_comment (unit.error_name);

  c_code_append (code, what);
  c_code_printf (code, "%s%s%s", number, *name ? " " : "", name);
}

static void
append_errors (CCode *code, const char *line, const FoundModel *found)
{
  const Model *model = found->model;
  double least = fmin (found->windowed_mv, found->stateful_mv);

  if (isnan (least))
    return;
  c_code_append (code, line);
  append_error (code,
                model->kind == VESTIM_MODEL_FNN ? "error over all test rows: "
                                                : "error over all test rows: vestim_step() ",
                model, found->stateful_mv);
  if (model->kind != VESTIM_MODEL_FNN)
    append_error (code, ", vestim_window_step() ", model, found->windowed_mv);
  c_code_append (code, "\n");
  if (fabs (found->windowed_mv - found->stateful_mv) > REPORT_WARN_SHARE * least)
    {
      c_code_printf (code, "%swarning: these differ by more than %.0f %%: call ", line,
                     REPORT_WARN_SHARE * 100);
      c_code_append (code, found->stateful_mv < found->windowed_mv ? "vestim_step()\n"
                                                                   : "vestim_window_step()\n");
    }
}

static void
append_comparison (CCode *code, const char *line, const Model *model,
                   const FixedComparison *comparison)
{
  g_autofree char *name =
      comparison->path ? g_path_get_basename (comparison->path) : g_strdup ("all");
  g_autofree char *safe = c_inputs_dup_for_comment (name);

  if (comparison->error)
    {
      c_code_printf (code, "%s  %s: not compared\n", line, safe);
      return;
    }
  c_code_printf (code, "%s  %s: %zu rows", line, safe, comparison->n_rows);
  append_error (code, ", difference ", model, comparison->difference_mv);
  append_error (code, ", largest ", model, comparison->largest_mv);
  if (!isnan (comparison->fixed_mv))
    {
      append_error (code, "; error ", model, comparison->fixed_mv);
      append_error (code, ", with float ", model, comparison->float_mv);
    }
  c_code_append (code, "\n");
}

/* What integers cost. */
static void
append_comparisons (CCode *code, const char *line, const CHeader *header)
{
  const GArray *comparisons = header->comparisons;
  bool is_stateful = fixed_comparison_mode (header->found->model) == VESTIM_TEST_STATEFUL;
  bool is_fnn = header->found->model->kind == VESTIM_MODEL_FNN;

  c_code_append (code, line);
  if (g_array_index (comparisons, FixedComparison, comparisons->len - 1).n_rows == 0)
    {
      c_code_append (code,
                     "integers against float: not compared; name data files after the model\n");
      return;
    }
  c_code_append (code, is_stateful || is_fnn ? "integers against float, vestim_step():\n"
                                             : "integers against float, vestim_window_step():\n");

  guint n = comparisons->len == 2 ? 1 : comparisons->len; /* a single file needs no sum */
  for (guint i = 0; i < n; i++)
    append_comparison (code, line, header->found->model,
                       &g_array_index (comparisons, FixedComparison, i));
}

void
c_header_append_figures (CCode *code, const char *line, const CHeader *header)
{
  const FoundModel *found = header->found;
  const FixedNetwork *fixed = header->fixed;
  CCost cost = fixed ? c_fixed_cost (header->inputs, fixed) : c_network_cost (header->inputs);

  c_code_append (code, line);
  if (found->task > 0)
    c_code_printf (code, "task %" PRId64 ": ", found->task);
  c_code_printf (code, "flash %zu bytes of constants\n", cost.flash);
  append_cost (code, line, "vestim_step()", &cost, fixed != NULL);
  if (found->model->kind != VESTIM_MODEL_FNN)
    {
      CCost window = fixed ? c_fixed_window_cost (header->inputs, fixed)
                           : c_network_window_cost (header->inputs);

      append_cost (code, line, "vestim_window_step()", &window, fixed != NULL);
    }
  append_errors (code, line, found);
  if (fixed)
    append_comparisons (code, line, header);
}

/* The header */

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

static const char float_rules[] =
    " * C99 and later, C++11 and later, without memory allocation; needs only math.h.\n";

static const char fixed_rules[] =
    " * C99 and later, C++11 and later, without memory allocation, library or floating point.\n"
    " * Needs a compiler that shifts negative numbers arithmetically, as all known ones do.\n"
    " * With VESTIM_FLOAT defined, there are also vestim_step_float() and so on, which take and\n"
    " * return float.\n";

static void
append_essay (CCode *code, const CHeader *header)
{
  const Model *model = header->found->model;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);

  c_code_printf (code, "/* An estimator made by vestim-estimate %s --export-c%s: %s,\n",
                 VESTIM_VERSION,
                 !header->fixed                     ? ""
                 : header->fixed->weight_bits == 16 ? " --q15"
                                                    : " --q7",
                 network_name (network));
  if (isnan (model->val_rmse))
    c_code_append (code, " * with imported weights.\n *\n");
  else
    {
      c_code_printf (code, " * epoch %d", model->epoch);
      append_error (code, ", validation error ", model, model->val_rmse * 1000);
      c_code_append (code, ".\n *\n");
    }
  c_code_append (code, header->fixed ? fixed_rules : float_rules);
  c_code_append (code, " * With VESTIM_SELF_TEST defined, vestim_self_test() returns 0 if all "
                       "estimates agree.\n *\n");
  c_header_append_figures (code, " * ", header);
  c_inputs_append_comment (code, header->inputs);
  if (header->fixed)
    c_fixed_append_comment (code, header->inputs, header->fixed);
  if (model->kind != VESTIM_MODEL_FNN)
    c_code_append (code,
                   model->training == VESTIM_TRAINING_STATEFUL ? stateful_advice : windowed_advice);
  c_code_append (code, " */\n");
}

void
c_header_append (CCode *code, const CHeader *header)
{
  c_inputs_set_conditions (code, header->inputs);
  append_essay (code, header);
  c_code_append (code, "#ifndef VESTIM_MODEL_H\n#define VESTIM_MODEL_H\n\n");
  if (header->fixed)
    c_code_append (code, "#include <stdint.h>\n\n"
                         "#if (-1 >> 1) != -1\n"
                         "#error \"this compiler does not shift negative numbers arithmetically\"\n"
                         "#endif\n\n");
  else
    c_code_append (code, "#include <math.h>\n\n");
  c_inputs_append_macros (code, header->inputs);
  if (header->fixed)
    c_fixed_append (code, header->inputs, header->fixed);
  else
    c_network_append (code, header->inputs);
  c_self_test_append (code, header->inputs, header->fixed);
  c_code_append (code, "\n#endif\n");
}
