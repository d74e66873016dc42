/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/c-header.h"

#include "daemon/vestim-estimate/export/c-network.h"
#include "daemon/vestim-estimate/export/c-self-test.h"
#include "daemon/vestim-estimate/results/report.h"

#include <inttypes.h>
#include <math.h>

/* Cost and error, for the header and for the terminal */

static void
append_cost (CCode *code, const char *line, const char *what, const CCost *cost)
{
  c_code_append (code, line);
  c_code_append (code, what);
  c_code_printf (code,
                 ": RAM %zu bytes, arrays on the stack %zu bytes, %zu multiply-adds,\n"
                 "%s  %zu calls of expf or tanhf\n",
                 cost->ram, cost->stack, cost->multiplies, line, cost->activations);
}

static void
append_errors (CCode *code, const char *line, const FoundModel *found)
{
  double least = fmin (found->windowed_mv, found->stateful_mv);

  if (isnan (least))
    return;
  c_code_append (code, line);
  if (found->model->kind == VESTIM_MODEL_FNN)
    {
      c_code_printf (code, "error over all test rows: %.2f mV\n", found->stateful_mv);
      return;
    }
  c_code_printf (code,
                 "error over all test rows: vestim_step() %.2f mV, vestim_window_step() %.2f mV\n",
                 found->stateful_mv, found->windowed_mv);
  if (fabs (found->windowed_mv - found->stateful_mv) > REPORT_WARN_SHARE * least)
    {
      c_code_printf (code, "%swarning: these differ by more than %.0f %%: call ", line,
                     REPORT_WARN_SHARE * 100);
      c_code_append (code, found->stateful_mv < found->windowed_mv ? "vestim_step()\n"
                                                                   : "vestim_window_step()\n");
    }
}

void
c_header_append_figures (CCode *code, const char *line, const FoundModel *found,
                         const CInputs *inputs)
{
  CCost cost = c_network_cost (inputs);

  c_code_append (code, line);
  if (found->task > 0)
    c_code_printf (code, "task %" PRId64 ": ", found->task);
  c_code_printf (code, "flash %zu bytes of constants\n", cost.flash);
  append_cost (code, line, "vestim_step()", &cost);
  if (found->model->kind != VESTIM_MODEL_FNN)
    {
      CCost window = c_network_window_cost (inputs);

      append_cost (code, line, "vestim_window_step()", &window);
    }
  append_errors (code, line, found);
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

static void
append_essay (CCode *code, const FoundModel *found, const CInputs *inputs)
{
  const Model *model = found->model;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);

  c_code_printf (code,
                 "/* An estimator made by vestim-estimate %s --export-c: %s, epoch %d,\n"
                 " * validation error %.2f mV (thousandths of the target's unit).\n *\n"
                 " * C99 and later, C++11 and later, without memory allocation; needs only "
                 "math.h.\n"
                 " * With VESTIM_SELF_TEST defined, vestim_self_test() returns 0 if all estimates "
                 "agree.\n *\n",
                 VESTIM_VERSION, network_name (network), model->epoch, model->val_rmse * 1000);
  c_header_append_figures (code, " * ", found, inputs);
  c_inputs_append_comment (code, inputs);
  if (model->kind != VESTIM_MODEL_FNN)
    c_code_append (code,
                   model->training == VESTIM_TRAINING_STATEFUL ? stateful_advice : windowed_advice);
  c_code_append (code, " */\n");
}

void
c_header_append (CCode *code, const FoundModel *found, const CInputs *inputs)
{
  append_essay (code, found, inputs);
  c_code_append (code, "#ifndef VESTIM_MODEL_H\n#define VESTIM_MODEL_H\n\n#include <math.h>\n\n");
  c_inputs_append_macros (code, inputs);
  c_network_append (code, inputs);
  c_self_test_append (code, inputs);
  c_code_append (code, "\n#endif\n");
}
