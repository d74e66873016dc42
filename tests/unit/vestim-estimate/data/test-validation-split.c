/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestim-estimate/data/validation-split.h"

/* A file whose rows count from 1000 times its number. */
static Series *
make_series (int number, size_t n_rows)
{
  Series *series = g_new0 (Series, 1);

  series->path = g_strdup_printf ("/%d.csv", number);
  series->n_rows = n_rows;
  series->n_inputs = 2;
  series->inputs = g_new (double, 2 * n_rows);
  series->target = g_new (double, n_rows);
  series->times = g_new (double, n_rows);
  for (size_t row = 0; row < n_rows; row++)
    {
      series->target[row] = series->times[row] = number * 1000 + (double) row;
      series->inputs[2 * row] = series->inputs[2 * row + 1] = -series->target[row];
    }
  return series;
}

static Dataset *
make_dataset (const size_t *n_rows, int n_files)
{
  Dataset *dataset = g_new0 (Dataset, 1);

  dataset->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);
  dataset->firsts = g_new0 (uint32_t, n_files + 1);
  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (dataset->series, make_series (i, n_rows[i]));
  g_assert_true (dataset_count_rows (dataset, NULL));
  return dataset;
}

static const Series *
series_at (const Dataset *dataset, guint i)
{
  return dataset->series->pdata[i];
}

/* Neighbouring windows share nearly all their rows: only a whole file is new to the network. */
static void
test_whole_files_are_taken_if_there_are_enough (void)
{
  const size_t n_rows[] = { 100, 90, 110, 100, 100, 95, 100, 100, 100, 105 };
  g_autoptr (Dataset) train = make_dataset (n_rows, 10);
  g_autoptr (Dataset) validation = make_dataset (NULL, 0);
  g_autofree char *note = NULL;
  bool is_by_file = false;

  g_assert_true (validation_split (train, validation, 0.2, &note, &is_by_file, NULL));

  g_assert_true (is_by_file);
  g_assert_cmpuint (validation->series->len, ==, 2);
  g_assert_cmpstr (series_at (validation, 0)->path, ==, "/2.csv");
  g_assert_cmpstr (series_at (validation, 1)->path, ==, "/7.csv");
  g_assert_cmpuint (train->series->len, ==, 8);
  g_assert_cmpuint (train->n_rows, ==, 790);
  g_assert_cmpuint (train->firsts[8], ==, 790);
  g_assert_cmpuint (validation->n_rows, ==, 210);
  g_assert_cmpstr (note, ==,
                   "2 of 10 training files are used for validation instead of training, with 210 "
                   "of 1000 rows: /2.csv, /7.csv");
}

/* No window spans the cut: the two parts are files of their own. */
static void
test_the_ends_of_few_files_are_taken (void)
{
  const size_t n_rows[] = { 100, 200, 3 };
  g_autoptr (Dataset) train = make_dataset (n_rows, 3);
  g_autoptr (Dataset) validation = make_dataset (NULL, 0);
  g_autofree char *note = NULL;
  bool is_by_file = true;

  g_assert_true (validation_split (train, validation, 0.2, &note, &is_by_file, NULL));

  g_assert_false (is_by_file);
  g_assert_cmpuint (validation->series->len, ==, 2);
  g_assert_cmpuint (train->series->len, ==, 3);
  g_assert_cmpuint (series_at (train, 1)->n_rows, ==, 160);
  g_assert_cmpuint (series_at (validation, 1)->n_rows, ==, 40);
  g_assert_cmpfloat (series_at (validation, 1)->target[0], ==, 1160);
  g_assert_cmpfloat (series_at (validation, 1)->times[39], ==, 1199);
  g_assert_cmpfloat (series_at (validation, 1)->inputs[1], ==, -1160);
  g_assert_cmpfloat (series_at (train, 1)->inputs[319], ==, -1159);
  g_assert_cmpuint (train->n_rows + validation->n_rows, ==, 303);
  g_assert_true (g_str_has_prefix (note, "the last 20 % of each training file"));
}

/* One long file would leave too little for training. */
static void
test_files_of_unequal_length_are_cut (void)
{
  const size_t n_rows[] = { 100, 100, 5000, 100, 100 };
  g_autoptr (Dataset) train = make_dataset (n_rows, 5);
  g_autoptr (Dataset) validation = make_dataset (NULL, 0);
  g_autofree char *note = NULL;
  bool is_by_file = true;

  g_assert_true (validation_split (train, validation, 0.2, &note, &is_by_file, NULL));
  g_assert_false (is_by_file);
  g_assert_cmpuint (validation->n_rows, ==, 1080);
}

static void
test_files_that_are_too_short_are_refused (void)
{
  const size_t n_rows[] = { 5 };
  g_autoptr (Dataset) train = make_dataset (n_rows, 1);
  g_autoptr (Dataset) validation = make_dataset (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  bool is_by_file = true;

  g_assert_false (validation_split (train, validation, 0.2, &note, &is_by_file, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/validation-split/whole files are taken if there are enough",
                   test_whole_files_are_taken_if_there_are_enough);
  g_test_add_func ("/validation-split/the ends of few files are taken",
                   test_the_ends_of_few_files_are_taken);
  g_test_add_func ("/validation-split/files of unequal length are cut",
                   test_files_of_unequal_length_are_cut);
  g_test_add_func ("/validation-split/files that are too short are refused",
                   test_files_that_are_too_short_are_refused);
  return g_test_run ();
}
