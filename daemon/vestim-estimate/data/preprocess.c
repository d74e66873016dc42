/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/preprocess.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/derive.h"
#include "daemon/vestim-estimate/data/frame.h"
#include "daemon/vestim-estimate/data/resample.h"
#include "daemon/vestim-estimate/data/soc.h"

#include <math.h>
#include <string.h>

/* How much the period of a file's times may differ from the one that the settings state. */
#define MAX_PERIOD_ERROR 0.01

char **
preprocess_columns (const Preprocess *config)
{
  GPtrArray *columns = g_ptr_array_new ();

  /* First the inputs that are columns themselves: an exported network has the same order. */
  for (char *const *input = config->inputs; *input; input++)
    if (!vestim_preprocessing_computes (config->preprocessing, *input))
      vestim_preprocessing_add_columns (config->preprocessing, *input, columns);
  for (char *const *input = config->inputs; *input; input++)
    vestim_preprocessing_add_columns (config->preprocessing, *input, columns);
  if (!preprocess_target (config))
    vestim_preprocessing_add_columns (config->preprocessing, config->target, columns);
  g_ptr_array_add (columns, NULL);
  return (char **) g_ptr_array_free (columns, FALSE);
}

const char *
preprocess_target (const Preprocess *config)
{
  return vestim_preprocessing_computes (config->preprocessing, config->target) ? NULL
                                                                               : config->target;
}

static void
compute_power (Frame *frame)
{
  const double *voltage = frame_column (frame, VESTIM_POWER_VOLTAGE);
  const double *current = frame_column (frame, VESTIM_POWER_CURRENT);
  double *power = g_new (double, frame->n_rows);

  for (size_t row = 0; row < frame->n_rows; row++)
    power[row] = voltage[row] * current[row];
  frame_set_column (frame, VESTIM_POWER_COLUMN, power);
}

/* (transfer full) (nullable) what needs times. */
static char *
find_user_of_times (const VestimPreprocessing *preprocessing)
{
  if (preprocessing->resample_s > 0)
    return g_strdup ("resample_s");
  if (preprocessing->soc)
    return g_strdup ("soc");
  for (guint i = 0; i < preprocessing->derived->len; i++)
    {
      const VestimDerived *derived = preprocessing->derived->pdata[i];

      if (derived->kind != VESTIM_DERIVED_PRODUCT)
        return g_strdup_printf ("the derived column \"%s\"", derived->name);
    }
  return NULL;
}

bool
preprocess_check_times (const VestimPreprocessing *preprocessing, const char *path, bool has_times,
                        GError **error)
{
  bool is_known = !preprocessing || has_times || preprocessing->period_s > 0;
  g_autofree char *user = is_known ? NULL : find_user_of_times (preprocessing);

  if (user)
    failure_set (error,
                 "%s: its rows have no times that the program understands, and %s needs them: name "
                 "their column with time_column, or give preprocessing.period_s, the time between "
                 "two rows; for a model that is trained already, add a column Time to the file",
                 path, user);
  return !user;
}

/* Files without times get them from the stated period. Times and a stated period must agree. */
static bool
find_times (Frame *frame, double stated_period, GError **error)
{
  if (!(stated_period > 0))
    return true;

  if (frame->times)
    {
      double period = frame_period (frame);

      if (fabs (period - stated_period) <= MAX_PERIOD_ERROR * stated_period)
        return true;
      failure_set (error,
                   "%s: its rows are %g s apart, but preprocessing.period_s is %g: leave out "
                   "preprocessing.period_s for files with times",
                   frame->path, period, stated_period);
      return false;
    }

  frame->times = g_new (double, frame->n_rows);
  for (size_t row = 0; row < frame->n_rows; row++)
    frame->times[row] = (double) row * stated_period;
  return true;
}

static void
derive_columns (Frame *frame, const VestimPreprocessing *preprocessing)
{
  const GPtrArray *list = preprocessing->derived;
  bool is_resampled = preprocessing->resample_s > 0;
  double period = 0;

  if (list->len > 0)
    period = is_resampled ? preprocessing->resample_s : frame_period (frame);
  for (guint i = 0; i < list->len; i++)
    derive_column (frame, list->pdata[i], period);
}

static void
average (Frame *frame, const VestimPreprocessing *preprocessing)
{
  for (char **column = preprocessing->average_columns; *column; column++)
    {
      const double *values = frame_column (frame, *column);
      double *means = g_new (double, frame->n_rows);

      for (guint segment = 0; segment < frame->segments->len; segment++)
        {
          size_t begin = frame_segment_begin (frame, segment);

          derive_means (values + begin, frame_segment_end (frame, segment) - begin,
                        (size_t) preprocessing->average_rows, means + begin);
        }
      frame_set_column (frame, *column, means);
    }
}

/* The order is documented, and programs that use an exported network follow it. */
static bool
preprocess_frame (const Preprocess *config, Frame *frame, size_t *n_clipped, GError **error)
{
  const VestimPreprocessing *preprocessing = config->preprocessing;

  if (!preprocess_check_times (preprocessing, frame->path, frame->times != NULL, error)
      || !find_times (frame, preprocessing->period_s, error))
    return false;
  if (preprocessing->has_power)
    compute_power (frame);
  if (preprocessing->soc
      && !soc_compute (frame, preprocessing->soc, config->current_sign, n_clipped, error))
    return false;
  if (preprocessing->resample_s > 0
      && !resample_frame (frame, preprocessing->resample_s, preprocessing->resample, error))
    return false;
  derive_columns (frame, preprocessing);
  if (preprocessing->average_rows > 0)
    average (frame, preprocessing);
  return true;
}

bool
preprocess_series (const Preprocess *config, Series *series, GError **error)
{
  if (!config->preprocessing)
    return true;

  g_auto (GStrv) columns = preprocess_columns (config);
  g_autoptr (Frame) frame = frame_take (series, columns, config->target);
  if (!preprocess_frame (config, frame, &series->n_clipped, error))
    return false;
  frame_give (g_steal_pointer (&frame), config->inputs, config->target, series);
  return true;
}

bool
preprocess_dataset (const Preprocess *config, Dataset *dataset, GError **error)
{
  for (guint i = 0; i < dataset->series->len; i++)
    if (!preprocess_series (config, dataset->series->pdata[i], error))
      return false;
  return dataset_count_rows (dataset, error);
}
