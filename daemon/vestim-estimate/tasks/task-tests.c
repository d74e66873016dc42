/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/task-tests.h"

#include "common/json/vestim-json.h"

#include "daemon/vestim-estimate/data/outside.h"
#include "daemon/vestim-estimate/results/prediction-name.h"
#include "daemon/vestim-estimate/results/report.h"
#include "daemon/vestim-estimate/training/tester.h"

static void
clear_test (void *data)
{
  TestResult *test = data;

  g_free (test->path);
  g_free (test->predictions);
  g_free (test->outside);
  g_free (test->warnings);
}

GArray *
task_tests_new (void)
{
  GArray *tests = g_array_new (FALSE, FALSE, sizeof (TestResult));

  g_array_set_clear_func (tests, clear_test);
  return tests;
}

/* (transfer full) */
static char *
format_outside (const Series *series, char *const *inputs)
{
  GString *json = g_string_new ("[");

  for (int i = 0; i < series->n_inputs; i++)
    {
      const SeriesOutside *outside = &series->outside[i];

      if (outside->below + outside->above == 0)
        continue;
      g_string_append (json, json->len > 1 ? ", {\"column\": " : "{\"column\": ");
      vestim_json_append_string (json, inputs[i]);
      g_string_append_printf (json, ", \"below\": %zu, \"above\": %zu}", outside->below,
                              outside->above);
    }
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

/* (transfer full) */
static char *
format_warnings (const Model *model, const Series *series)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) sentences = NULL;
  GString *json = g_string_new ("[");

  g_ptr_array_add (one, (void *) series);
  sentences = outside_explain (one, model->inputs, model->target, model->scaling);
  for (guint i = 0; i < sentences->len; i++)
    {
      g_string_append (json, i > 0 ? ", " : "");
      vestim_json_append_string (json, sentences->pdata[i]);
    }
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

static char *
name_predictions (const GArray *tests, const Series *series)
{
  g_autoptr (GHashTable) taken = prediction_names_new ();

  for (guint i = 0; i < tests->len; i++)
    g_hash_table_add (taken, g_strdup (g_array_index (tests, TestResult, i).predictions));
  return prediction_name_new (taken, series->path);
}

bool
task_tests_add (GArray *tests, Network *network, const Model *model, const Series *series,
                const char *folder, GError **error)
{
  const ScalingRange *target = &model->scaling->target;
  g_autofree float *windowed =
      tester_predict (network, model->parameters, target, VESTIM_TEST_WINDOWED, series);
  g_autofree float *stateful =
      tester_predict (network, model->parameters, target, VESTIM_TEST_STATEFUL, series);
  bool is_stateful = model->test_mode == VESTIM_TEST_STATEFUL;
  const float *predicted = is_stateful ? stateful : windowed;
  TestResult test = {
    .path = g_strdup (series->path),
    .predictions = name_predictions (tests, series),
    .windowed = tester_compare (series, windowed),
    .stateful = tester_compare (series, stateful),
    .breakdown = error_breakdown_of (series, predicted),
    .n_outside = series->n_outside,
    .outside = format_outside (series, model->inputs),
    .warnings = format_warnings (model, series),
    .n_gaps = series->facts->n_gaps,
    .n_missing = series->facts->n_missing,
  };

  test.stats = is_stateful ? test.stateful : test.windowed;
  g_array_append_val (tests, test);

  g_autofree char *path = g_build_filename (folder, test.predictions, NULL);
  return report_predictions (series, predicted, path, error);
}
