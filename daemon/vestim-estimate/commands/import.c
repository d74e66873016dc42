/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/import.h"

#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/export/weights-file.h"

#include <stdio.h>
#include <stdlib.h>

int
import_weights (const char *path, const char *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Model) model = weights_file_read (path, &error);

  if (model)
    {
      g_autoptr (Network) network = network_new (model->kind, &model->shape);
      g_autoptr (GByteArray) bytes = model_file_pack (model, network);

      if (output_file_write_named (output, bytes->data, bytes->len, &error))
        {
          printf ("%s: %s with %zu parameters\n", output, network_name (network),
                  model->n_parameters);
          return EXIT_SUCCESS;
        }
    }
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
