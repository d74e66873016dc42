/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>

#include "daemon/vestim-estimate/export/weights-file.h"

/* Any bytes are refused with a sentence or make a model of finite numbers. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = weights_file_parse ("weights", (const char *) data, size, &error);

  g_assert_true ((model != NULL) == (error == NULL));
  for (size_t i = 0; model && i < model->n_parameters; i++)
    g_assert_true (isfinite (model->parameters[i]));
  for (int i = 0; model && i < model->shape.n_inputs; i++)
    g_assert_nonnull (model->inputs[i]);
  return 0;
}
