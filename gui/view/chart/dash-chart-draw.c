/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "common/results/vestim-number-text.h"
#include "gui/base/dash-format.h"
#include "gui/view/chart/dash-chart-private.h"

/* Painting of the chart: axes, legend and curves with cairo, into the cached image; the cursor and
 * the dragged range as render nodes, in each frame. Coordinates are pixels of the widget, and
 * `frame` maps values to them. dash_chart_scale_thin() has reduced a long series to the minimum and
 * maximum of each pixel column before it is painted. */

#define PIXELS_PER_TICK_X 80
#define PIXELS_PER_TICK_Y 36

/* The legend: its left edge, the gap that follows a name, and its size at most. */
#define LEGEND_LEFT 58
#define LEGEND_GAP 36
#define MAX_NAME_WIDTH 160
#define MAX_LEGEND_ROWS 4

/* A curve with more points hides its dashes. */
#define MAX_DASHED 1000

/* Values beside the cursor at most: more would hide the curves. */
#define MAX_CURSOR_VALUES 12
#define CURSOR_PADDING 6

/* People who can't distinguish red from green can distinguish these. The second curve, and curves
 * that reuse a colour, are dashed too. */
static const char *const colors[] = { "blue_3", "orange_3", "green_4", "purple_3", "red_3" };
static const char *const fallbacks[] = { "#3584e4", "#ff7800", "#2ec27e", "#9141ac", "#e01b24" };

/* A named colour of the style, or `fallback` if the style does not have it. */
static GdkRGBA
style_color (DashChart *self, const char *name, const char *fallback)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (style, name, &color))
    gdk_rgba_parse (&color, fallback);
  return color;
}

static void
set_color (DashChart *self, cairo_t *cr, guint index)
{
  guint which = (self->first_color + index) % G_N_ELEMENTS (colors);
  GdkRGBA color = style_color (self, colors[which], fallbacks[which]);

  gdk_cairo_set_source_rgba (cr, &color);
}

static void
set_dash (DashChart *self, cairo_t *cr, guint index)
{
  static const double dashes[] = { 6, 3 };
  const DashSeries *series = self->series->pdata[index];
  gboolean dashed = (index == 1 || index >= G_N_ELEMENTS (colors)) && series->n < MAX_DASHED;

  cairo_set_dash (cr, dashes, dashed ? 2 : 0, 0);
}

static GdkRGBA
get_ink (DashChart *self, double alpha)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  color.alpha *= (float) alpha;
  return color;
}

static void
set_ink (DashChart *self, cairo_t *cr, double alpha)
{
  GdkRGBA color = get_ink (self, alpha);

  gdk_cairo_set_source_rgba (cr, &color);
}

/* Draws `text` with its reference point at (x, y); ax and ay, from 0 to 1, say where that point is
 * within the text. */
static void
draw_text (DashChart *self, cairo_t *cr, const char *text, double x, double y, double ax, double ay)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, round (x - ax * width), round (y - ay * height));
  pango_cairo_show_layout (cr, layout);
}

static void
draw_y_axis (DashChart *self, cairo_t *cr, const DashChartFrame *frame)
{
  g_autoptr (GArray) ticks =
      dash_chart_scale_ticks (&frame->y, (guint) MAX (frame->height / PIXELS_PER_TICK_Y, 3));

  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < ticks->len; i++)
    {
      g_autofree char *text = dash_chart_scale_format (ticks, i);
      double place = dash_chart_scale_place (&frame->y, g_array_index (ticks, double, i));
      double y = floor (frame->top + (1 - place) * frame->height) + 0.5;

      set_ink (self, cr, 0.15);
      cairo_move_to (cr, frame->left, y);
      cairo_line_to (cr, frame->left + frame->width, y);
      cairo_stroke (cr);
      set_ink (self, cr, 0.75);
      draw_text (self, cr, text, frame->left - 6, y, 1, 0.5);
    }
}

static void
draw_x_axis (DashChart *self, cairo_t *cr, const DashChartFrame *frame)
{
  g_autoptr (GArray) ticks =
      dash_chart_scale_ticks (&frame->x, (guint) MAX (frame->width / PIXELS_PER_TICK_X, 2));
  double bottom = floor (frame->top + frame->height) + 0.5;

  set_ink (self, cr, 0.5);
  cairo_move_to (cr, frame->left, bottom);
  cairo_line_to (cr, frame->left + frame->width, bottom);
  cairo_stroke (cr);
  if (self->hide_x_numbers)
    return;
  for (guint i = 0; i < ticks->len; i++)
    {
      g_autofree char *text = dash_chart_scale_format (ticks, i);
      double place = dash_chart_scale_place (&frame->x, g_array_index (ticks, double, i));
      double x = floor (frame->left + place * frame->width) + 0.5;

      set_ink (self, cr, 0.5);
      cairo_move_to (cr, x, bottom);
      cairo_line_to (cr, x, bottom + 4);
      cairo_stroke (cr);
      set_ink (self, cr, 0.75);
      draw_text (self, cr, text, x, bottom + 5, 0.5, 0);
    }
  set_ink (self, cr, 0.75);
  if (self->x_label != NULL)
    draw_text (self, cr, self->x_label, frame->left + frame->width, bottom + 21, 1, 0);
}

