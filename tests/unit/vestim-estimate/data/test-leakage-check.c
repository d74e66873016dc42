/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/data/leakage-check.h"
#include "daemon/vestim-estimate/base/random.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

/* Looks like a measured cycle: no two rows are equal. */

#define ROWS 1000

typedef struct
{
  char *folder;
  GPtrArray *files[DATA_N_SETS]; /* paths */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user)
{
  fixture->folder = scratch_new ();
  for (int set = 0; set < DATA_N_SETS; set++)
    fixture->files[set] = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    g_ptr_array_unref (fixture->files[set]);
  scratch_free (fixture->folder);
}

typedef struct
{
  uint64_t seed;
  int first, n; /* rows of the cycle */
  int n_rest;   /* rows of rest in front of them */
  bool other_form;
} Cycle;

static void
append_row (GString *text, const Cycle *cycle, double soc, double current, double voltage)
{
  if (cycle->other_form)
    g_string_append_printf (text, "%.6e;x;%.8f;%+.7g\n", voltage, soc, current);
  else
    g_string_append_printf (text, "%.5f,%.5f,%.5f\n", soc, current, voltage);
}

static void
add_file (const Fixture *fixture, DataSet set, Cycle cycle)
{
  g_autofree char *name = g_strdup_printf ("%d-%u.csv", set, fixture->files[set]->len);
  g_autoptr (GString) text =
      g_string_new (cycle.other_form ? "Voltage [V];Note;SOC;Current\n" : "SOC,Current,Voltage\n");
  Random random;

  random_init (&random, cycle.seed);
  for (int i = 0; i < cycle.n_rest; i++)
    append_row (text, &cycle, 1, 0, 4.1 + (i % 3) * 0.001);
  for (int i = 0; i < cycle.first + cycle.n; i++)
    {
      /* Rounded as it is written, so that each format has the same number. */
      double current = (random_below (&random, 1000000) - 500000.0) / 1e5;
      double voltage = 4 + random_below (&random, 1000) / 1e5;

      if (i >= cycle.first)
        append_row (text, &cycle, 1 - i / 4000.0, current, voltage);
    }
  g_ptr_array_add (fixture->files[set], scratch_file (fixture->folder, name, text->str, text->len));
}

/* The message of the check; NULL when it finds no leakage. */
static char *
check (const Fixture *fixture)
{
  static const char *const inputs[] = { "SOC", "Current", NULL };
  Dataset *sets[DATA_N_SETS];
  g_autoptr (GError) error = NULL;

  for (int set = 0; set < DATA_N_SETS; set++)
    {
      sets[set] = read_dataset (fixture->files[set], inputs, "Voltage", &error);
      g_assert_no_error (error);
    }
  bool is_clean = leakage_check (sets, (char *const *) inputs, "Voltage", &error);
  for (int set = 0; set < DATA_N_SETS; set++)
    dataset_free (sets[set]);
  g_assert_true (is_clean == (error == NULL));
  return error ? g_strdup (error->message) : NULL;
}

/* Training on cycle 1, validation on 2; the test file varies. */
static char *
check_test_file (const Fixture *fixture, Cycle cycle)
{
  add_file (fixture, DATA_TRAIN, (Cycle){ .seed = 7, .n = ROWS });
  add_file (fixture, DATA_TRAIN, (Cycle){ .seed = 1, .n = ROWS, .n_rest = 300 });
  add_file (fixture, DATA_VALIDATION, (Cycle){ .seed = 2, .n = ROWS, .n_rest = 300 });
  add_file (fixture, DATA_TEST, cycle);
  return check (fixture);
}

/* Every measurement contains long rests with equal rows. */
static void
test_other_cycles_are_let_pass (Fixture *fixture, gconstpointer user)
{
  g_autofree char *sentence =
      check_test_file (fixture, (Cycle){ .seed = 3, .n = ROWS, .n_rest = 600 });

  g_assert_null (sentence);
}

