/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/results/model-file.h"
#include "tests/support/scratch.h"

static const int sizes[] = { 3, 2 };
static const NetworkShape shape = { .n_inputs = 2, .n_layers = 2, .sizes = sizes, .lookback = 7 };

/* Writes a model with unusual names and values. Returns the bytes of the file. */
static char *
write_model (const char *path, const float *parameters, size_t n_parameters, size_t *length)
{
  g_autoptr (Network) network = network_new (VESTIM_MODEL_LSTM, &shape);
  ScalingRange ranges[] = { { -0.1, 1 }, { 1e-300, 1e300 } };
  Scaling scaling = { .n_inputs = 2, .inputs = ranges, .target = { 2.5, 4.2 } };
  g_autoptr (VestimDataSettings) settings = vestim_data_settings_new ();
  const Model model = {
    .kind = VESTIM_MODEL_LSTM,
    .shape = shape,
    .inputs = (char *[]){ "SOC", "a \"quoted\" name", NULL },
    .target = "Spannung",
    .units = (char *[]){ NULL, "A" },
    .target_unit = "V",
    .period_s = 0.1,
    .data = settings,
    .current_sign = VESTIM_SIGN_DISCHARGE_NEGATIVE,
    .scaling = &scaling,
    .seed = 42,
    .training = VESTIM_TRAINING_STATEFUL,
    .test_mode = VESTIM_TEST_WINDOWED,
    .epoch = 17,
    .val_rmse = 0.0191,
    .parameters = (float *) parameters,
    .n_parameters = n_parameters,
  };
  g_autoptr (GError) error = NULL;
  char *data = NULL;

  settings->missing = VESTIM_MISSING_INTERPOLATE;
  settings->missing_rows = 3;
  g_assert_cmpuint (network_n_parameters (network), ==, n_parameters);
  model_file_write (&model, network, path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &data, length, NULL));
  return data;
}

typedef struct
{
  char *folder;
  char *path;
  float parameters[123];
  char *data;
  size_t length;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user)
{
  fixture->folder = scratch_new ();
  fixture->path = g_build_filename (fixture->folder, "model.bin", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (fixture->parameters); i++)
    fixture->parameters[i] = 1.0f / (float) (i + 1) - 0.3f;
  fixture->data = write_model (fixture->path, fixture->parameters,
                               G_N_ELEMENTS (fixture->parameters), &fixture->length);
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  g_free (fixture->path);
  g_free (fixture->data);
  scratch_free (fixture->folder);
}