/* Draws lines from point to point. Where points are dense it draws a box from the lowest to the
 * highest point of each pixel column instead: to stroke thousands of zigzags takes cairo three
 * times as long as to fill boxes. */
typedef struct
{
  cairo_t *cr;
  gboolean is_dense;
  gboolean is_down;
  double column, low, high; /* of the current box */
  double last;              /* y of the last point */
} Pen;

static void
pen_flush (Pen *pen)
{
  if (pen->is_dense && pen->is_down)
    cairo_rectangle (pen->cr, pen->column, pen->low, 1, MAX (pen->high - pen->low, 1));
}

static void
pen_up (Pen *pen)
{
  pen_flush (pen);
  pen->is_down = FALSE;
}

static void
pen_to_dense (Pen *pen, double x, double y)
{
  double column = floor (x);
  double row = floor (y);

  if (!pen->is_down || column != pen->column)
    {
      pen_flush (pen);
      /* Boxes are connected: each begins where the last one ended. */
      pen->low = pen->is_down ? MIN (pen->last, row) : row;
      pen->high = pen->is_down ? MAX (pen->last, row) : row;
      pen->column = column;
    }
  pen->low = MIN (pen->low, row);
  pen->high = MAX (pen->high, row);
  pen->last = row;
}

static void
pen_to (Pen *pen, double x, double y)
{
  if (pen->is_dense)
    pen_to_dense (pen, x, y);
  else if (pen->is_down)
    cairo_line_to (pen->cr, x, y);
  else
    cairo_move_to (pen->cr, x, y);
  pen->is_down = TRUE;
}

static void
draw_curve (DashChart *self, cairo_t *cr, const DashChartFrame *frame, guint index)
{
  const DashSeries *series = self->series->pdata[index];
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (double));
  Pen pen = { .cr = cr };

  dash_chart_scale_thin (series, &frame->x, (guint) frame->width, points);
  pen.is_dense = points->len > 4 * frame->width;
  for (guint i = 0; i + 1 < points->len; i += 2)
    {
      double y = g_array_index (points, double, i + 1);
      double x = dash_chart_scale_place (&frame->x, g_array_index (points, double, i));
      double place = dash_chart_scale_place (&frame->y, y);

      /* A missing value is a gap. */
      if (!isfinite (y) || (frame->y.log && y <= 0))
        pen_up (&pen);
      else
        pen_to (&pen, frame->left + x * frame->width,
                frame->top + (1 - CLAMP (place, -10, 10)) * frame->height);
    }
  pen_flush (&pen);
  set_color (self, cr, index);
  cairo_set_line_width (cr, points->len > 2000 ? 1 : 2);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_BEVEL);
  set_dash (self, cr, index);
  if (pen.is_dense)
    cairo_fill (cr);
  else
    cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  if (series->n == 1)
    {
      double x = dash_chart_scale_place (&frame->x, series->x[0]);
      double y = dash_chart_scale_place (&frame->y, series->y[0]);

      cairo_arc (cr, frame->left + x * frame->width, frame->top + (1 - y) * frame->height, 3, 0,
                 2 * G_PI);
      cairo_fill (cr);
    }
}

static PangoLayout *
make_name (DashChart *self, const char *name, int *width, int *height)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), name);

  pango_layout_set_width (layout, MAX_NAME_WIDTH * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_get_pixel_size (layout, width, height);
  return layout;
}

static void
draw_name (DashChart *self, cairo_t *cr, PangoLayout *layout, guint index, double x, double y)
{
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  set_color (self, cr, index);
  set_dash (self, cr, index);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, x, y + height / 2.0);
  cairo_line_to (cr, x + 16, y + height / 2.0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  set_ink (self, cr, 0.9);
  cairo_move_to (cr, x + 21, y);
  pango_cairo_show_layout (cr, layout);
}

/* Places the label and the names from left to right, in as many rows as needed, and draws them
 * unless `cr` is NULL. Returns the height. */
static double
place_legend (DashChart *self, cairo_t *cr, double width)
{
  int name_width, height;
  g_autoptr (PangoLayout) label =
      make_name (self, self->y_label != NULL ? self->y_label : "", &name_width, &height);
  double left = MAX (LEGEND_LEFT, name_width + 16);
  double x = left, y = 2;

  if (cr != NULL)
    {
      set_ink (self, cr, 0.75);
      cairo_move_to (cr, 4, y);
      pango_cairo_show_layout (cr, label);
    }
  for (guint i = 0; i < self->series->len; i++)
    {
      g_autoptr (PangoLayout) layout =
          make_name (self, dash_chart_get_name (self, i), &name_width, NULL);

      if (x > left && x + name_width + LEGEND_GAP > width)
        {
          x = left;
          y += height + 2;
        }
      if (y > MAX_LEGEND_ROWS * (height + 2))
        {
          if (cr != NULL)
            draw_text (self, cr, "…", left + 21, y, 0, 0);
          return y + height;
        }
      if (cr != NULL)
        draw_name (self, cr, layout, i, x, y);
      x += name_width + LEGEND_GAP;
    }
  return y + height;
}

