/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/vestim-estimate/results/model-file.h"

/* Any bytes, with their own checksum or a right one, are refused with a sentence or make a model of
 * finite numbers. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

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
