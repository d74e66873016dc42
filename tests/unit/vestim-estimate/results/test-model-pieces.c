/* SPDX-License-Identifier: MIT */

/* A plain file gives the same rows and predictions in pieces as in the whole; any other file is
 * read as a whole. */

#include <glib.h>
#include <math.h>
#include <string.h>

#include "daemon/vestim-estimate/results/model-pieces.h"
#include "daemon/vestim-estimate/training/tester-pieces.h"
#include "tests/support/scratch.h"

#define N_ROWS 1000
#define PIECE 150 /* the last piece is shorter */

typedef struct
{
  char *folder;
  char *path;
  int size;
  VestimPreprocessing *preprocessing;
  ScalingRange ranges[2];
  Scaling scaling;
  float parameters[500];
  Model model;
  Network *network;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user)
{
  static char *inputs[] = { "Current", "Temp", NULL };
  static char *units[] = { "A", NULL };

  fixture->folder = scratch_new ();
  fixture->path = g_build_filename (fixture->folder, "cell.csv", NULL);
  fixture->size = 7;
  fixture->ranges[0] = (ScalingRange){ -3, 3 };
  fixture->ranges[1] = (ScalingRange){ 20, 30 };
  fixture->scaling = (Scaling){ 2, fixture->ranges, { 3, 4.2 } };
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->parameters); i++)
    fixture->parameters[i] = (float) sin ((double) i * 1.7);
  fixture->model = (Model){
    .kind = VESTIM_MODEL_GRU,
    .shape = { .n_inputs = 2, .n_layers = 1, .sizes = &fixture->size, .lookback = 20 },
    .inputs = inputs,
    .target = "Voltage",
    .units = units,
    .period_s = 0.5,
    .current_sign = VESTIM_SIGN_DISCHARGE_NEGATIVE,
    .scaling = &fixture->scaling,
    .test_mode = VESTIM_TEST_STATEFUL,
    .parameters = fixture->parameters,
  };
  fixture->network = network_new (fixture->model.kind, &fixture->model.shape);
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  network_free (fixture->network);
  scratch_free (fixture->folder);
  g_free (fixture->path);
}

/* A cell with a resistance of 0.1 Ohm. `change` may change the text of a row. */
typedef void (*Change) (int row, char *text, size_t size);

static void
write_file (const Fixture *fixture, double resistance, Change change)
{
  g_autoptr (GString) table = g_string_new ("Time,Voltage,Current [A],Temp\n");
  char text[100];

  for (int row = 0; row < N_ROWS; row++)
    {
      double current = 2 * sin (row * 0.9) + 0.01 * (row % 7);

      g_snprintf (text, sizeof text, "%.1f,%.4f,%.4f,%.2f", row * 0.5, 3.7 + resistance * current,
                  current, 25 + 0.001 * row);
      if (change)
        change (row, text, sizeof text);
      g_string_append_printf (table, "%s\n", text);
    }
  scratch_write (fixture->path, table->str);
}

static void
assert_same_rows (const Series *whole, size_t first, const Series *piece)
{
  size_t n_inputs = (size_t) whole->n_inputs, n = piece->n_rows;

  g_assert_cmpuint (first + n, <=, whole->n_rows);
  g_assert_cmpmem (piece->scaled_inputs, n * n_inputs * sizeof (float),
                   whole->scaled_inputs + first * n_inputs, n * n_inputs * sizeof (float));
  g_assert_cmpmem (piece->target, n * sizeof (double), whole->target + first, n * sizeof (double));
  g_assert_cmpmem (piece->times, n * sizeof (double), whole->times + first, n * sizeof (double));
}

static void
assert_same (Fixture *fixture)
{
  const Model *model = &fixture->model;
  g_autoptr (GError) error = NULL;
  g_autoptr (Series) whole = model_series_read (model, fixture->path, false, &error);
  g_assert_no_error (error);
  g_autofree float *expected = tester_predict (fixture->network, model->parameters,
                                               &model->scaling->target, model->test_mode, whole);
  g_autoptr (ModelPieces) pieces = model_pieces_open (model, fixture->path, PIECE, &error);
  g_autoptr (TesterPieces) tester = tester_pieces_new (fixture->network, model->parameters,
                                                       &model->scaling->target, model->test_mode);
  size_t n_rows = 0;

  g_assert_true (model_pieces_are_whole (model, fixture->path, PIECE));
  for (;;)
    {
      g_autoptr (Series) piece = model_pieces_next (pieces, &error);

      g_assert_no_error (error);
      if (!piece)
        break;
      g_autofree float *predicted = tester_pieces_predict (tester, piece);
      assert_same_rows (whole, n_rows, piece);
      g_assert_cmpmem (predicted, piece->n_rows * sizeof (float), expected + n_rows,
                       piece->n_rows * sizeof (float));
      n_rows += piece->n_rows;
    }
  g_assert_cmpuint (n_rows, ==, N_ROWS);
}

