/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/executor/progress-series.h"
#include "daemon/vestimd/jobs/executor/progress.h"
#include "tests/support/job-folder.h"

static void
feed (Progress *progress, const char *text)
{
  progress_feed (progress, text, strlen (text));
}

static void
assert_report (Progress *progress, double value, const char *message, const char *metrics)
{
  AttemptProgress report;

  g_assert_true (progress_take_report (progress, &report));
  if (isnan (value))
    g_assert_true (isnan (report.progress));
  else
    g_assert_cmpfloat (report.progress, ==, value);
  g_assert_cmpstr (report.message, ==, message);
  g_assert_cmpstr (report.metrics, ==, metrics);
}

/* Every key is optional; a missing one keeps its last value. */
static void
test_reports_are_merged_key_by_key (void)
{
  Progress *progress = progress_new ("job");

  feed (progress, "{\"message\":\"begins\"}\n");
  assert_report (progress, NAN, "begins", NULL);
  feed (progress, "{\"progress\":0.5,\"metrics\":{\"a\":1,\"b\":2}}\n{\"metrics\":{\"a\":3}}\n");
  assert_report (progress, 0.5, "begins", "{\"a\":3,\"b\":2}");
  feed (progress, "{\"progress\":null,\"message\":null,\"metrics\":null,\"step\":null,\"x\":[]}\n");
  assert_report (progress, 0.5, "begins", "{\"a\":3,\"b\":2}");
  progress_free (progress);
}

/* A read may end anywhere in a line. */
static void
test_lines_are_put_together (void)
{
  const char *text = "{\"progress\":0.25}\n{\"message\":\"ü\"}\n";
  Progress *progress = progress_new ("job");
  AttemptProgress report;

  g_assert_false (progress_take_report (progress, &report));
  for (const char *at = text; *at != '\0'; at++)
    progress_feed (progress, at, 1);
  assert_report (progress, 0.25, "ü", NULL);
  g_assert_false (progress_take_report (progress, &report));
  progress_free (progress);
}

/* A job's mistakes must not reach the clients. */
static void
test_malformed_lines_are_ignored (void)
{
  static const char *const lines[] = {
    "nonsense",
    "{\"progress\":0.9",
    "[0.9]",
    "0.9",
    "{\"progress\":2}",
    "{\"progress\":-0.1}",
    "{\"progress\":\"0.9\"}",
    "{\"message\":1}",
    "{\"message\":\"\\u0000\"}",
    "{\"step\":\"9\",\"progress\":0.9}",
    "{\"metrics\":[1]}",
    "{\"progress\":NaN}",
    "{\"progress\":0.9}x",
  };
  Progress *progress = progress_new ("job");
  AttemptProgress report;

  for (unsigned i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      feed (progress, lines[i]);
      feed (progress, "\n");
      g_assert_false (progress_take_report (progress, &report));
    }
  feed (progress, "\n  \n{\"progress\":0.9}\n");
  assert_report (progress, 0.9, NULL, NULL);
  progress_free (progress);
}

/* Sums of fractions end a little above 1. */
static void
test_a_rounding_error_above_one_is_one (void)
{
  Progress *progress = progress_new ("job");

  feed (progress, "{\"progress\":1.0000000000000002}\n");
  assert_report (progress, 1, NULL, NULL);
  progress_free (progress);
}

static void
test_a_metric_that_is_not_a_number_is_left_out (void)
{
  Progress *progress = progress_new ("job");

  feed (progress, "{\"metrics\":{\"a\":\"x\",\"b\":1.5,\"c\":null,\"d\":{}}}\n");
  assert_report (progress, NAN, NULL, "{\"b\":1.5}");
  progress_free (progress);
}

static void
test_a_line_that_is_too_long_is_skipped (void)
{
  Progress *progress = progress_new ("job");
  g_autofree char *blanks = g_strnfill (5000, ' ');
  AttemptProgress report;

  feed (progress, "{\"progress\":0.1}");
  feed (progress, blanks);
  feed (progress, "\n");
  g_assert_false (progress_take_report (progress, &report));
  feed (progress, "{\"progress\":0.2}\n");
  assert_report (progress, 0.2, NULL, NULL);
  progress_free (progress);
}

/* Memory stays bounded whatever a job reports. */
static void
test_the_number_of_metrics_is_bounded (void)
{
  Progress *progress = progress_new ("job");
  AttemptProgress report;

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"metrics\":{\"m%d\":1}}\n", i);

      feed (progress, line);
    }
  g_assert_true (progress_take_report (progress, &report));
  g_assert_nonnull (strstr (report.metrics, "\"m63\""));
  g_assert_null (strstr (report.metrics, "\"m64\""));
  progress_free (progress);
}

