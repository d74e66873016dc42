/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/predictions.h"
#include "daemon/vestim-estimate/page/svg-scale.h"
#include "tests/support/scratch.h"

static GArray *
decimate (const double *values, size_t n, size_t n_expected)
{
  Decimator decimator;

  decimator_init (&decimator, n_expected);
  for (size_t i = 0; i < n; i++)
    decimator_add (&decimator, (double) i, values[i]);
  return decimator_finish (&decimator);
}

/* A report that loses the one bad row would be wrong about the largest error. */
static void
test_extremes_of_long_series_stay (void)
{
  const size_t n = 100000;
  g_autofree double *values = g_new0 (double, n);
  double lowest = 0, highest = 0;

  values[77777] = 5;
  values[77778] = -3;
  g_autoptr (GArray) points = decimate (values, n, n);

  g_assert_cmpuint (points->len, <=, 2 * DECIMATOR_COLUMNS);
  for (guint i = 0; i < points->len; i++)
    {
      const Point *point = &g_array_index (points, Point, i);

      lowest = fmin (lowest, point->y);
      highest = fmax (highest, point->y);
      g_assert_cmpfloat (point->y, ==, values[(size_t) point->x]);
      g_assert_true (i == 0 || point->x > g_array_index (points, Point, i - 1).x);
    }
  g_assert_cmpfloat (highest, ==, 5);
  g_assert_cmpfloat (lowest, ==, -3);
}

static void
test_short_series_stay_whole (void)
{
  const double values[] = { 1, 3, 2, 2, 5 };
  g_autoptr (GArray) points = decimate (values, G_N_ELEMENTS (values), G_N_ELEMENTS (values));

  g_assert_cmpuint (points->len, ==, G_N_ELEMENTS (values));
  for (guint i = 0; i < points->len; i++)
    g_assert_cmpfloat (g_array_index (points, Point, i).y, ==, values[i]);
}

/* The number of rows comes from a file, which may be wrong. */
static void
test_more_rows_than_expected_need_no_more_memory (void)
{
  const size_t n = 50000;
  g_autofree double *values = g_new0 (double, n);

  g_autoptr (GArray) points = decimate (values, n, 10);
  g_assert_cmpuint (points->len, <=, 4 * DECIMATOR_COLUMNS + 2);
}

static void
assert_ticks (double min, double max, bool is_log, const char *wanted)
{
  const SvgScale scale = svg_scale_new (min, max, 0, 100, is_log);
  g_autoptr (GArray) ticks = svg_scale_ticks (&scale);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    g_string_append_printf (text, "%s%g", i ? " " : "", g_array_index (ticks, double, i));
  g_assert_cmpstr (text->str, ==, wanted);
}

static void
test_ticks_are_round (void)
{
  assert_ticks (0, 10, false, "0 2 4 6 8 10");
  assert_ticks (-3.2, 4.9, false, "-2 0 2 4");
  assert_ticks (3.05, 4.31, false, "3.2 3.4 3.6 3.8 4 4.2");
  assert_ticks (0, 345, false, "0 50 100 150 200 250 300");
  assert_ticks (3, 300, true, "5 10 20 50 100 200");
  assert_ticks (0.5, 9000, true, "1 10 100 1000");
}

static void
test_equal_values_have_a_range (void)
{
  const SvgScale scale = svg_scale_new (4, 4, 0, 100, false);

  g_assert_cmpfloat (svg_scale_pixel (&scale, 4), ==, 50);
  g_assert_cmpfloat (svg_scale_pixel (&scale, scale.max), ==, 100);
}

/* Names come from users and files: none of them may become markup. */
static void
test_texts_are_escaped (void)
{
  g_autoptr (GString) html = g_string_new (NULL);

  html_append_text (html, "<b class='x'>&\"\x01\xff\xef\xbf\xbeé</b>");
  g_assert_cmpstr (html->str, ==,
                   "&lt;b class=&#39;x&#39;&gt;&amp;&quot;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdé"
                   "&lt;/b&gt;");
}

static void
test_errors_are_counted_from_the_columns (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "p.csv");
  PredictionErrors errors = { .limit = 40.5, .scale = 1000, .sample_step = 2 };
  PredictionCurves curves;

  errors.samples = g_array_new (FALSE, FALSE, sizeof (Point));
  scratch_write (path, "note,predicted,time,measured\nx,4.0101,0,4\n,4,1,4\nbad,,2,4\n"
                       "y,3.9,3,4\nz,nan,4,4\n");
  g_assert_true (predictions_read (path, 5, &errors, &curves));
  g_assert_cmpuint (errors.n_rows, ==, 3);
  g_assert_cmpuint (errors.counts[0], ==, 1); /* -100 mV, beyond the limit */
  g_assert_cmpuint (errors.counts[40], ==, 1);
  g_assert_cmpuint (errors.counts[50], ==, 1);
  g_assert_cmpuint (errors.samples->len, ==, 2);
  g_assert_cmpuint (curves.error->len, ==, 3);
  g_assert_cmpfloat (g_array_index (curves.measured, Point, 2).x, ==, 3);
  prediction_curves_clear (&curves);

  scratch_write (path, "time,predicted\n0,4\n");
  g_assert_false (predictions_read (path, 1, &errors, &curves));
  prediction_curves_clear (&curves);
  g_array_unref (errors.samples);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/page/" name, function)
  ADD ("extremes of long series stay", test_extremes_of_long_series_stay);
  ADD ("short series stay whole", test_short_series_stay_whole);
  ADD ("more rows than expected need no more memory",
       test_more_rows_than_expected_need_no_more_memory);
  ADD ("ticks are round", test_ticks_are_round);
  ADD ("equal values have a range", test_equal_values_have_a_range);
  ADD ("texts are escaped", test_texts_are_escaped);
  ADD ("errors are counted from the columns", test_errors_are_counted_from_the_columns);
  return g_test_run ();
}