static void
test_pieces_are_the_whole (Fixture *fixture, gconstpointer user)
{
  write_file (fixture, 0.1, NULL);
  assert_same (fixture);
  fixture->model.test_mode = VESTIM_TEST_WINDOWED;
  assert_same (fixture);
}

/* Windows longer than a piece, and a network that sees one row. */
static void
test_any_lookback_is_possible (Fixture *fixture, gconstpointer user)
{
  static const struct
  {
    VestimModelKind kind;
    int lookback;
  } cases[] = { { VESTIM_MODEL_LSTM, 400 }, { VESTIM_MODEL_LSTM, 1 }, { VESTIM_MODEL_FNN, 1 } };

  write_file (fixture, 0.1, NULL);
  fixture->model.test_mode = VESTIM_TEST_WINDOWED;
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      network_free (fixture->network);
      fixture->model.kind = cases[i].kind;
      fixture->model.shape.lookback = cases[i].lookback;
      fixture->network = network_new (cases[i].kind, &fixture->model.shape);
      assert_same (fixture);
    }
}

static void
lose_a_cell (int row, char *text, size_t size)
{
  if (row == 777)
    strrchr (text, ',')[1] = '\0';
}

static void
pause_at_the_border (int row, char *text, size_t size)
{
  g_autofree char *rest = g_strdup (strchr (text, ','));

  if (row >= 2 * PIECE)
    g_snprintf (text, size, "%.1f%s", row * 0.5 + 60, rest);
}

static void
go_back_at_the_border (int row, char *text, size_t size)
{
  g_autofree char *rest = g_strdup (strchr (text, ','));

  if (row == 2 * PIECE)
    g_snprintf (text, size, "%.1f%s", (row - 1) * 0.5, rest);
}

static void
use_dates (int row, char *text, size_t size)
{
  g_autofree char *rest = g_strdup (strchr (text, ','));

  g_snprintf (text, size, "2024-05-01 10:%02d:%02d.%d%s", row / 120, row / 2 % 60, row % 2 * 5,
              rest);
}

static void
assert_not_whole (Fixture *fixture, double resistance, Change change)
{
  write_file (fixture, resistance, change);
  g_assert_false (model_pieces_are_whole (&fixture->model, fixture->path, PIECE));
}

/* What they are is decided by all rows. */
static void
test_other_files_are_read_as_a_whole (Fixture *fixture, gconstpointer user)
{
  assert_not_whole (fixture, 0.1, lose_a_cell);
  assert_not_whole (fixture, 0.1, pause_at_the_border);
  assert_not_whole (fixture, 0.1, go_back_at_the_border);
  assert_not_whole (fixture, 0.1, use_dates);
  assert_not_whole (fixture, -0.1, NULL); /* the sign is not the model's */
  assert_not_whole (fixture, 0, NULL);    /* no piece shows the sign */
  fixture->model.period_s = 2;
  assert_not_whole (fixture, 0.1, NULL);
}

static void
test_a_short_file_is_read_as_a_whole (Fixture *fixture, gconstpointer user)
{
  write_file (fixture, 0.1, NULL);
  g_assert_false (model_pieces_are_whole (&fixture->model, fixture->path, N_ROWS + 1));
  g_assert_false (model_pieces_are_whole (&fixture->model, "/nonexistent", PIECE));
}

static void
test_means_are_computed_over_the_whole (Fixture *fixture, gconstpointer user)
{
  VestimPreprocessing means = {
    .average_rows = 3,
    .average_columns = (char *[]){ "Temp", NULL },
    .derived = g_ptr_array_new (),
  };

  write_file (fixture, 0.1, NULL);
  fixture->model.preprocessing = &means;
  g_assert_false (model_pieces_are_whole (&fixture->model, fixture->path, PIECE));
  means.average_rows = 0;
  g_assert_true (model_pieces_are_whole (&fixture->model, fixture->path, PIECE));
  g_ptr_array_unref (means.derived);
}

static void
add (const char *name, void (*test) (Fixture *fixture, gconstpointer user))
{
  g_autofree char *path = g_strconcat ("/pieces/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("pieces are the whole", test_pieces_are_the_whole);
  add ("any lookback is possible", test_any_lookback_is_possible);
  add ("other files are read as a whole", test_other_files_are_read_as_a_whole);
  add ("a short file is read as a whole", test_a_short_file_is_read_as_a_whole);
  add ("means are computed over the whole", test_means_are_computed_over_the_whole);
  return g_test_run ();
}