static void
test_a_growing_file_is_read_from_the_last_offset (void)
{
  JobFolder folder;
  Progress *progress = progress_new ("job");

  job_folder_init (&folder);
  g_assert_cmpint (progress_read (progress, folder.path), ==, 0);
  job_folder_write (&folder, "progress.jsonl", "{\"progress\":0.1}\n{\"progr");
  g_assert_cmpint (progress_read (progress, folder.path), ==, 0);
  assert_report (progress, 0.1, NULL, NULL);
  job_folder_write (&folder, "progress.jsonl", "{\"progress\":0.1}\n{\"progress\":0.7}\n");
  g_assert_cmpint (progress_read (progress, folder.path), ==, 0);
  assert_report (progress, 0.7, NULL, NULL);
  progress_free (progress);
  job_folder_clear (&folder);
}

/* After the cap the shim replaces the last line: same offset, other text. */
static void
test_the_last_line_of_a_full_file_is_read_again (void)
{
  JobFolder folder;
  Progress *progress = progress_new ("job");
  g_autofree char *path = NULL;
  FILE *file;

  job_folder_init (&folder);
  path = job_folder_file (&folder, "progress.jsonl");
  for (int i = 1; i <= 3; i++)
    {
      file = fopen (path, i == 1 ? "w" : "r+");
      fseek (file, (64 << 20) - 1, SEEK_SET);
      fprintf (file, "\n{\"progress\":0.%d}\n", i);
      fclose (file);
      g_assert_cmpint (progress_read (progress, folder.path), ==, 0);
      assert_report (progress, i / 10.0, NULL, NULL);
    }
  progress_free (progress);
  job_folder_clear (&folder);
}

static void
test_a_fifo_in_place_of_the_file_does_not_hang (void)
{
  JobFolder folder;
  Progress *progress = progress_new ("job");
  g_autofree char *path = NULL;

  job_folder_init (&folder);
  path = job_folder_file (&folder, "progress.jsonl");
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_cmpint (progress_read (progress, folder.path), <, 0);
  progress_free (progress);
  job_folder_clear (&folder);
}

static void
assert_series (const char *text, const char *expected)
{
  GString *json = progress_series_json (text, strlen (text));

  g_assert_cmpstr (json->str, ==, expected);
  g_string_free (json, true);
}

/* Where the step is missing, the number of the line is used; blank and malformed lines count. */
static void
test_series_go_by_step_or_line_number (void)
{
  assert_series ("", "{\"series\":{}}");
  assert_series ("{\"metrics\":{\"a\":1}}\n\nbad\n{\"metrics\":{\"a\":0.5,\"b\":2}}\n",
                 "{\"series\":{\"a\":[[1,1],[4,0.5]],\"b\":[[4,2]]}}");
  assert_series (
      "{\"step\":10,\"metrics\":{\"a\":1}}\n{\"step\":20,\"metrics\":{\"a\":2}}\n{\"progr",
      "{\"series\":{\"a\":[[10,1],[20,2]]}}");
}

static void
test_long_series_are_thinned_out_evenly (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GString *json;
  unsigned n_points = 0;

  for (int i = 1; i <= 100001; i++)
    g_string_append_printf (text, "{\"metrics\":{\"a\":%d}}\n", i);
  json = progress_series_json (text->str, text->len);
  for (const char *at = json->str; (at = strstr (at, "],")) != NULL; at++)
    n_points++;
  g_assert_cmpuint (n_points, >=, PROGRESS_SERIES_MAX_POINTS / 2 - 1);
  g_assert_cmpuint (n_points, <, PROGRESS_SERIES_MAX_POINTS);
  g_assert_true (g_str_has_prefix (json->str, "{\"series\":{\"a\":[[1,1],[9,9],[17,17],"));
  g_assert_true (g_str_has_suffix (json->str, ",[100001,100001]]}}"));
  g_string_free (json, true);
}

/* Users look at the last point. */
static void
test_the_last_point_is_kept_when_the_stride_skips_it (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GString *json;

  for (int i = 1; i <= 100003; i++)
    g_string_append_printf (text, "{\"metrics\":{\"a\":%d}}\n", i);
  json = progress_series_json (text->str, text->len);
  g_assert_true (g_str_has_suffix (json->str, ",[100001,100001],[100003,100003]]}}"));
  g_string_free (json, true);
}

#define ADD(name) g_test_add_func ("/progress/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (reports_are_merged_key_by_key);
  ADD (lines_are_put_together);
  ADD (malformed_lines_are_ignored);
  ADD (a_rounding_error_above_one_is_one);
  ADD (a_metric_that_is_not_a_number_is_left_out);
  ADD (a_line_that_is_too_long_is_skipped);
  ADD (the_number_of_metrics_is_bounded);
  ADD (a_growing_file_is_read_from_the_last_offset);
  ADD (the_last_line_of_a_full_file_is_read_again);
  ADD (a_fifo_in_place_of_the_file_does_not_hang);
  ADD (series_go_by_step_or_line_number);
  ADD (long_series_are_thinned_out_evenly);
  ADD (the_last_point_is_kept_when_the_stride_skips_it);
  return g_test_run ();
}
