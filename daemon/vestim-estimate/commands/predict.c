/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/predict.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/commands/predict-pieces.h"
#include "daemon/vestim-estimate/commands/predict-table.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/outside.h"
#include "daemon/vestim-estimate/data/table/table-encoding.h"
#include "daemon/vestim-estimate/results/found-model.h"
#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/results/prediction-name.h"
#include "daemon/vestim-estimate/results/report.h"
#include "daemon/vestim-estimate/training/tester.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef struct
{
  const Model *model;
  Network *network;
  const char *output;     /* (nullable) a file, or a folder when there are many files */
  GHashTable *names;      /* of the files in that folder */
  const GPtrArray *files; /* paths */
  bool is_many;
  bool as_json;
} Prediction;

/* Whether there is one output for all files, or one for each. */
static bool
are_many (char **paths)
{
  return paths[1] || g_file_test (paths[0], G_FILE_TEST_IS_DIR);
}

static bool
is_same_file (const char *a, const char *b)
{
  struct stat first, second;

  return stat (a, &first) == 0 && stat (b, &second) == 0 && first.st_dev == second.st_dev
         && first.st_ino == second.st_ino;
}

/* A file that is still to be read must not be replaced. */
static bool
is_input (const Prediction *prediction, const char *path)
{
  for (guint i = 0; i < prediction->files->len; i++)
    if (is_same_file (prediction->files->pdata[i], path))
      return true;
  return false;
}

/* Where the predictions of a file go. */
typedef struct
{
  char *path;       /* (nullable) of the file that is written */
  OutputFile *file; /* (nullable) this file */
  FILE *stream;     /* (nullable) */
} Output;

static void
output_clear (Output *output)
{
  g_free (output->path);
  output_file_discard (output->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Output, output_clear)

/* False with `error`. */
static bool
output_open (const Prediction *prediction, const char *path, Output *output, GError **error)
{
  if (!prediction->output)
    {
      output->stream = prediction->is_many || prediction->as_json ? NULL : stdout;
      return true;
    }

  g_autofree char *name =
      prediction->is_many ? prediction_name_new (prediction->names, path) : NULL;
  output->path =
      name ? g_build_filename (prediction->output, name, NULL) : g_strdup (prediction->output);
  if (is_input (prediction, output->path))
    {
      failure_set (error, "%s is a file to predict: write the predictions to another place",
                   output->path);
      return false;
    }

  output->file = output_file_open_named (output->path, error);
  output->stream = output->file ? output_file_stream (output->file) : NULL;
  return output->file != NULL;
}

/* False with `error` when something could not be written. */
static bool
output_close (Output *output, PredictedFile *result, GError **error)
{
  if (output->file)
    {
      if (!output_file_commit (g_steal_pointer (&output->file), error))
        return false;
      result->predictions = g_steal_pointer (&output->path);
      return true;
    }

  if (!output->stream || (fflush (output->stream) == 0 && !ferror (output->stream)))
    return true;
  failure_set (error, "the predictions cannot be written to standard output: %s",
               g_strerror (errno));
  return false;
}

static bool
predict_long_file (const Prediction *prediction, PredictedFile *result, GError **error)
{
  g_auto (Output) output = { 0 };

  return output_open (prediction, result->path, &output, error)
         && predict_pieces (prediction->model, prediction->network, output.stream, result, error)
         && output_close (&output, result, error);
}

/* What was converted or skipped, and what the model has never seen. */
static void
say_notes (const Model *model, Series *series)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) sentences = NULL;

  g_ptr_array_add (one, series);
  sentences = outside_explain (one, model->inputs, model->target, model->scaling);
  for (guint i = 0; i < sentences->len; i++)
    fprintf (stderr, "%s: warning: %s\n", series->path, (char *) sentences->pdata[i]);
  for (guint i = 0; i < series->facts->notes->len; i++)
    fprintf (stderr, "%s: %s\n", series->path, (char *) series->facts->notes->pdata[i]);
}

