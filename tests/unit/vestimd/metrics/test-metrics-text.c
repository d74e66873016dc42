/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/metrics/metrics-text.h"

static const uint64_t bounds[] = { 10, 20 };
static const HistogramScale scale = { bounds, G_N_ELEMENTS (bounds), 10 };

/* A bound belongs to its bucket ("le"), and each bucket includes the smaller ones. */
static void
test_a_histogram_counts_up_to_each_bound (void)
{
  Histogram histogram = { .scale = &scale };
  g_autoptr (GString) out = g_string_new (NULL);
  MetricsText text = { .out = out };

  histogram_add (&histogram, 0);
  histogram_add (&histogram, 10);
  histogram_add (&histogram, 11);
  histogram_add (&histogram, 1000);
  metrics_text_begin (&text, METRIC_HISTOGRAM, "wait_seconds", "Waiting.");
  metrics_text_add_histogram (&text, METRIC_LABELS ("kind", "a"), &histogram);
  g_assert_cmpstr (out->str, ==,
                   "# HELP wait_seconds Waiting.\n"
                   "# TYPE wait_seconds histogram\n"
                   "wait_seconds_bucket{kind=\"a\",le=\"1\"} 2\n"
                   "wait_seconds_bucket{kind=\"a\",le=\"2\"} 3\n"
                   "wait_seconds_bucket{kind=\"a\",le=\"+Inf\"} 4\n"
                   "wait_seconds_sum{kind=\"a\"} 102.1\n"
                   "wait_seconds_count{kind=\"a\"} 4\n");
}

/* A label's value must not end its line or its quotes. */
static void
test_values_of_labels_are_escaped (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  MetricsText text = { .out = out };

  metrics_text_begin (&text, METRIC_COUNTER, "a_total", "A.");
  metrics_text_add (&text, METRIC_LABELS ("x", "a\"b\\c\nd", "y", "ü"), 0.5);
  g_assert_cmpstr (out->str, ==,
                   "# HELP a_total A.\n# TYPE a_total counter\n"
                   "a_total{x=\"a\\\"b\\\\c\\nd\",y=\"ü\"} 0.5\n");
}

static void
test_a_metric_may_have_no_labels (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  MetricsText text = { .out = out };

  metrics_text_single (&text, METRIC_GAUGE, "bytes", "B.", 123456789012.0);
  g_assert_cmpstr (out->str, ==, "# HELP bytes B.\n# TYPE bytes gauge\nbytes 123456789012\n");
}

static void
expect_rising (const HistogramScale *all)
{
  g_assert_cmpuint (all->n_bounds, <=, HISTOGRAM_MAX_BOUNDS);
  for (size_t i = 1; i < all->n_bounds; i++)
    g_assert_cmpuint (all->bounds[i - 1], <, all->bounds[i]);
}

static void
test_the_bounds_of_each_scale_rise (void)
{
  expect_rising (&histogram_short_times);
  expect_rising (&histogram_long_times);
  expect_rising (&histogram_sizes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics-text/a_histogram_counts_up_to_each_bound",
                   test_a_histogram_counts_up_to_each_bound);
  g_test_add_func ("/metrics-text/values_of_labels_are_escaped", test_values_of_labels_are_escaped);
  g_test_add_func ("/metrics-text/a_metric_may_have_no_labels", test_a_metric_may_have_no_labels);
  g_test_add_func ("/metrics-text/the_bounds_of_each_scale_rise",
                   test_the_bounds_of_each_scale_rise);
  return g_test_run ();
}
