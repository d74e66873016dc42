/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-evaluation-table.h"

#include <string.h>

#include "common/client/vestim-error.h"

/* Two models with two files; the second model failed with the second file, the third with all. */
static const char summary[] =
    "{\"metrics\":{\"best_model\":2},\"files\":[{\"file\":\"/d/US06.csv\"},{\"file\":\"/d/"
    "LA92.csv\"}],"
    "\"models\":["
    "{\"number\":1,\"model\":\"/jobs/job_20261122-195012-00002a/tasks/3/"
    "model.bin\",\"network\":{\"model\":\"GRU\",\"target_unit\":\"V\"},"
    "\"metrics\":{\"test_rmse_mv\":20,\"mean_rmse_mv\":19,\"tests\":[{\"file\":\"/d/LA92.csv\","
    "\"rmse_mv\":18.04},{\"file\":\"/d/US06.csv\",\"rmse_mv\":21}]}},"
    "{\"number\":2,\"model\":\"/m/old/"
    "net.bin\",\"network\":{\"model\":\"FNN\",\"target\":\"Voltage\"},"
    "\"metrics\":{\"test_rmse_mv\":11,\"mean_rmse_mv\":11,\"tests\":[{\"file\":\"/d/US06.csv\","
    "\"rmse_mv\":11}]}},"
    "{\"number\":3,\"model\":\"/gone/x\",\"reason\":\"there is no\\n/gone/x\"}]}";

static void
assert_row (const VestimEvaluationTable *evaluation, guint index, const char *wanted)
{
  g_autofree char *cells = g_strjoinv ("|", evaluation->rows->pdata[index]);

  g_assert_cmpstr (cells, ==, wanted);
}

static void
test_table (void)
{
  g_autoptr (VestimEvaluationTable) evaluation =
      vestim_evaluation_table_parse (summary, strlen (summary), NULL);
  g_autofree char *titles = g_strjoinv ("|", evaluation->titles);

  g_assert_cmpstr (titles, ==, "Model|Network|All Rows|Mean of Files|US06|LA92");
  g_assert_cmpuint (evaluation->rows->len, ==, 3);
  g_assert_cmpuint (evaluation->n_more, ==, 0);
  g_assert_cmpstr (evaluation->unit, ==, "mV");
  assert_row (evaluation, 0, "1|GRU: …00002a, task 3|20.0|19.0|21.0|18.0");
  assert_row (evaluation, 1, "2 (best)|FNN: old/net.bin|11.0|11.0|11.0|failed");
  assert_row (evaluation, 2, "3|gone/x: there is no /gone/x|–|–|failed|failed");
}

/* Of a state of charge, an error is in %. */
static void
test_unit (void)
{
  const char *text =
      "{\"models\":[{\"number\":1,\"model\":\"/m/x.bin\",\"network\":{\"target_unit\":"
      "\"1\",\"target\":\"SOC\"},\"metrics\":{\"test_rmse_mv\":13.58,\"error_unit\":\"%\","
      "\"error_factor\":0.1}}],\"files\":[]}";
  g_autoptr (VestimEvaluationTable) evaluation =
      vestim_evaluation_table_parse (text, strlen (text), NULL);

  g_assert_cmpstr (evaluation->unit, ==, "%");
  assert_row (evaluation, 0, "1|m/x.bin|1.36|–");
}

/* A column for each of a thousand files would make the table useless. */
static void
test_many_files (void)
{
  g_autoptr (GString) text = g_string_new ("{\"models\":[],\"files\":[");

  for (int i = 0; i < 30; i++)
    g_string_append_printf (text, "%s{\"file\":\"/d/%d.csv\"}", i ? "," : "", i);
  g_string_append (text, "]}");
  g_autoptr (VestimEvaluationTable) evaluation =
      vestim_evaluation_table_parse (text->str, text->len, NULL);

  g_assert_cmpuint (g_strv_length (evaluation->titles), ==, 28);
  g_assert_cmpuint (evaluation->n_more, ==, 6);
}

static void
test_garbage (void)
{
  const char *const texts[] = { "", "{", "[]", "{\"models\":3}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vestim_evaluation_table_parse (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation/each model has a row and each file a column", test_table);
  g_test_add_func ("/evaluation/errors have the unit of the target", test_unit);
  g_test_add_func ("/evaluation/of many files, some have columns", test_many_files);
  g_test_add_func ("/evaluation/other text is an error", test_garbage);
  return g_test_run ();
}