static void
test_a_copy_is_named_with_its_source (Fixture *fixture, gconstpointer user)
{
  g_autofree char *sentence = check_test_file (fixture, (Cycle){ .seed = 1, .n = ROWS });

  g_assert_nonnull (sentence);
  g_assert_nonnull (strstr (sentence, "test file"));
  g_assert_nonnull (strstr (sentence, fixture->files[DATA_TEST]->pdata[0]));
  g_assert_nonnull (strstr (sentence, fixture->files[DATA_TRAIN]->pdata[1]));
  g_assert_nonnull (strstr (sentence, "1000 of its 1000 rows"));
  g_assert_null (strstr (sentence, "validation"));
}

/* Users also copy parts of files. */
static void
test_a_piece_in_another_form_is_found (Fixture *fixture, gconstpointer user)
{
  g_autofree char *sentence = check_test_file (
      fixture, (Cycle){ .seed = 1, .first = 333, .n = 150, .n_rest = 41, .other_form = true });

  g_assert_nonnull (sentence);
  g_assert_nonnull (strstr (sentence, "150 of its 191 rows"));
  g_assert_nonnull (strstr (sentence, "its rows from 42 on"));
  g_assert_nonnull (strstr (sentence, "from row 634 on"));
}

/* A few rows may agree by chance; the threshold is documented. */
static void
test_less_than_the_threshold_is_let_pass (Fixture *fixture, gconstpointer user)
{
  g_autofree char *sentence =
      check_test_file (fixture, (Cycle){ .seed = 1, .first = 333, .n = LEAKAGE_ROWS - 1 });

  g_assert_null (sentence);
  g_ptr_array_set_size (fixture->files[DATA_TEST], 0);
  add_file (fixture, DATA_TEST, (Cycle){ .seed = 1, .first = 333, .n = LEAKAGE_ROWS });
  sentence = check (fixture);
  g_assert_nonnull (sentence);
}

/* The validation files choose the network, so they are checked too. */
static void
test_validation_files_are_checked_too (Fixture *fixture, gconstpointer user)
{
  add_file (fixture, DATA_VALIDATION, (Cycle){ .seed = 7, .n = ROWS });

  g_autofree char *sentence = check_test_file (fixture, (Cycle){ .seed = 3, .n = ROWS });
  g_assert_nonnull (strstr (sentence, "validation file"));
}

/* A file that repeats itself a hundred thousand times must not take quadratic time. */
static void
test_repetition_takes_no_long_time (Fixture *fixture, gconstpointer user)
{
  g_autoptr (GString) text = g_string_new ("SOC,Current,Voltage\n");

  for (int i = 0; i < 1000000; i++)
    g_string_append_printf (text, "1,%d,3\n", i % 20);
  for (int set = 0; set < DATA_N_SETS; set++)
    {
      g_autofree char *name = g_strdup_printf ("%d.csv", set);
      g_ptr_array_add (fixture->files[set],
                       scratch_file (fixture->folder, name, text->str, text->len));
    }
  g_autofree char *sentence = check (fixture);
  g_assert_null (sentence);
}

/* A measurement at 10 Hz as it is written to a file. */
typedef struct
{
  int rows;         /* of the measurement in each row of the file */
  bool is_mean;     /* of these, or the first one of them */
  int first;        /* row of the measurement */
  int digits;       /* of the voltage */
  double percent;   /* factor of the state of charge */
  double deviation; /* of another measurement of the same cycle, in V */
} Form;

static void
measure (Random *random, int row, double deviation, double values[3])
{
  double current = 5 * sin (row / 31.0) + 4 * sin (row / 7.3);

  values[0] = 1 - row / 40000.0;
  values[1] = round (current * 1e4) / 1e4;
  values[2] = 3.7 + 0.02 * current + 0.1 * cos (row / 900.0)
              + deviation * ((double) random_below (random, 2001) / 1000 - 1);
  values[2] = round (values[2] * 1e5) / 1e5;
}

