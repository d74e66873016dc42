/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-estimation.h"
#include "common/estimation/vestim-sweep.h"

#include <inttypes.h>

static void
append_double (GString *json, const char *name, double value)
{
  g_string_append_printf (json, ", \"%s\": ", name);
  vestim_json_append_double (json, value);
}

/* 0 stands for "none". */
static void
append_limit (GString *json, const char *name, double value)
{
  if (value > 0)
    append_double (json, name, value);
  else
    g_string_append_printf (json, ", \"%s\": null", name);
}

static void
append_columns (GString *json, const VestimEstimation *estimation)
{
  g_string_append (json, ", \"inputs\": [");
  for (char **input = estimation->inputs; *input; input++)
    {
      g_string_append (json, input == estimation->inputs ? "" : ", ");
      vestim_json_append_string (json, *input);
    }
  g_string_append (json, "], \"target\": ");
  vestim_json_append_string (json, estimation->target);
}

static void
append_model (GString *json, const VestimEstimation *estimation)
{
  g_string_append_printf (json, "{\"model\": \"%s\", \"layers\": [",
                          vestim_model_name (estimation->model));
  for (int i = 0; i < estimation->n_layers; i++)
    g_string_append_printf (json, "%s%d", i ? ", " : "", estimation->layers[i]);
  g_string_append_printf (json, "], \"lookback\": %d, \"batch_size\": %d", estimation->lookback,
                          estimation->batch_size);
}

static void
append_schedule (GString *json, const VestimEstimation *estimation)
{
  VestimScheduleKind kind = estimation->schedule;

  g_string_append_printf (json, ", \"schedule\": {\"kind\": \"%s\"", vestim_schedule_name (kind));
  if (kind == VESTIM_SCHEDULE_PLATEAU || kind == VESTIM_SCHEDULE_STEP)
    append_double (json, "factor", estimation->schedule_factor);
  if (kind == VESTIM_SCHEDULE_PLATEAU)
    g_string_append_printf (json, ", \"patience\": %d", estimation->schedule_patience);
  if (kind == VESTIM_SCHEDULE_STEP)
    g_string_append_printf (json, ", \"period\": %d", estimation->schedule_period);
  g_string_append_c (json, '}');
}

void
vestim_estimation_append_choice (GString *json, const VestimEstimation *estimation, int index)
{
  gsize n_before = json->len;

  g_string_append_c (json, '{');
  if (estimation->sweep)
    vestim_sweep_append_choice (json, estimation->sweep, index / estimation->repetitions);
  if (estimation->repetitions > 1 || vestim_sweep_has (estimation->sweep, "seed"))
    {
      g_autoptr (VestimEstimation) task = vestim_estimation_new_task (estimation, index);

      g_string_append_printf (json, "%s\"seed\": %" PRIu64, json->len > n_before + 1 ? ", " : "",
                              task->seed);
    }
  g_string_append_c (json, '}');
}

void
vestim_estimation_append_json (GString *json, const VestimEstimation *estimation)
{
  append_model (json, estimation);
  g_string_append_printf (json, ", \"max_epochs\": %d", estimation->max_epochs);
  append_limit (json, "max_minutes", estimation->max_minutes);
  g_string_append_printf (json, ", \"patience\": %d", estimation->patience);
  append_double (json, "learning_rate", estimation->learning_rate);
  g_string_append_printf (json, ", \"optimizer\": \"%s\"",
                          vestim_optimizer_name (estimation->optimizer));
  append_double (json, "weight_decay", estimation->weight_decay);
  append_limit (json, "gradient_clip", estimation->gradient_clip);
  append_double (json, "dropout", estimation->dropout);
  append_schedule (json, estimation);
  g_string_append_printf (json, ", \"test_mode\": \"%s\", \"seed\": %" PRIu64,
                          vestim_test_mode_name (estimation->test_mode), estimation->seed);
  append_columns (json, estimation);
  if (estimation->preprocessing)
    {
      g_string_append (json, ", \"preprocessing\": ");
      vestim_preprocessing_append_json (json, estimation->preprocessing);
    }
  g_string_append_c (json, '}');
}