double
dash_chart_get_legend_height (DashChart *self, double width)
{
  g_return_val_if_fail (DASH_IS_CHART (self), 0);
  return place_legend (self, NULL, width) + 10;
}

/* (transfer full) the lines with the values at the cursor; `x` is that of the first curve's nearest
 * point. */
static char *
dup_cursor_text (DashChart *self, double *x)
{
  GString *text = g_string_new (NULL);
  guint shown = MIN (self->series->len, MAX_CURSOR_VALUES);

  for (guint i = 0; i < shown; i++)
    {
      const DashSeries *series = self->series->pdata[i];
      gsize at = dash_series_nearest (series, self->cursor);
      g_autofree char *value = series->n > 0 ? vestim_number_text_value (series->y[at]) : NULL;
      g_autofree char *where = series->n > 0 ? dash_format_place (series->x[at]) : NULL;

      if (value == NULL)
        continue;
      if (text->len == 0)
        {
          *x = series->x[at];
          g_string_append_printf (text, "%s %s", self->x_label != NULL ? self->x_label : "x",
                                  where);
        }
      g_string_append_printf (text, "\n%s %s", dash_chart_get_name (self, i), value);
    }
  if (shown < self->series->len)
    g_string_append (text, "\n…");
  return g_string_free (text, FALSE);
}

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *color, double x, double y, double width, double height)
{
  gtk_snapshot_append_color (
      snapshot, color, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

/* Draws a box with the values beside the cursor, on the side that has room. */
static void
draw_cursor_values (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame, double x,
                    PangoLayout *layout)
{
  GdkRGBA paper = style_color (self, "popover_bg_color", "#ffffff");
  GdkRGBA edge = get_ink (self, 0.3);
  GdkRGBA ink = get_ink (self, 1);
  int width, height;
  double left;

  pango_layout_get_pixel_size (layout, &width, &height);
  width += 2 * CURSOR_PADDING;
  height += 2 * CURSOR_PADDING;
  left = floor (x + 10 + width < frame->left + frame->width ? x + 10 : x - 10 - width);
  fill (snapshot, &edge, left, frame->top + 6, width, height);
  fill (snapshot, &paper, left + 1, frame->top + 7, width - 2, height - 2);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) left + CURSOR_PADDING,
                                                          (float) frame->top + 6 + CURSOR_PADDING));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_restore (snapshot);
}

static void
draw_cursor (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame)
{
  double at = self->cursor;
  g_autofree char *text = dup_cursor_text (self, &at);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  double x = frame->left + dash_chart_scale_place (&frame->x, at) * frame->width;
  GdkRGBA ink = get_ink (self, 0.5);

  if (x < frame->left - 1 || x > frame->left + frame->width + 1)
    return;
  fill (snapshot, &ink, floor (x), frame->top, 1, frame->height);
  draw_cursor_values (self, snapshot, frame, x, layout);
}

static void
draw_drag (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame)
{
  double right = frame->left + frame->width;
  double from = CLAMP (self->drag_from, frame->left, right);
  double to = CLAMP (self->drag_to, frame->left, right);
  GdkRGBA color = style_color (self, "accent_bg_color", "#3584e4");

  color.alpha = 0.25f;
  fill (snapshot, &color, MIN (from, to), frame->top, fabs (to - from), frame->height);
}

void
dash_chart_draw (DashChart *self, cairo_t *cr, const DashChartFrame *frame)
{
  g_return_if_fail (DASH_IS_CHART (self));
  draw_y_axis (self, cr, frame);
  draw_x_axis (self, cr, frame);
  place_legend (self, cr, gtk_widget_get_width (GTK_WIDGET (self)));
  cairo_save (cr);
  cairo_rectangle (cr, frame->left, frame->top - 2, frame->width + 2, frame->height + 4);
  cairo_clip (cr);
  for (guint i = 0; i < self->series->len; i++)
    draw_curve (self, cr, frame, i);
  cairo_restore (cr);
}

void
dash_chart_draw_over (DashChart *self, GtkSnapshot *snapshot, const DashChartFrame *frame)
{
  g_return_if_fail (DASH_IS_CHART (self));
  if (isfinite (self->drag_to))
    draw_drag (self, snapshot, frame);
  else if (isfinite (self->cursor))
    draw_cursor (self, snapshot, frame);
}
