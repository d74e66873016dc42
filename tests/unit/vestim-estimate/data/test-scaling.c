/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/data/outside.h"
#include "daemon/vestim-estimate/data/scaling.h"

static const char *const inputs[] = { "A", "B", NULL };

/* A series of two inputs and a target from `n` triples. */
static Series *
new_series (size_t n, const double *triples)
{
  Series *series = g_new0 (Series, 1);

  series->n_rows = n;
  series->n_inputs = 2;
  series->inputs = g_new (double, 2 * n);
  series->target = g_new (double, n);
  for (size_t i = 0; i < n; i++)
    {
      memcpy (&series->inputs[2 * i], &triples[3 * i], 2 * sizeof (double));
      series->target[i] = triples[3 * i + 2];
    }
  return series;
}

static Scaling *
fit (const double *first, const double *second, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);

  g_ptr_array_add (all, new_series (2, first));
  g_ptr_array_add (all, new_series (2, second));
  return scaling_fit (all, inputs, "V", error);
}

/* All training files count, not only the first. */
static void
test_ranges_are_those_of_all_files (void)
{
  g_autoptr (Scaling) scaling =
      fit ((double[]){ 1, -5, 3, 2, 0, 4 }, (double[]){ 0, 9, 3.5, 1, 1, 2.5 }, NULL);

  g_assert_cmpfloat (scaling->inputs[0].min, ==, 0);
  g_assert_cmpfloat (scaling->inputs[0].max, ==, 2);
  g_assert_cmpfloat (scaling->inputs[1].min, ==, -5);
  g_assert_cmpfloat (scaling->inputs[1].max, ==, 9);
  g_assert_cmpfloat (scaling->target.min, ==, 2.5);
  g_assert_cmpfloat (scaling->target.max, ==, 4);
}

/* Test files may exceed the range of the training files. */
static void
test_scaling_is_linear_beyond_the_range (void)
{
  const ScalingRange range = { 2.5, 4.5 };

  g_assert_cmpfloat (scaling_scale (&range, 2.5), ==, 0);
  g_assert_cmpfloat (scaling_scale (&range, 4.5), ==, 1);
  g_assert_cmpfloat (scaling_scale (&range, 5.5), ==, 1.5);
  g_assert_cmpfloat (scaling_unscale (&range, 1.5), ==, 5.5);
}

static void
test_series_are_scaled_in_order (void)
{
  g_autoptr (Scaling) scaling =
      fit ((double[]){ 0, 0, 0, 2, 4, 8 }, (double[]){ 1, 1, 1, 1, 1, 1 }, NULL);
  g_autoptr (Series) series = new_series (2, (double[]){ 1, 1, 4, 3, -4, 2 });

  scaling_apply (scaling, series);
  g_assert_cmpfloat (series->scaled_inputs[0], ==, 0.5f);
  g_assert_cmpfloat (series->scaled_inputs[1], ==, 0.25f);
  g_assert_cmpfloat (series->scaled_inputs[2], ==, 1.5f);
  g_assert_cmpfloat (series->scaled_inputs[3], ==, -1);
  g_assert_cmpfloat (series->scaled_target[1], ==, 0.25f);
  g_assert_cmpfloat (series->target[0], ==, 4);
  g_assert_null (series->inputs);
}

/* A temperature that never changes must not end in a division by zero. */
static void
test_a_constant_input_becomes_zero (void)
{
  g_autoptr (Scaling) scaling =
      fit ((double[]){ 25, 0, 0, 25, 4, 8 }, (double[]){ 25, 1, 1, 25, 1, 1 }, NULL);

  g_assert_cmpfloat (scaling_scale (&scaling->inputs[0], 25), ==, 0);
  g_assert_cmpfloat (scaling_scale (&scaling->inputs[0], 10), ==, 0);
}

/* There is nothing to learn then, but the value itself is a good prediction. */
static void
test_a_constant_target_is_predicted_as_it_is (void)
{
  g_autoptr (Scaling) scaling =
      fit ((double[]){ 1, 0, 3.7, 2, 4, 3.7 }, (double[]){ 1, 1, 3.7, 1, 1, 3.7 }, NULL);

  g_assert_cmpfloat (scaling_scale (&scaling->target, 4), ==, 0);
  g_assert_cmpfloat (scaling_unscale (&scaling->target, 0.9), ==, 3.7);
}

static void
test_a_range_beyond_all_numbers_is_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      fit ((double[]){ 1, -1e308, 1, 2, 1e308, 2 }, (double[]){ 1, 1, 1, 1, 1, 1 }, &error));
  g_assert_nonnull (strstr (error->message, "\"B\""));
}

/* A network guesses where it has seen nothing: the user must know how often. */
static void
test_rows_outside_the_ranges_are_counted (void)
{
  g_autoptr (Scaling) scaling =
      fit ((double[]){ 0, 0, 3, 10, 1, 4 }, (double[]){ 5, 0, 3.5, 5, 1, 2.5 }, NULL);
  g_autoptr (GPtrArray) tests = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  Series *series = new_series (4, (double[]){ -20, 0, 3, 10, 1, 4, -1, 2, 3, 5, 1, 3 });

  g_ptr_array_add (tests, series);
  scaling_apply (scaling, series);
  g_assert_cmpuint (series->n_outside, ==, 2);
  g_assert_cmpuint (series->outside[0].below, ==, 2);
  g_assert_cmpuint (series->outside[0].above, ==, 0);
  g_assert_cmpuint (series->outside[1].above, ==, 1);

  g_autoptr (GPtrArray) sentences =
      outside_explain (tests, (char *[]){ "Temp", "B", NULL }, "V", scaling);
  g_assert_cmpuint (sentences->len, ==, 2);
  g_assert_cmpstr (sentences->pdata[0], ==,
                   "50 % of the rows are colder than anything in training (\"Temp\" reaches "
                   "-20, in training only 0): expect large errors");
  g_assert_nonnull (strstr (sentences->pdata[1], "25 % of the rows are higher"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scaling/the ranges include all files", test_ranges_are_those_of_all_files);
  g_test_add_func ("/scaling/scaling is linear beyond the range",
                   test_scaling_is_linear_beyond_the_range);
  g_test_add_func ("/scaling/series are scaled in order", test_series_are_scaled_in_order);
  g_test_add_func ("/scaling/a constant input becomes zero", test_a_constant_input_becomes_zero);
  g_test_add_func ("/scaling/a constant target is predicted as it is",
                   test_a_constant_target_is_predicted_as_it_is);
  g_test_add_func ("/scaling/rows outside the ranges are counted",
                   test_rows_outside_the_ranges_are_counted);
  g_test_add_func ("/scaling/an infinite range is refused",
                   test_a_range_beyond_all_numbers_is_refused);
  return g_test_run ();
}
