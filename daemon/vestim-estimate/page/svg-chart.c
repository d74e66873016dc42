/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/svg-chart.h"

#include "daemon/vestim-estimate/page/html.h"
#include "daemon/vestim-estimate/page/svg-scale.h"

#include <math.h>

#define HEIGHT 260
#define LEFT 66
#define RIGHT 14
#define TOP 10
#define BOTTOM 42
#define LABEL_OFFSET 34 /* of the x label, below the plot */

/* The frame of a chart */

typedef struct
{
  SvgScale x;
  SvgScale y;
  int width;
  int height;
} Frame;

static void
begin (GString *html, const SvgChart *chart, int width, int height)
{
  g_string_append_printf (html,
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                          "role=\"img\" class=\"chart\" "
                          "style=\"max-width:%dpx\">",
                          width, height, width);
  html_append_element (html, "title", NULL, chart->title);
  html_append_element (html, "desc", NULL, chart->description);
}

static void
append_label (GString *html, double x, double y, const char *attributes, const char *text)
{
  g_string_append_printf (html, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y, attributes);
  html_append_text (html, text);
  g_string_append (html, "</text>\n");
}

static void
append_y_axis (GString *html, const Frame *frame, const char *label)
{
  g_autoptr (GArray) ticks = svg_scale_ticks (&frame->y);
  double middle = (frame->y.first_pixel + frame->y.last_pixel) / 2;
  g_autofree char *turned =
      g_strdup_printf (" class=\"m\" transform=\"rotate(-90 14 %.1f)\"", middle);

  for (guint i = 0; i < ticks->len; i++)
    {
      double value = g_array_index (ticks, double, i), pixel = svg_scale_pixel (&frame->y, value);
      g_autofree char *text = g_strdup_printf ("%.6g", value);

      g_string_append_printf (html, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, pixel,
                              frame->width - RIGHT);
      append_label (html, LEFT - 6, pixel + 4, " class=\"e\"", text);
    }
  append_label (html, 14, middle, turned, label);
}

static void
append_x_axis (GString *html, const Frame *frame, const char *label)
{
  g_autoptr (GArray) ticks = svg_scale_ticks (&frame->x);
  double bottom = frame->height - BOTTOM;

  for (guint i = 0; i < ticks->len; i++)
    {
      double value = g_array_index (ticks, double, i), pixel = svg_scale_pixel (&frame->x, value);
      g_autofree char *text = g_strdup_printf ("%.8g", value);

      g_string_append_printf (html, "<path class=\"axis\" d=\"M%.1f %.1fv5\"/>", pixel, bottom);
      append_label (html, pixel, bottom + 18, " class=\"m\"", text);
    }
  append_label (html, (LEFT + frame->width - RIGHT) / 2.0, bottom + LABEL_OFFSET, " class=\"m\"",
                label);
}

static void
append_axis_lines (GString *html, const Frame *frame)
{
  g_string_append_printf (html, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>\n", LEFT, TOP,
                          frame->height - BOTTOM, frame->width - RIGHT);
}

static Frame
frame_new (int width, int height)
{
  return (Frame){ .width = width, .height = height > 0 ? height : HEIGHT };
}

static void
set_x (Frame *frame, double min, double max)
{
  frame->x = svg_scale_new (min, max, LEFT, frame->width - RIGHT, false);
}

static void
set_y (Frame *frame, double min, double max, bool is_log)
{
  frame->y = svg_scale_new (min, max, frame->height - BOTTOM, TOP, is_log);
}

/* Lines */

static bool
is_drawable (const Point *point, bool is_log)
{
  return isfinite (point->x) && isfinite (point->y) && (!is_log || point->y > 0);
}

static void
append_path (GString *html, const Frame *frame, const SvgLine *line)
{
  char command = 'M';

  g_string_append_printf (html, "<path class=\"line c%d\" d=\"", line->colour);
  for (guint i = 0; i < line->points->len; i++)
    {
      const Point *point = &g_array_index (line->points, Point, i);

      if (!is_drawable (point, frame->y.is_log))
        {
          command = 'M';
          continue;
        }
      g_string_append_printf (html, "%c%.1f %.1f", command, svg_scale_pixel (&frame->x, point->x),
                              svg_scale_pixel (&frame->y, point->y));
      command = 'L';
    }
  g_string_append (html, "\"/>\n");
}

