/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-job-spec-text.h"

#include <string.h>

/* `expected` is "title|text" of the only row. */
static void
expect_row (const char *selections, const char *expected)
{
  g_autoptr (GPtrArray) rows = dash_job_spec_text_rows (selections);
  g_autofree char *row = NULL;

  g_assert_cmpuint (rows->len, ==, 1);
  row = g_strjoinv ("|", rows->pdata[0]);
  g_assert_cmpstr (row, ==, expected);
}

/* The command reads as it would be typed. */
static void
test_command (void)
{
  expect_row ("{\"argv\":[\"env\",\"a b\",\"$HOME\"]}", "Command|env 'a b' '$HOME'");
  expect_row ("{\"argv\":[\"sh\",\"-c\",\"one\\ntwo\"]}", "Command|sh -c 'one\ntwo'");
  expect_row ("{\"env\":{\"A\":\"1\",\"PATH\":null}}", "Environment|A=1\nPATH is removed");
  expect_row ("{\"restart\":true}", "Restart after interruption|yes");
  expect_row ("{\"timeout_s\":3600}", "Time limit in seconds|3600");
  expect_row ("{\"stdin\":\"in.txt\"}", "Standard input|in.txt");
  expect_row ("{\"stop_signal\":\"INT\"}", "Signal of a stop|INT");
  expect_row ("{\"stop_grace_s\":90}", "Seconds from the stop signal to KILL|90");
  expect_row ("{\"pty\":true}", "Pseudo terminal|yes");
  expect_row ("{\"log_timestamps\":true}", "Times in the log|yes");
  expect_row ("{\"keep_leftovers\":true}", "Keep background processes|yes");
}

/* Each path has a line: nobody reads a line of forty paths. */
static void
test_estimation (void)
{
  expect_row ("{\"train_files\":[\"/a/b.csv\",\"/c, d.csv\"]}",
              "Training files|/a/b.csv\n/c, d.csv");
  expect_row ("{\"inputs\":[\"SOC\",\"Temp\"]}", "Inputs|SOC, Temp");
  expect_row ("{\"weight_decay\":1e-4}", "Weight decay|0.0001");
  expect_row ("{\"schedule\":{\"kind\":\"step\",\"period\":2,\"factor\":0.5}}",
              "Learning rate schedule|step, period 2, factor 0.5");
  expect_row ("{\"sweep\":{\"model\":[\"LSTM\",\"GRU\"],\"layers\":[[6],[8,8]]}}",
              "Sweep|Model: LSTM; GRU\nLayers: 6; 8, 8");
}

/* A name can't look like another line, nor hide parts of itself. */
static void
test_hostile (void)
{
  expect_row ("{\"train_files\":[\"/a\\n/etc/passwd\"]}", "Training files|/a /etc/passwd");
  expect_row ("{\"env\":{\"A\\nB\":\"1\\n2\"}}", "Environment|A B=1 2");
  expect_row ("{\"target\":\"\\u202etxt\"}", "Target|\357\277\275txt");
  expect_row ("{\"<b>\\u0001\":[[[]]]}", "<b>\357\277\275|");
}

/* The selections of a draft may be any JSON. */
static void
test_other_shapes (void)
{
  expect_row ("{\"sweep\":[1]}", "Sweep|[1]");
  expect_row ("{\"sweep\":{\"layers\":5}}", "Sweep|Layers: 5");
  expect_row ("{\"sweep\":\"a\"}", "Sweep|\"a\"");
  expect_row ("{\"env\":[[\"A\",\n1]]}", "Environment|[[\"A\",1]]");
  expect_row ("{\"env\":null}", "Environment|null");
  expect_row ("{\"env\":{\"A\":{\"b\":[1]}}}", "Environment|A=b 1");
  expect_row ("{\"argv\":[\"a\",1]}", "Command|[\"a\",1]");
  expect_row ("{\"argv\":\"a b\"}", "Command|\"a b\"");
  expect_row ("{\"train_files\":{\"a\":1}}", "Training files|a 1");
}

/* A long list is shown by its beginning and its length. */
static void
test_long (void)
{
  g_autoptr (GString) json = g_string_new ("{\"test_files\":[\"0\"");
  g_autoptr (GPtrArray) rows = NULL;
  char **row;

  for (int i = 1; i < 200; i++)
    g_string_append_printf (json, ",\"%d\"", i);
  g_string_append (json, "]}");
  rows = dash_job_spec_text_rows (json->str);
  row = rows->pdata[0];
  g_assert_true (g_str_has_suffix (row[1], "\n39\n… and 160 more lines"));
}

/* Each row is a widget: sixty thousand settings, which fit into a draft, would block the window. */
static void
test_many (void)
{
  g_autoptr (GString) json = g_string_new ("{\"s0\":0");
  g_autoptr (GPtrArray) rows = NULL;
  char **last;

  for (int i = 1; i < 60000; i++)
    g_string_append_printf (json, ",\"s%d\":%d", i, i);
  g_string_append_c (json, '}');
  rows = dash_job_spec_text_rows (json->str);
  g_assert_cmpuint (rows->len, ==, 201);
  last = rows->pdata[200];
  g_assert_cmpstr (last[1], ==, "60000 settings in all");
}

static void
test_garbage (void)
{
  const char *const texts[] = { "", "garbage", "[1]", "[[1]]", "\"a\"", "null", "{" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) rows = dash_job_spec_text_rows (texts[i]);

      g_assert_cmpuint (rows->len, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-spec-text/a command reads as it would be typed", test_command);
  g_test_add_func ("/job-spec-text/an estimation has words", test_estimation);
  g_test_add_func ("/job-spec-text/a name stays in its line", test_hostile);
  g_test_add_func ("/job-spec-text/another type is shown as JSON", test_other_shapes);
  g_test_add_func ("/job-spec-text/a long list is cut", test_long);
  g_test_add_func ("/job-spec-text/many settings are cut", test_many);
  g_test_add_func ("/job-spec-text/unreadable text has no rows", test_garbage);
  return g_test_run ();
}
