/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/vestim-estimate/export/c-fixed.h"
#include "daemon/vestim-estimate/export/c-header.h"
#include "daemon/vestim-estimate/export/fixed-comparison.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* Larger models take long to export. */
#define MAX_LOOKBACK 50
#define MAX_PARAMETERS 5000

/* Any bytes, with their own checksum or a right one, are refused with a sentence or make a model of
 * finite numbers, which can be exported. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The export of a strange model ends with a sentence, too; a comment ends where it should. */
static void
export_model (Model *model)
{
  const FoundModel found = { .model = model, .windowed_mv = NAN, .stateful_mv = NAN };
  g_autoptr (GError) error = NULL;
  g_autoptr (CInputs) inputs = c_inputs_new (model, &error);

  for (int bits = 0; inputs && bits <= 16; bits += 8)
    {
      g_autoptr (CCode) code = c_code_new ("fuzz");
      g_autoptr (FixedNetwork) fixed = bits > 0 ? c_fixed_network_new (inputs, bits, NULL) : NULL;
      char *none[] = { NULL };
      g_autoptr (GArray) comparisons = fixed ? fixed_compare (fixed, none) : NULL;
      const CHeader header = { &found, inputs, fixed, comparisons };

      if (bits > 0 && !fixed)
        continue;
      c_header_append (code, &header);
      const char *end = strstr (c_code_text (code), "*/");
      g_assert_true (g_str_has_prefix (end, "*/\n#ifndef FUZZ_MODEL_H\n"));
    }
}

static void
read_model (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("model", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  g_autoptr (Model) model = model_file_read (path, &error);
  close (fd);

  g_assert_true ((model != NULL) == (error == NULL));
  for (size_t i = 0; model && i < model->n_parameters; i++)
    g_assert_true (isfinite (model->parameters[i]));
  for (int i = 0; model && i < model->shape.n_inputs; i++)
    g_assert_nonnull (model->inputs[i]);
  if (model && model->shape.lookback <= MAX_LOOKBACK && model->n_parameters <= MAX_PARAMETERS)
    export_model (model);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  uint8_t digest[32];
  gsize length = sizeof digest;

  read_model (data, size);

  /* The seeds are whole files: their last bytes are the checksum. */
  size_t body = size > sizeof digest ? size - sizeof digest : size;
  g_byte_array_append (file, data, (guint) body);
  g_checksum_update (sum, data, (gssize) body);
  g_checksum_get_digest (sum, digest, &length);
  g_byte_array_append (file, digest, sizeof digest);
  read_model (file->data, file->len);
  return 0;
}