static void
append_legend (GString *html, const SvgLine *lines, int n_lines)
{
  g_string_append (html, "<figcaption>");
  for (int i = 0; i < n_lines; i++)
    {
      g_string_append_printf (html, "<span class=\"key k%d\"></span>", lines[i].colour);
      html_append_text (html, lines[i].name);
      g_string_append (html, i + 1 < n_lines ? "&#160;&#160; " : "");
    }
  g_string_append (html, "</figcaption>");
}

/* The range of all points that can be drawn. False if there is none. */
static bool
find_range (const SvgLine *lines, int n_lines, bool is_log, Point *min, Point *max)
{
  *min = (Point){ INFINITY, INFINITY };
  *max = (Point){ -INFINITY, -INFINITY };
  for (int i = 0; i < n_lines; i++)
    for (guint j = 0; j < lines[i].points->len; j++)
      {
        const Point *point = &g_array_index (lines[i].points, Point, j);

        if (!is_drawable (point, is_log))
          continue;
        *min = (Point){ fmin (min->x, point->x), fmin (min->y, point->y) };
        *max = (Point){ fmax (max->x, point->x), fmax (max->y, point->y) };
      }
  return isfinite (min->x);
}

void
svg_chart_append_lines (GString *html, const SvgChart *chart, const SvgLine *lines, int n_lines)
{
  Frame frame = frame_new (SVG_CHART_WIDTH, chart->height);
  Point min, max;

  if (!find_range (lines, n_lines, chart->is_log, &min, &max))
    return;

  set_x (&frame, min.x, max.x);
  set_y (&frame, min.y, max.y, chart->is_log);
  g_string_append (html, "<figure>");
  begin (html, chart, frame.width, frame.height);
  append_y_axis (html, &frame, chart->y_label);
  append_x_axis (html, &frame, chart->x_label);
  append_axis_lines (html, &frame);
  for (int i = 0; i < n_lines; i++)
    append_path (html, &frame, &lines[i]);
  g_string_append (html, "</svg>\n");
  if (n_lines > 1)
    append_legend (html, lines, n_lines);
  g_string_append (html, "</figure>\n");
}

/* Bars */

static void
append_bar (GString *html, const Frame *frame, double left, double right, double value)
{
  double top = svg_scale_pixel (&frame->y, value), bottom = svg_scale_pixel (&frame->y, 0);

  g_string_append_printf (html,
                          "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                          "height=\"%.1f\"/>",
                          left, top, fmax (right - left, 0.5), fmax (bottom - top, 0));
}

void
svg_chart_append_histogram (GString *html, const SvgChart *chart, const size_t *counts, int n,
                            double min, double max)
{
  Frame frame = frame_new (SVG_CHART_WIDTH, chart->height);
  size_t most = 1;

  for (int i = 0; i < n; i++)
    most = MAX (most, counts[i]);
  set_x (&frame, min, max);
  set_y (&frame, 0, (double) most, false);
  g_string_append (html, "<figure>");
  begin (html, chart, frame.width, frame.height);
  append_y_axis (html, &frame, chart->y_label);
  append_x_axis (html, &frame, chart->x_label);
  append_axis_lines (html, &frame);
  for (int i = 0; i < n; i++)
    append_bar (html, &frame, svg_scale_pixel (&frame.x, min + (max - min) * i / n) + 0.5,
                svg_scale_pixel (&frame.x, min + (max - min) * (i + 1) / n) - 0.5,
                (double) counts[i]);
  g_string_append (html, "</svg></figure>\n");
}

