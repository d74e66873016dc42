/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/job-data.h"

#include "daemon/vestim-estimate/data/fingerprint.h"
#include "daemon/vestim-estimate/data/leakage-check.h"
#include "daemon/vestim-estimate/data/outside.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/data/validation-split.h"
#include "daemon/vestim-estimate/results/error-breakdown.h"
#include "daemon/vestim-estimate/results/initial-model.h"
#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/results/provenance.h"
#include "daemon/vestim-estimate/results/trained-files.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE_NOTES 50

static Preprocess
find_preprocess (const JobData *data)
{
  const VestimSelections *settings = data->settings;

  return (Preprocess){
    .preprocessing = settings->preprocessing,
    .inputs = settings->inputs,
    .target = settings->target,
    .current_sign = data->traits.current_sign,
  };
}

static bool
read_sets (JobData *data, GError **error)
{
  const VestimSelections *settings = data->settings;
  const Preprocess config = find_preprocess (data);
  g_auto (GStrv) columns = preprocess_columns (&config);
  const SeriesRequest request = {
    .inputs = (const char *const *) columns,
    .target = preprocess_target (&config),
    .settings = settings->data,
    .resample_s = settings->preprocessing ? settings->preprocessing->resample_s : 0,
  };

  for (int set = 0; set < DATA_N_SETS; set++)
    {
      g_autoptr (GPtrArray) files = data_files_of_set (settings, (DataSet) set, error);

      if (files)
        data->sets[set] = dataset_read (files, &request, error);
      if (!data->sets[set])
        return false;
    }
  return true;
}

static bool
check_leakage (const JobData *data, GError **error)
{
  const Preprocess config = find_preprocess (data);
  g_auto (GStrv) columns = preprocess_columns (&config);

  return leakage_check (data->sets, columns, data->settings->target, error);
}

static bool
preprocess (const JobData *data, GError **error)
{
  const Preprocess config = find_preprocess (data);

  for (int set = 0; set < DATA_N_SETS; set++)
    if (!preprocess_dataset (&config, data->sets[set], error))
      return false;
  return true;
}

/* For the log and the summary. */
static void note (JobData *data, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
note (JobData *data, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (data->settings->notes, text);
  progress_say (data->progress, "%s", text);
}

/* A copy among the training files may have gone to validation, so these are compared again. */
static bool
split_validation (JobData *data, GError **error)
{
  double share = data->settings->validation_share;
  g_autofree char *text = NULL;
  bool is_by_file = false;

  if (!(share > 0))
    return true;
  if (!validation_split (data->sets[DATA_TRAIN], data->sets[DATA_VALIDATION], share, &text,
                         &is_by_file, error))
    return false;
  note (data, "%s", text);
  return !is_by_file
         || leakage_check (data->sets, data->settings->inputs, data->settings->target, error);
}

static void
note_clipped (JobData *data)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < data->sets[set]->series->len; i++)
      {
        const Series *series = data->sets[set]->series->pdata[i];

        if (series->n_clipped > 0)
          note (data,
                "%s: the counted state of charge leaves 0 to 1 in %zu rows and is limited there: "
                "check capacity_ah and initial",
                series->path, series->n_clipped);
      }
}

/* What a folder has beside its data files is not lost without a word. */
static void
note_files_left_out (JobData *data)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    {
      g_autoptr (GPtrArray) sentences = data_files_left_out_of_set (data->settings, (DataSet) set);

      for (guint i = 0; i < sentences->len; i++)
        note (data, "%s", (char *) sentences->pdata[i]);
    }
}

static void
note_files (JobData *data)
{
  g_autoptr (GPtrArray) notes = data_traits_notes (data->sets);

  for (guint i = 0; i < MIN (notes->len, MAX_FILE_NOTES); i++)
    note (data, "%s", (char *) notes->pdata[i]);
  if (notes->len > MAX_FILE_NOTES)
    printf ("and %u more notes about files\n", notes->len - MAX_FILE_NOTES);
}

/* A counted state of charge depends on the sign: it must be clear where the sign comes from. */
static void
note_sign (JobData *data)
{
  const VestimPreprocessing *preprocessing = data->settings->preprocessing;
  const Series *series = data->sets[DATA_TRAIN]->series->pdata[0];

  if (!preprocessing || !preprocessing->soc
      || data->settings->data->current_sign != VESTIM_SIGN_AS_WRITTEN
      || series->facts->sign.sign == VESTIM_SIGN_AS_WRITTEN)
    return;

  g_autofree char *evidence = current_sign_explain (&series->facts->sign);
  note (data, "%s: %s", series->path, evidence);
}

/* An FNN sees one row, unless its inputs are means. */
static bool
do_periods_matter (const VestimSelections *settings)
{
  return vestim_model_sees_windows (settings->hyperparameters.model)
         || vestim_sweep_has (settings->sweep, "model")
         || (settings->preprocessing && settings->preprocessing->average_rows > 0);
}

static bool
compare_periods (JobData *data, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);

  if (!data_traits_compare_periods (&data->traits, data->sets, do_periods_matter (data->settings),
                                    notes, error))
    return false;
  for (guint i = 0; i < MIN (notes->len, MAX_FILE_NOTES); i++)
    note (data, "%s", (char *) notes->pdata[i]);
  return true;
}

