/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/export-c.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/export/c-fixed.h"
#include "daemon/vestim-estimate/export/c-header.h"
#include "daemon/vestim-estimate/export/fixed-comparison.h"
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

/* Compares integers with float. Files that the user named must be readable; those of the job may be
 * gone. */
static GArray *
compare (const ExportOptions *options, const FoundModel *found, const FixedNetwork *fixed,
         GError **error)
{
  bool are_named = options->files[0] != NULL;
  g_autoptr (GPtrArray) named =
      are_named ? data_files_expand ((const char *const *) options->files, error) : NULL;
  g_auto (GStrv) tested = are_named ? NULL : found_model_test_files (found);

  if (are_named && !named)
    return NULL;
  if (named)
    g_ptr_array_add (named, NULL);

  g_autoptr (GArray) comparisons = fixed_compare (fixed, named ? (char **) named->pdata : tested);
  for (guint i = 0; are_named && i < comparisons->len; i++)
    {
      const FixedComparison *comparison = &g_array_index (comparisons, FixedComparison, i);

      if (comparison->error)
        {
          failure_set (error, "%s", comparison->error);
          return NULL;
        }
    }
  return g_steal_pointer (&comparisons);
}

static bool
write_header (const ExportOptions *options, const CHeader *header, GError **error)
{
  g_autoptr (CCode) code = c_code_new (options->prefix);
  g_autoptr (CCode) figures = c_code_new (options->prefix);

  c_header_append (code, header);
  c_header_append_figures (figures, "", header);
  if (!write_code (code, options->output, error))
    return false;
  fputs (c_code_text (figures), options->output ? stdout : stderr);
  return true;
}

static bool
export_model (const ExportOptions *options, GError **error)
{
  if (!c_code_check_prefix (options->prefix, error))
    return false;

  g_autoptr (FoundModel) found = found_model_read_task (options->model, options->task, error);
  g_autoptr (CInputs) inputs = found ? c_inputs_new (found->model, error) : NULL;
  if (!inputs)
    return false;
  if (options->weight_bits == 0)
    return write_header (options, &(const CHeader){ .found = found, .inputs = inputs }, error);

  g_autoptr (FixedNetwork) fixed = c_fixed_network_new (inputs, options->weight_bits, error);
  if (!fixed)
    return false;

  g_autoptr (GArray) comparisons = compare (options, found, fixed, error);
  const CHeader header = { found, inputs, fixed, comparisons };
  return comparisons && write_header (options, &header, error);
}

int
export_c (const ExportOptions *options)
{
  g_autoptr (GError) error = NULL;

  if (export_model (options, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
