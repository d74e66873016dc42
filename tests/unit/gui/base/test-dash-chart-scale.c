/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-chart-scale.h"

#include <math.h>

/* The ticks as text, separated by spaces. */
static char *
tick_texts (double min, double max, gboolean log, guint wanted)
{
  DashChartScale scale = dash_chart_scale_new (min, max, log, FALSE);
  g_autoptr (GArray) ticks = dash_chart_scale_ticks (&scale, wanted);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    {
      g_autofree char *label = dash_chart_scale_format (ticks, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", label);
    }
  return g_string_free (text, FALSE);
}

static void
expect_ticks (double min, double max, gboolean log, const char *expected)
{
  g_autofree char *texts = tick_texts (min, max, log, 5);

  g_assert_cmpstr (texts, ==, expected);
}

/* An axis is readable by round numbers. */
static void
test_linear_ticks (void)
{
  expect_ticks (0, 100, FALSE, "0 20 40 60 80 100");
  expect_ticks (0, 1, FALSE, "0 0.2 0.4 0.6 0.8 1.0");
  expect_ticks (-0.5, 0.5, FALSE, "-0.4 -0.2 0 0.2 0.4");
  expect_ticks (3.21, 3.29, FALSE, "3.22 3.24 3.26 3.28");
}

static void
test_log_ticks (void)
{
  expect_ticks (1, 1000, TRUE, "1 2 5 10 20 50 100 200 500 1000");
  expect_ticks (0.01, 1000, TRUE, "0.01 0.1 1 10 100 1000");
  expect_ticks (0.01, 0.1, TRUE, "0.01 0.02 0.05 0.1");
  expect_ticks (100, 110, TRUE, "100 102 104 106 108 110");
}

/* Neighbouring ticks far out on a long axis must have different labels. */
static void
test_labels_differ (void)
{
  const double ranges[][2] = {
    { 1000100, 1000200 }, { 1e12, 1e12 + 10 }, { 0.1234567, 0.1234568 }, { 1e-9, 9e-9 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree char *texts = tick_texts (ranges[i][0], ranges[i][1], FALSE, 5);
      g_auto (GStrv) labels = g_strsplit (texts, " ", -1);

      g_assert_cmpuint (g_strv_length (labels), >=, 2);
      for (guint n = 1; labels[n] != NULL; n++)
        g_assert_cmpstr (labels[n], !=, labels[n - 1]);
    }
}

/* Place and value must be inverse, or the value shown at the pointer is wrong. */
static void
test_inverse (void)
{
  const DashChartScale scales[] = { dash_chart_scale_new (-3, 7, FALSE, TRUE),
                                    dash_chart_scale_new (0.001, 50, TRUE, TRUE) };

  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++)
    for (double place = 0; place <= 1; place += 0.125)
      {
        double value = dash_chart_scale_value (&scales[i], place);

        g_assert_cmpfloat_with_epsilon (dash_chart_scale_place (&scales[i], value), place, 1e-9);
      }
}

/* One point, or several equal ones, are drawn in the middle of the chart. */
static void
test_no_extent (void)
{
  const double values[] = { 0, 5, -5, 1e-300, 1e300 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    for (int log = 0; log < 2; log++)
      {
        DashChartScale scale = dash_chart_scale_new (values[i], values[i], log, TRUE);
        double place = dash_chart_scale_place (&scale, values[i]);

        g_assert_cmpfloat (scale.max, >, scale.min);
        g_assert_true (place >= -1 && place <= 1);
      }
}

/* Jobs may report any numbers: no range may block the drawing or leave the axis without labels. */
static void
test_absurd_ranges (void)
{
  const double ranges[][2] = { { -1.7e308, 1.7e308 }, { 5e-324, 1.7e308 }, { 0, 5e-324 },
                               { -1, 5e-324 },        { 1e17, 1e17 + 64 }, { -1.7e308, -1.6e308 } };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    for (int log = 0; log < 2; log++)
      {
        DashChartScale scale = dash_chart_scale_new (ranges[i][0], ranges[i][1], log, TRUE);
        g_autoptr (GArray) ticks = dash_chart_scale_ticks (&scale, 6);

        g_assert_true (isfinite (scale.min) && isfinite (scale.max));
        g_assert_true (isfinite (dash_chart_scale_place (&scale, ranges[i][0])));
        g_assert_cmpuint (ticks->len, <=, 64);
        for (guint n = 0; n < ticks->len; n++)
          g_assert_true (isfinite (g_array_index (ticks, double, n)));
      }
}

/* A logarithmic axis has no zero: it lies below the axis. */
static void
test_log_of_zero (void)
{
  DashChartScale scale = dash_chart_scale_new (0, 100, TRUE, FALSE);

  g_assert_cmpfloat (scale.min, >, 0);
  g_assert_cmpfloat (dash_chart_scale_place (&scale, 0), <, 0);
  scale = dash_chart_scale_new (-5, -1, TRUE, FALSE);
  g_assert_false (scale.log);
}

static DashSeries *
make_series (gsize n, double (*y) (gsize))
{
  DashSeries *series = dash_series_new ("y", n);

  for (gsize i = 0; i < n; i++)
    {
      series->x[i] = (double) i;
      series->y[i] = y (i);
    }
  return series;
}

static double
with_gaps (gsize i)
{
  return i % 3 == 0 ? NAN : i % 3 == 1 ? -(double) i : (double) i;
}

/* Values that are not numbers are ignored. */
static void
test_extent_of_gaps (void)
{
  g_autoptr (DashSeries) series = make_series (9, with_gaps);
  double min = 0, max = 0;

  g_assert_true (dash_chart_scale_extent (series, 0, 8, FALSE, &min, &max));
  g_assert_cmpfloat (min, ==, -7);
  g_assert_cmpfloat (max, ==, 8);
  g_assert_true (dash_chart_scale_extent (series, 0, 8, TRUE, &min, &max));
  g_assert_cmpfloat (min, ==, 2);
  series->n = 1;
  g_assert_false (dash_chart_scale_extent (series, 0, 8, FALSE, &min, &max));
}

static double
with_peak (gsize i)
{
  return i == 54321 ? 99 : i == 77777 ? -99 : sin ((double) i / 100);
}

/* A long series is drawn with few points, and keeps its peaks. */
static void
test_thinning_keeps_peaks (void)
{
  g_autoptr (DashSeries) series = make_series (100000, with_peak);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (double));
  DashChartScale x = dash_chart_scale_new (0, 99999, FALSE, FALSE);
  double low = 0, high = 0;

  dash_chart_scale_thin (series, &x, 500, out);
  g_assert_cmpuint (out->len, <=, 2 * 4 * 501);
  for (guint i = 0; i < out->len; i += 2)
    {
      low = MIN (low, g_array_index (out, double, i + 1));
      high = MAX (high, g_array_index (out, double, i + 1));
      g_assert_true (i == 0 || g_array_index (out, double, i) > g_array_index (out, double, i - 2));
    }
  g_assert_cmpfloat (low, ==, -99);
  g_assert_cmpfloat (high, ==, 99);
}

static void
expect_range (DashChartRange range, double min, double max)
{
  g_assert_cmpfloat_with_epsilon (range.min, min, 1e-9);
  g_assert_cmpfloat_with_epsilon (range.max, max, 1e-9);
}

/* The value at the pointer stays there, as in every map. */
static void
test_zoom (void)
{
  const DashChartRange all = { 0, 100 };

  expect_range (dash_chart_range_zoom (all, all, 0.5, 50), 25, 75);
  expect_range (dash_chart_range_zoom (all, all, 0.5, 100), 50, 100);
  expect_range (dash_chart_range_zoom ((DashChartRange){ 20, 40 }, all, 2, 20), 20, 60);
  expect_range (dash_chart_range_zoom ((DashChartRange){ 60, 90 }, all, 2, 90), 30, 90);
  expect_range (dash_chart_range_zoom ((DashChartRange){ 10, 90 }, all, 2, 50), 0, 100);
}

/* Zooming in any number of times leaves something to see. */
static void
test_zoom_limits (void)
{
  const DashChartRange all = { 0, 100 }, point = { 3, 3 };
  DashChartRange range = all;

  for (int i = 0; i < 200; i++)
    range = dash_chart_range_zoom (range, all, 0.5, 30);
  g_assert_cmpfloat (range.max - range.min, >, 0);
  g_assert_cmpfloat (range.min, <=, 30);
  g_assert_cmpfloat (range.max, >=, 30);
  expect_range (dash_chart_range_zoom (point, point, 0.5, 3), 3, 3);
}

/* A cursor that leaves the visible range moves the range. */
static void
test_reveal (void)
{
  const DashChartRange all = { 0, 100 }, shown = { 40, 60 };

  expect_range (dash_chart_range_reveal (shown, all, 50), 40, 60);
  expect_range (dash_chart_range_reveal (shown, all, 65), 45, 65);
  expect_range (dash_chart_range_reveal (shown, all, 0), 0, 20);
  expect_range (dash_chart_range_reveal (shown, all, 100), 80, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scale/linear ticks are round", test_linear_ticks);
  g_test_add_func ("/scale/logarithmic ticks are round", test_log_ticks);
  g_test_add_func ("/scale/labels of neighbours differ", test_labels_differ);
  g_test_add_func ("/scale/place and value are inverse", test_inverse);
  g_test_add_func ("/scale/a range without extent gets one", test_no_extent);
  g_test_add_func ("/scale/absurd ranges do no harm", test_absurd_ranges);
  g_test_add_func ("/scale/zero lies below a logarithmic axis", test_log_of_zero);
  g_test_add_func ("/scale/gaps have no extent", test_extent_of_gaps);
  g_test_add_func ("/scale/thinning keeps every peak", test_thinning_keeps_peaks);
  g_test_add_func ("/scale/zooming keeps the value at the pointer", test_zoom);
  g_test_add_func ("/scale/zooming in has a limit", test_zoom_limits);
  g_test_add_func ("/scale/a cursor out of sight moves the range", test_reveal);
  return g_test_run ();
}
