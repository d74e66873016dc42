/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-onnx.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/results/found-model.h"
#ifdef VESTIM_HAVE_ONNX
#include "daemon/vestim-estimate/export/onnx-model.h"
#endif

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef VESTIM_HAVE_ONNX

static bool
write_bytes (const GByteArray *bytes, const char *output, GError **error)
{
  if (output)
    return output_file_write_named (output, bytes->data, bytes->len, error);

  if (fwrite (bytes->data, 1, bytes->len, stdout) == bytes->len && fflush (stdout) == 0)
    return true;
  failure_set (error, "the model cannot be written to standard output: %s", g_strerror (errno));
  return false;
}

static bool
export_model (const ExportOptions *options, GError **error)
{
  g_autoptr (FoundModel) found = found_model_read_task (options->model, options->task, error);

  if (!found)
    return false;

  g_autoptr (GByteArray) bytes = onnx_model_pack (found->model);
  if (!write_bytes (bytes, options->output, error))
    return false;
  if (found->model->preprocessing)
    fputs ("note: the graph begins at the network's inputs; whoever runs it must compute what the "
           "model's preprocessing computes (see \"computed\" in its metadata)\n",
           stderr);
  return true;
}

#else

static bool
export_model (const ExportOptions *options, GError **error)
{
  failure_set (error, "this build of vestim-estimate can't write ONNX: install protobuf-c-compiler "
                      "and libprotobuf-c-dev, then build it again");
  return false;
}

#endif

int
export_onnx (const ExportOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (export_model (options, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