/* Training continues, but the user should know. */
static void
say_what_is_constant (const JobData *data)
{
  const Scaling *scaling = data->scaling;

  for (int i = 0; i < scaling->n_inputs; i++)
    if (scaling_width (&scaling->inputs[i]) == 0)
      printf ("the column \"%s\" is %g in every row of the training files: it is ignored\n",
              data->settings->inputs[i], scaling->inputs[i].min);
  if (scaling_width (&scaling->target) == 0)
    printf ("the target \"%s\" is %g in every row of the training files: the network always "
            "predicts this value\n",
            data->settings->target, scaling->target.min);
}

static bool
read_initial (JobData *data, GError **error)
{
  if (!data->settings->initial_model)
    return true;

  data->initial = initial_model_read (data->settings, error);
  if (data->initial)
    progress_say (data->progress, "training starts from %s (epoch %d), with its scaling",
                  data->initial->path, data->initial->model->epoch);
  return data->initial != NULL;
}

/* Its weights stand for its units, its sign and its period. */
static bool
fit_initial (const JobData *data,
             bool (*fit) (const DataTraits *traits, const Series *series, GError **error),
             GError **error)
{
  g_auto (DataTraits) traits = { 0 };

  if (!data->initial)
    return true;

  model_traits (data->initial->model, &traits);
  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < data->sets[set]->series->len; i++)
      if (!fit (&traits, data->sets[set]->series->pdata[i], error))
        return false;
  return true;
}

/* An initial model keeps its scaling: with another one, its weights would mean something else. */
static Scaling *
find_scaling (const JobData *data, GError **error)
{
  if (data->initial)
    return scaling_copy (data->initial->model->scaling);
  return scaling_fit (data->sets[DATA_TRAIN]->series, (const char *const *) data->settings->inputs,
                      data->settings->target, error);
}

/* The initial model has learnt some files already. Without its task's summary nobody knows which.
 */
static void
note_files_of_initial (JobData *data)
{
  if (!data->initial)
    return;

  g_autoptr (GHashTable) trained = trained_files_read (data->initial->path);
  for (int set = DATA_VALIDATION; set < DATA_N_SETS; set++)
    for (guint i = 0; i < data->sets[set]->series->len; i++)
      {
        const Series *series = data->sets[set]->series->pdata[i];

        if (g_hash_table_contains (trained, series->digest))
          note (data,
                "warning: %s was a training file of the initial model, so its error says little "
                "about new data",
                series->path);
      }
}

/* Where the results come from: the data files and the initial model. */
static bool
note_provenance (JobData *data, GError **error)
{
  const char *path = data->initial ? data->initial->path : NULL;
  g_autofree char *digest = path ? provenance_digest_file (path, error) : NULL;

  if (path && !digest)
    return false;

  data->provenance = provenance_format_data (data->sets, path, digest);
  data->fingerprint = FINGERPRINT_START;
  if (digest)
    data->fingerprint = fingerprint_bytes (data->fingerprint, digest, strlen (digest));
  return true;
}

static void
note_outside (JobData *data)
{
  g_autoptr (GPtrArray) sentences = outside_explain (
      data->sets[DATA_TEST]->series, data->settings->inputs, data->settings->target, data->scaling);

  for (guint i = 0; i < sentences->len; i++)
    note (data, "warning: in the test files, %s", (char *) sentences->pdata[i]);
}

bool
job_data_prepare (JobData *data, VestimSelections *settings, Progress *progress, GError **error)
{
  data_traits_init (&data->traits);
  data->settings = settings;
  data->progress = progress;
  for (guint i = 0; i < data->settings->notes->len; i++)
    progress_say (data->progress, "%s", (char *) data->settings->notes->pdata[i]);
  if (!read_initial (data, error))
    return false;
  progress_say (data->progress, "reading the files");
  if (!read_sets (data, error)
      || !data_traits_compare (&data->traits, data->sets, settings->data, error)
      || !fit_initial (data, data_traits_fit, error))
    return false;
  note_files_left_out (data);
  note_files (data);
  note_sign (data);
  if (!check_leakage (data, error) || !preprocess (data, error) || !compare_periods (data, error)
      || !fit_initial (data, data_traits_fit_period, error))
    return false;
  note_clipped (data);
  if (!split_validation (data, error))
    return false;

  data->scaling = find_scaling (data, error);
  if (!data->scaling || !note_provenance (data, error))
    return false;

  note_files_of_initial (data);
  say_what_is_constant (data);
  error_breakdown_classify (data->sets[DATA_TEST], (const char *const *) data->settings->inputs);
  for (int set = 0; set < DATA_N_SETS; set++)
    {
      dataset_scale (data->sets[set], data->scaling);
      data->fingerprint = fingerprint_dataset (data->fingerprint, data->sets[set]);
    }
  note_outside (data);
  progress->unit = error_unit_new (
      error_unit_find (data_traits_unit (&data->traits, settings->preprocessing, settings->target),
                       settings->target, &data->scaling->target),
      settings->target);
  return true;
}

void
job_data_clear (JobData *data)
{
  for (int set = 0; set < DATA_N_SETS; set++)
    g_clear_pointer (&data->sets[set], dataset_free);
  data_traits_clear (&data->traits);
  g_clear_pointer (&data->initial, found_model_free);
  g_clear_pointer (&data->scaling, scaling_free);
  g_clear_pointer (&data->provenance, g_free);
}
