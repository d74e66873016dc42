/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/leakage-check.h"
#include "daemon/vestim-estimate/base/random.h"
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
      sets[set] = dataset_read (fixture->files[set], inputs, "Voltage", &error);
      g_assert_no_error (error);
    }
  bool is_clean = leakage_check (sets, &error);
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
  return g_test_run ();
}