static bool
predict_file (const Prediction *prediction, PredictedFile *result, GError **error)
{
  const Model *model = prediction->model;

  if (predict_has_pieces (model, result->path))
    return predict_long_file (prediction, result, error);

  g_autoptr (Series) series = model_series_read (model, result->path, false, error);
  if (!series)
    return false;

  say_notes (model, series);
  g_autofree float *predicted = tester_predict (prediction->network, model->parameters,
                                                &model->scaling->target, model->test_mode, series);
  g_auto (Output) output = { 0 };

  result->n_rows = series->n_rows;
  result->has_target = series->target != NULL;
  if (result->has_target)
    result->stats = tester_compare (series, predicted);
  if (!output_open (prediction, result->path, &output, error))
    return false;
  if (output.stream)
    report_print_predictions (series, predicted, output.stream);
  return output_close (&output, result, error);
}

/* One file that can't be predicted does not stop the others. False if there is one. */
static bool
predict_all (const Prediction *prediction, GArray *results)
{
  bool are_good = true;

  for (guint i = 0; i < prediction->files->len; i++)
    {
      g_autoptr (GError) error = NULL;
      PredictedFile result = { .path = g_strdup (prediction->files->pdata[i]) };

      if (!predict_file (prediction, &result, &error))
        {
          fprintf (stderr, "vestim-estimate: %s\n", error->message);
          result.error = g_strdup (error->message);
          result.n_rows = 0;
          result.stats = (ErrorStats){ 0 };
          are_good = false;
        }
      g_array_append_val (results, result);
    }
  return are_good;
}

static bool
make_folder (const char *path, GError **error)
{
  if (mkdir (path, 0777) == 0 || g_file_test (path, G_FILE_TEST_IS_DIR))
    return true;
  failure_set (error,
               "%s cannot be the folder of the predictions: %s; with several files or a folder to "
               "predict, -o names a folder",
               path, errno == EEXIST ? "it is a file" : g_strerror (errno));
  return false;
}

/* False with `error` when there is no such encoding. */
static bool
set_encoding (Model *model, const char *encoding, GError **error)
{
  if (encoding && !table_encoding_named (encoding, error))
    return false;
  if (encoding)
    vestim_data_settings_set_encoding (model->data, encoding);
  return true;
}

static bool
predict (const char *model_path, char **paths, const char *output, bool as_json,
         const char *encoding, GError **error)
{
  bool is_many = are_many (paths);
  g_autoptr (FoundModel) found = found_model_read (model_path, error);
  g_autoptr (GPtrArray) files = found && set_encoding (found->model, encoding, error)
                                    ? data_files_expand ((const char *const *) paths, error)
                                    : NULL;

  if (!files || (is_many && output && !make_folder (output, error)))
    return false;

  g_autoptr (Network) network = network_new (found->model->kind, &found->model->shape);
  g_autoptr (GHashTable) names = prediction_names_new ();
  g_autoptr (GArray) results = predicted_files_new ();
  const Prediction prediction = { .model = found->model,
                                  .network = network,
                                  .output = output,
                                  .names = names,
                                  .files = files,
                                  .is_many = is_many,
                                  .as_json = as_json };
  const Model *model = found->model;
  const ErrorUnit unit = error_unit_new (model_shown_unit (model), model->target);
  bool are_good = predict_all (&prediction, results);

  if (as_json)
    predict_table_print_json (results, found->path, found->model);
  else
    predict_table_print (results, is_many, &unit);
  if (!are_good && is_many)
    failure_set (error, "not every file could be predicted, see above");
  return are_good;
}

int
predict_files (const char *model_path, char **paths, const char *output, bool as_json,
               const char *encoding)
{
  g_autoptr (GError) error = NULL;

  if (predict (model_path, paths, output, as_json, encoding, &error))
    return EXIT_SUCCESS;
  if (error)
    fprintf (stderr, "vestim-estimate: %s\n", error->message);
  return EXIT_FAILURE;
}