void
svg_chart_append_bars (GString *html, const SvgChart *chart, const char *const *labels,
                       const double *values, int n)
{
  Frame frame = frame_new (SVG_CHART_WIDTH, chart->height);
  double largest = 0, bottom = frame.height - BOTTOM;

  for (int i = 0; i < n; i++)
    largest = isfinite (values[i]) ? fmax (largest, values[i]) : largest;
  set_x (&frame, 0, n);
  set_y (&frame, 0, largest > 0 ? largest * 1.12 : 1, false);
  g_string_append (html, "<figure>");
  begin (html, chart, frame.width, frame.height);
  append_y_axis (html, &frame, chart->y_label);
  append_label (html, (LEFT + frame.width - RIGHT) / 2.0, bottom + LABEL_OFFSET, " class=\"m\"",
                chart->x_label);
  append_axis_lines (html, &frame);
  for (int i = 0; i < n; i++)
    {
      double middle = svg_scale_pixel (&frame.x, i + 0.5);
      g_autofree char *text = g_strdup_printf ("%.1f", values[i]);

      append_label (html, middle, bottom + 16, " class=\"m\"", labels[i]);
      if (!isfinite (values[i]))
        continue;
      append_bar (html, &frame, svg_scale_pixel (&frame.x, i + 0.15),
                  svg_scale_pixel (&frame.x, i + 0.85), values[i]);
      append_label (html, middle, svg_scale_pixel (&frame.y, values[i]) - 4, " class=\"m\"", text);
    }
  g_string_append (html, "</svg></figure>\n");
}

/* Density */

#define CELLS 90
#define DENSITY_SIZE 480
#define SHADES 5

static void
append_cells (GString *html, const Frame *frame, const guint *counts, int shade, guint most)
{
  double width = (frame->width - LEFT - RIGHT) / (double) CELLS;
  double height = (frame->height - TOP - BOTTOM) / (double) CELLS;
  double step = log ((double) most + 1) / SHADES;

  g_string_append_printf (html, "<path class=\"dot\" opacity=\"%.2f\" d=\"",
                          (shade + 1.0) / SHADES);
  for (int i = 0; i < CELLS * CELLS; i++)
    {
      int level = MIN ((int) (log ((double) counts[i] + 1) / step), SHADES - 1);

      if (counts[i] > 0 && level == shade)
        g_string_append_printf (html, "M%.1f %.1fh%.1fv%.1fh-%.1fz", LEFT + (i % CELLS) * width,
                                TOP + (CELLS - 1 - i / CELLS) * height, width, height, width);
    }
  g_string_append (html, "\"/>\n");
}

static int
cell_of (double value, double min, double max)
{
  return CLAMP ((int) ((value - min) / (max - min) * CELLS), 0, CELLS - 1);
}

void
svg_chart_append_density (GString *html, const SvgChart *chart, const GArray *points)
{
  const SvgLine all = { .points = points };
  Frame frame = frame_new (DENSITY_SIZE, DENSITY_SIZE);
  g_autofree guint *counts = g_new0 (guint, CELLS * CELLS);
  guint most = 1;
  Point min, max;

  if (!find_range (&all, 1, false, &min, &max))
    return;

  set_x (&frame, fmin (min.x, min.y), fmax (max.x, max.y));
  set_y (&frame, frame.x.min, frame.x.max, false);
  for (guint i = 0; i < points->len; i++)
    {
      const Point *point = &g_array_index (points, Point, i);

      if (is_drawable (point, false))
        counts[cell_of (point->y, frame.y.min, frame.y.max) * CELLS
               + cell_of (point->x, frame.x.min, frame.x.max)]++;
    }
  for (int i = 0; i < CELLS * CELLS; i++)
    most = MAX (most, counts[i]);

  g_string_append (html, "<figure>");
  begin (html, chart, frame.width, frame.height);
  append_y_axis (html, &frame, chart->y_label);
  append_x_axis (html, &frame, chart->x_label);
  for (int shade = 0; shade < SHADES; shade++)
    append_cells (html, &frame, counts, shade, most);
  g_string_append_printf (html, "<path class=\"equal\" d=\"M%d %dL%d %d\"/>", LEFT,
                          frame.height - BOTTOM, frame.width - RIGHT, TOP);
  append_axis_lines (html, &frame);
  g_string_append (html, "</svg></figure>\n");
}
