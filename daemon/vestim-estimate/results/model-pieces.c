/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/model-pieces.h"

#include <math.h>

struct ModelPieces
{
  const Model *model;
  Preprocess config;
  char **columns;
  VestimDataSettings *defaults;
  SeriesRequest request;
  DataTraits traits;
  SeriesReader *reader;
  size_t piece_rows;
};

/* Whether preprocessing looks at one row at a time. */
static bool
is_by_row (const VestimPreprocessing *preprocessing)
{
  return !preprocessing
         || (!preprocessing->soc && preprocessing->derived->len == 0
             && preprocessing->resample_s <= 0 && preprocessing->average_rows == 0
             && preprocessing->period_s <= 0);
}

ModelPieces *
model_pieces_open (const Model *model, const char *path, size_t piece_rows, GError **error)
{
  g_autoptr (ModelPieces) pieces = g_new0 (ModelPieces, 1);

  pieces->model = model;
  pieces->piece_rows = piece_rows;
  pieces->config = model_preprocess (model);
  pieces->columns = preprocess_columns (&pieces->config);
  pieces->defaults = vestim_data_settings_new ();
  pieces->request = (SeriesRequest){
    .inputs = (const char *const *) pieces->columns,
    .target = preprocess_target (&pieces->config),
    .is_target_optional = true,
    .settings = model->data ? model->data : pieces->defaults,
  };
  model_traits (model, &pieces->traits);
  pieces->reader = series_reader_new (path, &pieces->request, error);
  return pieces->reader ? g_steal_pointer (&pieces) : NULL;
}

void
model_pieces_close (ModelPieces *pieces)
{
  if (!pieces)
    return;

  series_reader_free (pieces->reader);
  data_traits_clear (&pieces->traits);
  vestim_data_settings_free (pieces->defaults);
  g_strfreev (pieces->columns);
  g_free (pieces);
}

Series *
model_pieces_next (ModelPieces *pieces, GError **error)
{
  g_autoptr (Series) series = series_reader_next (pieces->reader, pieces->piece_rows, error);

  if (!series || !preprocess_series (&pieces->config, series, error))
    return NULL;
  scaling_apply (pieces->model->scaling, series);
  return g_steal_pointer (&series);
}

/* What the pieces show of the whole file. */
typedef struct
{
  double last_time;     /* of the pieces before; NAN: there is none */
  double shortest_step; /* of the time */
  double longest_step;
  bool has_sign; /* the current of a piece shows that of the model */
  size_t n_pieces;
} Course;

static void
follow_times (Course *course, const Series *piece)
{
  for (size_t row = 0; piece->times && row < piece->n_rows; row++)
    {
      double step = piece->times[row] - course->last_time;

      if (!isnan (step))
        {
          course->shortest_step = fmin (course->shortest_step, step);
          course->longest_step = fmax (course->longest_step, step);
        }
      course->last_time = piece->times[row];
    }
}

static bool
is_plain (const ModelPieces *pieces, const Series *piece)
{
  const SeriesFacts *facts = piece->facts;

  return series_n_segments (piece) == 1 && facts->n_missing == 0 && facts->n_dropped == 0
         && facts->n_time_errors == 0 && !facts->is_sign_converted
         && data_traits_fit (&pieces->traits, piece, NULL)
         && (!model_does_period_matter (pieces->model)
             || data_traits_fit_period (&pieces->traits, piece, NULL));
}

/* The median step is not shorter than the shortest one. So with these steps the whole file has no
 * gap. */
static bool
is_regular (const Course *course, double max_gap)
{
  return isnan (course->last_time)
         || (course->shortest_step > 0 && course->longest_step <= max_gap * course->shortest_step);
}

/* Without evidence in any piece, the whole file may still have some. */
static bool
is_sign_clear (const ModelPieces *pieces, const Course *course)
{
  bool is_known = pieces->traits.current_sign != VESTIM_SIGN_AS_WRITTEN
                  || pieces->request.settings->current_sign != VESTIM_SIGN_AS_WRITTEN;

  return !is_known || course->has_sign;
}

bool
model_pieces_are_whole (const Model *model, const char *path, size_t piece_rows)
{
  g_autoptr (ModelPieces) pieces = model_pieces_open (model, path, piece_rows, NULL);
  g_autoptr (GError) error = NULL;
  Course course = { .last_time = NAN, .shortest_step = INFINITY };

  if (!pieces || !is_by_row (model->preprocessing) || !series_reader_has_pieces (pieces->reader))
    return false;
  for (;; course.n_pieces++)
    {
      g_autoptr (Series) piece = series_reader_next (pieces->reader, piece_rows, &error);

      if (!piece)
        break;
      if (!is_plain (pieces, piece) || (course.n_pieces == 0 && piece->n_rows < piece_rows))
        return false;
      follow_times (&course, piece);
      course.has_sign |= piece->facts->sign.sign != VESTIM_SIGN_AS_WRITTEN;
    }
  return !error && is_regular (&course, pieces->request.settings->max_gap)
         && is_sign_clear (pieces, &course);
}
