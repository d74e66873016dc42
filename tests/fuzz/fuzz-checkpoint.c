/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/estimation/vestim-selections.h"
#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/tasks/checkpoint.h"
#include "daemon/vestim-estimate/training/trainer.h"
#include "tests/support/read-series.h"
#include "tests/support/scratch.h"

/* Any content of a checkpoint, even with a right checksum, is refused, or the training resumes from
 * it and ends. */

#define PREFIX_LENGTH 24
#define DIGEST_LENGTH 32
#define MAX_EPOCHS 4

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char settings_json[] =
    "{\"folder_path\": \"/x\", \"inputs\": [\"SOC\"], \"layers\": [1], \"lookback\": 2,"
    " \"batch_size\": 2, \"max_epochs\": 4}";

static Dataset *
make_dataset (const VestimSelections *settings)
{
  static const char table[] = "SOC,Voltage\n1,4\n0.5,3.5\n0,3\n";
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (paths, scratch_file (folder, "a.csv", table, strlen (table)));
  return read_dataset (paths, (const char *const *) settings->inputs, settings->target, NULL);
}

static void
train_from (const uint8_t *state, size_t length)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (settings_json, strlen (settings_json), NULL);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimSelections) settings =
      vestim_selections_read (vestim_json_root (doc), "selections", errors);
  const NetworkShape shape = {
    .n_inputs = 1, .n_layers = 1, .sizes = settings->hyperparameters.layers.sizes, .lookback = 2
  };
  g_autoptr (Network) network = network_new (VESTIM_MODEL_LSTM, &shape);
  g_autoptr (Dataset) dataset = make_dataset (settings);
  g_autoptr (Scaling) scaling =
      scaling_fit (dataset->series, (const char *const *) settings->inputs, settings->target, NULL);
  const TrainerConfig config = {
    .settings = &settings->hyperparameters,
    .network = network,
    .scaling = scaling,
    .train = dataset,
    .validation = dataset,
    .clock = trainer_monotonic_clock,
  };

  dataset_scale (dataset, scaling);
  g_autoptr (Trainer) trainer = trainer_new (&config);
  g_autoptr (GError) error = NULL;
  if (!trainer_restore (trainer, state, length))
    return;
  if (trainer_run (trainer, &error))
    g_assert_cmpuint (trainer_training (trainer)->epochs->len, <=, MAX_EPOCHS);
  else
    g_assert_nonnull (error);
}

/* The state in the file, if it is accepted. */
static GByteArray *
read_back (const uint8_t *data, size_t size)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autoptr (GError) error = NULL;
  uint64_t fingerprint = 0;

  g_free (scratch_file (folder, "checkpoint.bin", (const char *) data, size));
  if (size >= PREFIX_LENGTH)
    memcpy (&fingerprint, data + PREFIX_LENGTH - sizeof fingerprint, sizeof fingerprint);

  GByteArray *state = checkpoint_read (folder, 0, GUINT64_FROM_LE (fingerprint), &error);
  g_assert_true ((state != NULL) == (error == NULL));
  return state;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  uint8_t digest[DIGEST_LENGTH];
  gsize length = sizeof digest;

  /* The seeds are whole files: their last bytes are the checksum. */
  size_t body = size > sizeof digest ? size - sizeof digest : size;
  g_byte_array_append (file, data, (guint) body);
  g_checksum_update (sum, data, (gssize) body);
  g_checksum_get_digest (sum, digest, &length);
  g_byte_array_append (file, digest, sizeof digest);

  g_autoptr (GByteArray) state = read_back (data, size);
  g_clear_pointer (&state, g_byte_array_unref);
  state = read_back (file->data, file->len);
  if (state)
    train_from (state->data, state->len);
  return 0;
}
