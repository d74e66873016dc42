/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/test-results.h"

#include "common/json/vestim-json.h"

#include "daemon/vestim-estimate/results/error-unit.h"

#include <math.h>

void
test_results_append_stats (GString *json, const char *prefix, const ErrorStats *stats)
{
  const struct
  {
    const char *name;
    double value;
  } figures[] = {
    { "rmse_mv", error_stats_rmse (stats) * 1000 },
    { "mae_mv", error_stats_mae (stats) * 1000 },
    { "max_mv", stats->largest * 1000 },
    { "r2", error_stats_r2 (stats) },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_string_append_printf (json, "%s\"%s%s\": ", i ? ", " : "", prefix, figures[i].name);
      vestim_json_append_double (json, stats->n > 0 ? figures[i].value : NAN);
    }
}

TestPool
test_results_pool (const GArray *tests)
{
  TestPool all = { 0 };

  for (guint i = 0; i < tests->len; i++)
    {
      const TestResult *test = &g_array_index (tests, TestResult, i);

      error_stats_merge (&all.stats, &test->stats);
      error_stats_merge (&all.windowed, &test->windowed);
      error_stats_merge (&all.stateful, &test->stateful);
    }
  return all;
}

static void
append_both (GString *json, const ErrorStats *windowed, const ErrorStats *stateful)
{
  g_string_append (json, ", \"windowed_rmse_mv\": ");
  vestim_json_append_double (json, error_stats_rmse (windowed) * 1000);
  g_string_append (json, ", \"stateful_rmse_mv\": ");
  vestim_json_append_double (json, error_stats_rmse (stateful) * 1000);
}

static void
append_test (GString *json, const TestResult *test)
{
  g_string_append_c (json, '{');
  vestim_json_append_string_member (json, "file", test->path);
  g_string_append_printf (json, ", \"rows\": %zu, ", test->stats.n);
  vestim_json_append_string_member (json, "predictions", test->predictions);
  g_string_append (json, ", ");
  test_results_append_stats (json, "", &test->stats);
  g_string_append (json, ", ");
  test_results_append_stats (json, "test_", &test->stats);
  append_both (json, &test->windowed, &test->stateful);
  g_string_append_printf (json,
                          ", \"outside_rows\": %zu, \"outside\": %s, \"gaps\": %zu, "
                          "\"missing_cells\": %zu, \"warnings\": %s}",
                          test->n_outside, test->outside, test->n_gaps, test->n_missing,
                          test->warnings);
}

/* What readers need to show errors as error-unit.h does. */
static void
append_unit (GString *json, const char *target, const char *target_unit)
{
  const ErrorUnit unit = error_unit_new (target_unit, target);

  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "target", target);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "target_unit", unit.name);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "error_unit", unit.error_name);
  g_string_append (json, ", \"error_factor\": ");
  vestim_json_append_double (json, unit.factor);
}

void
test_results_append_metrics (GString *json, const GArray *tests, const char *target,
                             const char *target_unit)
{
  TestPool all = test_results_pool (tests);

  test_results_append_stats (json, "test_", &all.stats);
  append_both (json, &all.windowed, &all.stateful);
  append_unit (json, target, target_unit);
  g_string_append (json, ", \"tests\": [");
  for (guint i = 0; i < tests->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      append_test (json, &g_array_index (tests, TestResult, i));
    }
  g_string_append_c (json, ']');
}

static void
append_conditions_of_file (GString *json, const TestResult *test)
{
  g_string_append_c (json, '{');
  vestim_json_append_string_member (json, "file", test->path);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "predictions", test->predictions);
  g_string_append (json, ", ");
  error_breakdown_append_worst (json, &test->breakdown);
  g_string_append (json, ", \"bands\": {");
  error_breakdown_append_bands (json, &test->breakdown);
  g_string_append (json, "}}");
}

void
test_results_append_conditions (GString *json, const GArray *tests)
{
  ErrorBreakdown all = { 0 };

  for (guint i = 0; i < tests->len; i++)
    error_breakdown_merge (&all, &g_array_index (tests, TestResult, i).breakdown);

  g_string_append (json, "\"conditions\": {\"bands\": {");
  error_breakdown_append_bands (json, &all);
  g_string_append (json, "}, \"files\": [");
  for (guint i = 0; i < tests->len; i++)
    {
      g_string_append (json, i ? ",\n  " : "");
      append_conditions_of_file (json, &g_array_index (tests, TestResult, i));
    }
  g_string_append (json, "]}");
}
