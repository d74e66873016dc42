/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-c.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/export/c-header.h"
#include "daemon/vestim-estimate/results/found-model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool
write_code (const CCode *code, const char *output, GError **error)
{
  const char *text = c_code_text (code);
  size_t length = c_code_length (code);

  if (output)
    return output_file_write_named (output, text, length, error);

  if (fwrite (text, 1, length, stdout) == length && fflush (stdout) == 0)
    return true;
  failure_set (error, "the header cannot be written to standard output: %s", g_strerror (errno));
  return false;
}

/* A header that left these out would estimate from other inputs than the network knows. */
static bool
can_compute_inputs (const Model *model, GError **error)
{
  const VestimPreprocessing *preprocessing = model->preprocessing;

  if (!preprocessing || (!preprocessing->soc && preprocessing->derived->len == 0))
    return true;
  failure_set (error, "the model's inputs are computed by soc or derived, which a header does not "
                      "compute: use --predict, or train without them");
  return false;
}

static bool export(const ExportOptions *options, GError **error)
{
  if (!c_code_check_prefix (options->prefix, error))
    return false;

  g_autoptr (FoundModel) found = found_model_read_task (options->model, options->task, error);
  if (!found || !can_compute_inputs (found->model, error))
    return false;

  g_autoptr (CInputs) inputs = c_inputs_new (found->model);
  g_autoptr (CCode) header = c_code_new (options->prefix);
  g_autoptr (CCode) figures = c_code_new (options->prefix);

  c_header_append (header, found, inputs);
  c_header_append_figures (figures, "", found, inputs);
  if (!write_code (header, options->output, error))
    return false;
  fputs (c_code_text (figures), options->output ? stdout : stderr);
  return true;
}

int
export_c (const ExportOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (export(options, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
