/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-series.h"

#include <string.h>

#include "common/client/vestim-error.h"

/* Steps may come in any order, and a loss that is not finite is null. */
static void
test_metrics (void)
{
  static const char text[] = "{\"series\":{\"val_rmse_mv\":[[3,30],[1,10.5],[2,null],[\"x\",1],7],"
                             "\"empty\":[]}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = dash_series_parse_metrics (text, strlen (text), &error);
  const DashSeries *series;

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  series = list->pdata[0];
  g_assert_cmpstr (series->name, ==, "val_rmse_mv");
  g_assert_cmpuint (series->n, ==, 2);
  g_assert_cmpfloat (series->x[0], ==, 1);
  g_assert_cmpfloat (series->y[1], ==, 30);
  g_assert_cmpuint (((DashSeries *) list->pdata[1])->n, ==, 0);
}

static void
test_garbled_metrics (void)
{
  static const char *const texts[] = { "", "[]", "{\"series\":[]}", "{\"series\":{\"a\":[[1,2]" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (dash_series_parse_metrics (texts[i], strlen (texts[i]), &error));
      g_assert_nonnull (error);
    }
}

/* The file may end with or without a line end, and with either of the two. */
static void
test_predictions (void)
{
  static const char *const texts[] = {
    "time,measured,predicted,error_mv\n0,3.5,3.6,100\n0.1,3.4,3.4,-0.5\n",
    "time,measured,predicted,error_mv\r\n0,3.5,3.6,100\r\n1e-1,3.4,3.4,-0.5",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) list =
          dash_series_parse_predictions (texts[i], strlen (texts[i]), &error);
      const DashSeries *wrong;

      g_assert_no_error (error);
      g_assert_cmpuint (list->len, ==, 3);
      wrong = list->pdata[2];
      g_assert_cmpstr (wrong->name, ==, "error_mv");
      g_assert_cmpuint (wrong->n, ==, 2);
      g_assert_cmpfloat (wrong->x[1], ==, 0.1);
      g_assert_cmpfloat (wrong->y[1], ==, -0.5);
    }
}

/* Half a file, another file or no file must not become a curve. */
static void
test_garbled_predictions (void)
{
  static const char *const rows[] = { "0,3.5,3.6\n",        "0,3.5,3.6,x\n",
                                      "0,3.5,3.6,1\n\n",    "0,3.5,3.6,\n1,2,3,4\n",
                                      "1,1,1,1\n0,1,1,1\n", "0,nan,1,1\n",
                                      "0,1e999,1,1\n",      "0,1,1,1,1\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat ("time,measured,predicted,error_mv\n", rows[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (dash_series_parse_predictions (text, strlen (text), &error));
      g_assert_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED);
    }
  g_assert_null (dash_series_parse_predictions ("<html>", 6, NULL));
  g_assert_null (dash_series_parse_predictions ("a,b\n1,2\n", 8, NULL));
}

static DashSeries *
steps_of_two (void)
{
  DashSeries *series = dash_series_new ("s", 5);

  for (gsize i = 0; i < series->n; i++)
    series->x[i] = 2.0 * (double) i;
  return series;
}

/* The chart shows the value of the point nearest to the pointer. */
static void
test_nearest (void)
{
  g_autoptr (DashSeries) series = steps_of_two ();
  g_autoptr (DashSeries) empty = dash_series_new ("e", 0);

  g_assert_cmpuint (dash_series_nearest (series, -10), ==, 0);
  g_assert_cmpuint (dash_series_nearest (series, 2.9), ==, 1);
  g_assert_cmpuint (dash_series_nearest (series, 3.1), ==, 2);
  g_assert_cmpuint (dash_series_nearest (series, 100), ==, 4);
  g_assert_cmpuint (dash_series_nearest (empty, 1), ==, 0);
}

/* A zoomed line reaches both edges of the chart. */
static void
test_range (void)
{
  g_autoptr (DashSeries) series = steps_of_two ();
  gsize first, end;

  dash_series_range (series, 3, 5, &first, &end);
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (end, ==, 4);
  dash_series_range (series, -5, 50, &first, &end);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (end, ==, 5);
  dash_series_range (series, 100, 200, &first, &end);
  g_assert_cmpuint (first, <=, end);
  g_assert_cmpuint (end, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/metrics are sorted and have no gaps", test_metrics);
  g_test_add_func ("/series/garbled metrics are an error", test_garbled_metrics);
  g_test_add_func ("/series/predictions are three series", test_predictions);
  g_test_add_func ("/series/garbled predictions are an error", test_garbled_predictions);
  g_test_add_func ("/series/the nearest point is found", test_nearest);
  g_test_add_func ("/series/a range has a neighbour on each side", test_range);
  return g_test_run ();
}