static void
add_measurement (const Fixture *fixture, DataSet set, Form form)
{
  g_autofree char *name = g_strdup_printf ("%d-%u.csv", set, fixture->files[set]->len);
  g_autoptr (GString) text = g_string_new ("Time,SOC,Current,Voltage\n");
  Random random;

  random_init (&random, 5);
  for (int row = form.first; row + form.rows <= 20000; row += form.rows)
    {
      int n = form.is_mean ? form.rows : 1;
      double sum[3] = { 0 };

      for (int i = 0; i < n; i++)
        {
          double values[3];

          measure (&random, row + i, form.deviation, values);
          for (int j = 0; j < 3; j++)
            sum[j] += values[j] / n;
        }
      g_string_append_printf (text, "%.1f,%.6f,%.4f,%.*f\n", row / 10.0, sum[0] * form.percent,
                              sum[1], form.digits, sum[2]);
    }
  g_ptr_array_add (fixture->files[set], scratch_file (fixture->folder, name, text->str, text->len));
}

/* (nullable) the message for a measurement in training and the same one in the test. */
static char *
check_forms (const Fixture *fixture, Form train, Form tested)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    g_ptr_array_set_size (fixture->files[set], 0);
  add_measurement (fixture, DATA_TRAIN, train);
  add_file (fixture, DATA_VALIDATION, (Cycle){ .seed = 2, .n = ROWS });
  add_measurement (fixture, DATA_TEST, tested);
  return check (fixture);
}

/* Such copies are made when data are prepared, and an error measured on them means nothing. */
static void
test_copies_in_another_form_are_found (Fixture *fixture, gconstpointer user)
{
  const Form raw = { .rows = 1, .digits = 5, .percent = 1 };
  const Form copies[] = {
    { .rows = 10, .first = 3, .digits = 5, .percent = 1 },
    { .rows = 10, .is_mean = true, .digits = 5, .percent = 1 },
    { .rows = 1, .digits = 5, .percent = 100 },
    { .rows = 1, .digits = 3, .percent = 1 },
    { .rows = 10, .is_mean = true, .first = 8000, .digits = 4, .percent = 100 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      g_autofree char *in_test = check_forms (fixture, raw, copies[i]);
      g_autofree char *in_training = check_forms (fixture, copies[i], raw);

      if (!in_test || !in_training)
        g_error ("copy %zu: in the test %s, in training %s", i, in_test, in_training);
      g_assert_nonnull (strstr (in_test, "repeats rows of the training files"));
    }
}

/* Cyclers repeat a cycle to a few tenths of a millivolt. That is no copy. */
static void
test_the_same_cycle_measured_again_is_let_pass (Fixture *fixture, gconstpointer user)
{
  const Form raw = { .rows = 1, .digits = 5, .percent = 1 };
  const Form again = { .rows = 1, .digits = 5, .percent = 1, .deviation = 3e-4 };
  g_autofree char *sentence = check_forms (fixture, raw, again);

  g_assert_null (sentence);
}

#define ADD(name, function) \
  g_test_add ("/leakage-check/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("other cycles pass", test_other_cycles_are_let_pass);
  ADD ("a copy is named with its source", test_a_copy_is_named_with_its_source);
  ADD ("a piece in another form is found", test_a_piece_in_another_form_is_found);
  ADD ("fewer rows than the threshold pass", test_less_than_the_threshold_is_let_pass);
  ADD ("validation files are checked too", test_validation_files_are_checked_too);
  ADD ("repetition is not slow", test_repetition_takes_no_long_time);
  ADD ("copies in another form are found", test_copies_in_another_form_are_found);
  ADD ("the same cycle measured again passes", test_the_same_cycle_measured_again_is_let_pass);
  return g_test_run ();
}
