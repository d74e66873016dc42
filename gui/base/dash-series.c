/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-series.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-error.h"

#define N_PREDICTION_COLUMNS 4
#define PREDICTION_HEADER "time,measured,predicted,error_mv"

DashSeries *
dash_series_new (const char *name, gsize n)
{
  DashSeries *series = g_new0 (DashSeries, 1);

  series->name = g_strdup (name);
  series->x = g_new0 (double, n);
  series->y = g_new0 (double, n);
  series->n = n;
  return series;
}

void
dash_series_free (DashSeries *series)
{
  if (series == NULL)
    return;
  g_free (series->name);
  g_free (series->x);
  g_free (series->y);
  g_free (series);
}

/* The first index whose x is not below `x`. */
static gsize
lower_bound (const DashSeries *series, double x)
{
  gsize low = 0;
  gsize high = series->n;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (series->x[middle] < x)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
dash_series_scale (DashSeries *series, double factor)
{
  g_return_if_fail (series != NULL);
  for (gsize i = 0; i < series->n; i++)
    series->y[i] *= factor;
}

gsize
dash_series_nearest (const DashSeries *series, double x)
{
  gsize at;

  g_return_val_if_fail (series != NULL, 0);
  at = lower_bound (series, x);
  if (at == series->n)
    return series->n > 0 ? series->n - 1 : 0;
  if (at > 0 && x - series->x[at - 1] < series->x[at] - x)
    return at - 1;
  return at;
}

void
dash_series_range (const DashSeries *series, double min, double max, gsize *first, gsize *end)
{
  gsize from, to;

  g_return_if_fail (series != NULL && first != NULL && end != NULL);
  from = lower_bound (series, min);
  to = lower_bound (series, max);
  while (to < series->n && series->x[to] <= max)
    to++;
  *first = from > 0 ? from - 1 : 0;
  *end = MIN (to + 1, series->n);
}

typedef struct
{
  double x, y;
} Point;

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const Point *left = a, *right = b;

  return (left->x > right->x) - (left->x < right->x);
}

/* Pairs [step, value]; pairs with null (a loss that is not finite) are left out. */
static DashSeries *
read_pairs (const char *name, JsonNode *list)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  DashSeries *series;

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      JsonNode *pair = vestim_node_element (list, i);
      Point point;

      if (vestim_node_get_double (vestim_node_element (pair, 0), &point.x)
          && vestim_node_get_double (vestim_node_element (pair, 1), &point.y))
        g_array_append_val (points, point);
    }
  g_array_sort (points, compare_points);
  series = dash_series_new (name, points->len);
  for (guint i = 0; i < points->len; i++)
    {
      series->x[i] = g_array_index (points, Point, i).x;
      series->y[i] = g_array_index (points, Point, i).y;
    }
  return series;
}

static bool
add_series (const char *name, JsonNode *pairs, gpointer list, GError **error)
{
  g_ptr_array_add (list, read_pairs (name, pairs));
  return true;
}

GPtrArray *
dash_series_parse_metrics (const char *text, gsize length, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_series_free);

  if (!vestim_node_parse_each (text, length, "series", add_series, list, error))
    return NULL;
  return g_steal_pointer (&list);
}

/* Reads the numbers of the line at `*at` and moves to the next line. */
static gboolean
read_row (const char **at, const char *end, double *values)
{
  const char *here = *at;

  for (int i = 0; i < N_PREDICTION_COLUMNS; i++)
    {
      char *after = NULL;

      /* g_ascii_strtod() would skip the line end and read a number of the next line. */
      if (g_ascii_isspace (*here))
        return FALSE;
      values[i] = g_ascii_strtod (here, &after);
      if (after == here || after > end || !isfinite (values[i]))
        return FALSE;
      here = after;
      if (i < N_PREDICTION_COLUMNS - 1 && *here++ != ',')
        return FALSE;
    }
  while (here < end && (*here == '\r' || *here == ' '))
    here++;
  if (here < end && *here++ != '\n')
    return FALSE;
  *at = here;
  return TRUE;
}

static gsize
count_lines (const char *text, const char *end)
{
  gsize n = 0;

  while (text < end)
    {
      const char *stop = memchr (text, '\n', (gsize) (end - text));

      n++;
      if (stop == NULL)
        break;
      text = stop + 1;
    }
  return n;
}

GPtrArray *
dash_series_parse_predictions (const char *text, gsize length, GError **error)
{
  static const char *const names[] = { "measured", "predicted", "error_mv" };
  /* g_ascii_strtod() needs a NUL at the end. */
  g_autofree char *copy = g_strndup (text, length);
  const char *end = copy + strlen (copy);
  const char *at = strchr (copy, '\n');
  gsize n_rows = 0, n = 0;
  g_autoptr (GPtrArray) list = NULL;
  DashSeries *columns[G_N_ELEMENTS (names)];

  if (at == NULL || !g_str_has_prefix (copy, PREDICTION_HEADER))
    {
      g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED, "%s",
                   _ ("The predictions have no header with column names."));
      return NULL;
    }
  at++;
  n_rows = count_lines (at, end);
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_series_free);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (list, columns[i] = dash_series_new (names[i], n_rows));
  while (at < end)
    {
      double values[N_PREDICTION_COLUMNS];

      if (!read_row (&at, end, values) || (n > 0 && values[0] < columns[0]->x[n - 1]))
        {
          g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED,
                       _ ("Line %zu of the predictions can’t be read."), n + 2);
          return NULL;
        }
      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        {
          columns[i]->x[n] = values[0];
          columns[i]->y[n] = values[i + 1];
        }
      n++;
    }
  return g_steal_pointer (&list);
}