/* A loaded model must predict like the trained one. */
static void
test_a_model_comes_back_as_it_was (Fixture *fixture, gconstpointer user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = model_file_read (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (model->shape.n_layers, ==, 2);
  g_assert_cmpint (model->shape.sizes[1], ==, 2);
  g_assert_cmpint (model->shape.lookback, ==, 7);
  g_assert_cmpstr (model->inputs[1], ==, "a \"quoted\" name");
  g_assert_cmpstr (model->target, ==, "Spannung");
  g_assert_cmpfloat (model->scaling->inputs[0].min, ==, -0.1);
  g_assert_cmpfloat (model->scaling->inputs[1].max, ==, 1e300);
  g_assert_cmpfloat (model->scaling->target.max, ==, 4.2);
  g_assert_null (model->units[0]);
  g_assert_cmpstr (model->units[1], ==, "A");
  g_assert_cmpstr (model->target_unit, ==, "V");
  g_assert_cmpfloat (model->period_s, ==, 0.1);
  g_assert_cmpint (model->data->missing_rows, ==, 3);
  g_assert_cmpint (model->current_sign, ==, VESTIM_SIGN_DISCHARGE_NEGATIVE);
  g_assert_cmpuint (model->seed, ==, 42);
  g_assert_cmpint (model->training, ==, VESTIM_TRAINING_STATEFUL);
  g_assert_false (model->is_of_version_0_1);
  g_assert_cmpint (model->test_mode, ==, VESTIM_TEST_WINDOWED);
  g_assert_cmpint (model->epoch, ==, 17);
  g_assert_cmpfloat (model->val_rmse, ==, 0.0191);
  g_assert_cmpmem (model->parameters, model->n_parameters * sizeof (float), fixture->parameters,
                   sizeof fixture->parameters);
}

static void
assert_refused (const Fixture *fixture, const char *data, size_t length, const char *word)
{
  g_autofree char *path = scratch_file (fixture->folder, "other.bin", data, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (model_file_read (path, &error));
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
}

/* A bit flipped on the disk must not become a wrong voltage. */
static void
test_any_flipped_bit_is_detected (Fixture *fixture, gconstpointer user)
{
  for (size_t at = 0; at < fixture->length; at += at < 32 ? 1 : 7)
    {
      fixture->data[at] ^= (char) (1 << at % 8);
      assert_refused (fixture, fixture->data, fixture->length, "");
      fixture->data[at] ^= (char) (1 << at % 8);
    }
}

static void
test_any_cut_is_detected (Fixture *fixture, gconstpointer user)
{
  for (size_t length = 0; length < fixture->length; length += length < 64 ? 1 : 7)
    assert_refused (fixture, fixture->data, length, "");
}

/* The message must say whether the user needs a copy or a later version. */
static void
test_faults_are_told_apart (Fixture *fixture, gconstpointer user)
{
  assert_refused (fixture, "SOC,Current\n1,2\n3,4\n", 20, "not a model");
  assert_refused (fixture, fixture->data, 20, "incomplete");
  fixture->data[fixture->length - 40] ^= 1;
  assert_refused (fixture, fixture->data, fixture->length, "checksum");
  fixture->data[8] = 9;
  assert_refused (fixture, fixture->data, fixture->length, "later version");
}

/* Replaces a word of the header by one of the same length, and corrects the checksum. */
static void
replace_in_header (Fixture *fixture, const char *word, const char *other)
{
  char *at = g_strstr_len (fixture->data + 16, (gssize) fixture->length - 16, word);
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize digest_length = 32;

  g_assert_nonnull (at);
  g_assert_cmpuint (strlen (word), ==, strlen (other));
  memcpy (at, other, strlen (other));
  g_checksum_update (sum, (const guchar *) fixture->data, (gssize) fixture->length - 32);
  g_checksum_get_digest (sum, (guint8 *) fixture->data + fixture->length - 32, &digest_length);
  g_checksum_free (sum);
}

static void
assert_modes (const Fixture *fixture, VestimTrainingMode training, VestimTestMode test_mode)
{
  g_autofree char *path =
      scratch_file (fixture->folder, "other.bin", fixture->data, fixture->length);
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = model_file_read (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (model->training, ==, training);
  g_assert_cmpint (model->test_mode, ==, test_mode);
  g_assert_true (model->is_of_version_0_1);
}

/* Version 0.1 had windowed training only, and another word for a stateful test. */
static void
test_models_of_earlier_versions_are_read (Fixture *fixture, gconstpointer user)
{
  replace_in_header (fixture, "\"training\": \"stateful\"", "\"trainink\": \"stateful\"");
  assert_modes (fixture, VESTIM_TRAINING_WINDOWED, VESTIM_TEST_WINDOWED);
  replace_in_header (fixture, "\"windowed\"", "\"carried\" ");
  assert_modes (fixture, VESTIM_TRAINING_WINDOWED, VESTIM_TEST_STATEFUL);
  replace_in_header (fixture, "\"test_mode\"", "\"trainmode\"");
  assert_modes (fixture, VESTIM_TRAINING_WINDOWED, VESTIM_TEST_WINDOWED);
}

/* A hostile file may have a right checksum. */
static void
test_a_wrong_header_is_refused (Fixture *fixture, gconstpointer user)
{
  static const char *const words[][2] = {
    { "[3, 2]", "[9, 2]" },
    { "[9, 2]", "[2   ]" },
    { "[2   ]", "[3, 2]" },
    { "\"LSTM\"", "\"LSTN\"" },
    { "\"LSTN\"", "\"GRU\" " },
    { "\"GRU\" ", "\"LSTM\"" },
    { "\"lookback\": 7", "\"lookback\": 0" },
    { "\"lookback\": 0", "\"lookback\": 7" },
    { "{\"model\"", "[\"model\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    {
      replace_in_header (fixture, words[i][0], words[i][1]);
      if (i != 2 && i != 5 && i != 7)
        assert_refused (fixture, fixture->data, fixture->length, "does not describe a model");
    }
}

#define ADD(name, function) \
  g_test_add ("/model-file/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a model comes back unchanged", test_a_model_comes_back_as_it_was);
  ADD ("any flipped bit is detected", test_any_flipped_bit_is_detected);
  ADD ("any cut is detected", test_any_cut_is_detected);
  ADD ("errors are distinguished", test_faults_are_told_apart);
  ADD ("models of earlier versions are read", test_models_of_earlier_versions_are_read);
  ADD ("a wrong header is refused", test_a_wrong_header_is_refused);
  return g_test_run ();
}
