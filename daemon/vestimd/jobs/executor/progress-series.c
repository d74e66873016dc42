/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/progress-series.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/attempt/progress-file.h"
#include "daemon/vestimd/jobs/executor/progress-line.h"

typedef struct
{
  double step;
  double value;
} Point;

/* Every `stride`-th point is kept. When there are too many, every second one is dropped and the
 * stride doubles, so that memory stays bounded for a file of any length. */
typedef struct
{
  char *name;
  GArray *points; /* Point */
  uint64_t stride;
  uint64_t n_seen;
  Point last;
} Series;

typedef struct
{
  GPtrArray *all; /* Series, in order of appearance */
  GHashTable *by_name;
  ProgressReader reader;
  uint64_t n_lines;
} ProgressSeries;

static void
series_free (void *data)
{
  Series *series = data;

  g_free (series->name);
  g_array_unref (series->points);
  g_free (series);
}

static Series *
find_or_add (ProgressSeries *self, const char *name)
{
  Series *series = g_hash_table_lookup (self->by_name, name);

  if (series != NULL || self->all->len == PROGRESS_SERIES_MAX)
    return series;
  series = g_new0 (Series, 1);
  series->name = g_strdup (name);
  series->points = g_array_new (false, false, sizeof (Point));
  series->stride = 1;
  g_ptr_array_add (self->all, series);
  g_hash_table_insert (self->by_name, series->name, series);
  return series;
}

static void
thin_out (Series *series)
{
  Point *points = (Point *) (void *) series->points->data;
  unsigned kept = 0;

  for (unsigned i = 0; i < series->points->len; i += 2)
    points[kept++] = points[i];
  g_array_set_size (series->points, kept);
  series->stride *= 2;
}

static void
add_point (Series *series, double step, double value)
{
  series->last = (Point){ step, value };
  if (series->n_seen++ % series->stride != 0)
    return;
  /* One place stays free for the last point. */
  if (series->points->len == PROGRESS_SERIES_MAX_POINTS - 1)
    thin_out (series);
  if ((series->n_seen - 1) % series->stride == 0)
    g_array_append_val (series->points, series->last);
}

static void
take_line (void *user, const char *text, size_t length)
{
  g_autofree char *fault = NULL;
  ProgressSeries *self = user;
  ProgressLine line;

  self->n_lines++;
  if (text == NULL || progress_line_is_blank (text, length)
      || !progress_line_read (&line, text, length, &fault))
    return;
  for (const VestimJsonNode *node = vestim_json_first (line.metrics); node != NULL;
       node = vestim_json_next (node))
    {
      g_autofree char *name = NULL;
      double value;
      Series *series;

      if (!progress_line_read_metric (node, &name, &value))
        continue;
      series = find_or_add (self, name);
      if (series != NULL)
        add_point (series, isnan (line.step) ? (double) self->n_lines : line.step, value);
    }
  progress_line_clear (&line);
}

static ProgressSeries *
series_list_new (void)
{
  ProgressSeries *self = g_new0 (ProgressSeries, 1);

  self->all = g_ptr_array_new_with_free_func (series_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  progress_reader_init (&self->reader, take_line, self);
  return self;
}

static void
series_list_free (ProgressSeries *self)
{
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->all);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgressSeries, series_list_free)

static void
append_point (GString *json, const Point *point)
{
  g_string_append_c (json, '[');
  vestim_json_append_double (json, point->step);
  g_string_append_c (json, ',');
  vestim_json_append_double (json, point->value);
  g_string_append_c (json, ']');
}

static void
append_series (GString *json, const Series *series)
{
  const Point *points = (const Point *) (const void *) series->points->data;

  vestim_json_append_string (json, series->name);
  g_string_append (json, ":[");
  for (unsigned i = 0; i < series->points->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_point (json, &points[i]);
    }
  if ((series->n_seen - 1) % series->stride != 0)
    {
      g_string_append_c (json, ',');
      append_point (json, &series->last);
    }
  g_string_append_c (json, ']');
}

static GString *
to_json (const ProgressSeries *self)
{
  GString *json = g_string_new ("{\"series\":{");

  for (unsigned i = 0; i < self->all->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      append_series (json, self->all->pdata[i]);
    }
  return g_string_append (json, "}}");
}

GString *
progress_series_json (const char *text, size_t length)
{
  g_autoptr (ProgressSeries) series = series_list_new ();

  progress_reader_feed (&series->reader, text, length);
  return to_json (series);
}

GString *
progress_series_read (const char *folder, int *r)
{
  g_autoptr (ProgressSeries) series = series_list_new ();

  *r = progress_reader_read (&series->reader, folder);
  return *r < 0 ? NULL : to_json (series);
}
