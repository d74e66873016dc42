/* SPDX-License-Identifier: MIT */
#include "gui/view/chart/dash-chart.h"

#include <glib/gi18n.h>
#include <math.h>

#include "common/results/vestim-number-text.h"
#include "gui/base/dash-format.h"
#include "gui/view/chart/dash-chart-private.h"

/* The widget's state, signals and caches. Painting is in dash-chart-draw.c, input in
 * dash-chart-input.c.
 *
 * A long curve takes longer to draw than the pointer takes to move. The chart is therefore drawn in
 * two layers: axes, legend and curves go into an image that is kept (`picture`), and each snapshot
 * adds only the cursor or the dragged range. redraw() drops the image when the content, the visible
 * range, the size or the style changes. `frame` is the geometry that both layers share. */

/* Margins of the plot area, in pixels. */
#define LEFT 58
#define RIGHT 12
#define BOTTOM 42
#define BOTTOM_WITHOUT_NUMBERS 8

enum
{
  RANGE_CHANGED,
  CURSOR_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashChart, dash_chart, GTK_TYPE_WIDGET)

const char *
dash_chart_get_name (DashChart *self, guint index)
{
  g_return_val_if_fail (DASH_IS_CHART (self), NULL);
  if (self->names != NULL && index < g_strv_length (self->names))
    return self->names[index];
  return ((DashSeries *) self->series->pdata[index])->name;
}

gboolean
dash_chart_get_extent (DashChart *self, double *min, double *max)
{
  gboolean any = FALSE;

  g_return_val_if_fail (DASH_IS_CHART (self), FALSE);
  for (guint i = 0; self->series != NULL && i < self->series->len; i++)
    {
      const DashSeries *series = self->series->pdata[i];

      if (series->n == 0)
        continue;
      *min = any ? MIN (*min, series->x[0]) : series->x[0];
      *max = any ? MAX (*max, series->x[series->n - 1]) : series->x[series->n - 1];
      any = TRUE;
    }
  return any;
}

/* The smallest and largest y of the points within [x_min, x_max]. FALSE without points. */
static gboolean
y_extent (DashChart *self, double x_min, double x_max, double *min, double *max)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->series->len; i++)
    {
      double low, high;

      if (!dash_chart_scale_extent (self->series->pdata[i], x_min, x_max, self->log, &low, &high))
        continue;
      *min = any ? MIN (*min, low) : low;
      *max = any ? MAX (*max, high) : high;
      any = TRUE;
    }
  return any;
}

/* FALSE when there is nothing to draw. */
static gboolean
make_frame (DashChart *self, DashChartFrame *frame)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;

  if (!dash_chart_get_extent (self, &x_min, &x_max))
    return FALSE;
  if (isfinite (self->range_min))
    {
      x_min = self->range_min;
      x_max = self->range_max;
    }
  if (!y_extent (self, x_min, x_max, &y_min, &y_max))
    return FALSE;
  frame->left = LEFT;
  frame->top = dash_chart_get_legend_height (self, width);
  frame->width = MAX (width - LEFT - RIGHT, 10);
  frame->height =
      MAX (height - frame->top - (self->hide_x_numbers ? BOTTOM_WITHOUT_NUMBERS : BOTTOM), 10);
  frame->x = dash_chart_scale_new (x_min, x_max, FALSE, FALSE);
  frame->y = dash_chart_scale_new (y_min, y_max, self->log, TRUE);
  return TRUE;
}

const DashChartFrame *
dash_chart_get_frame (DashChart *self)
{
  g_return_val_if_fail (DASH_IS_CHART (self), NULL);
  if (!self->frame_is_valid)
    self->drawable = make_frame (self, &self->frame);
  self->frame_is_valid = TRUE;
  return self->drawable ? &self->frame : NULL;
}

static void
drop_picture (DashChart *self)
{
  g_clear_pointer (&self->picture, gsk_render_node_unref);
}

/* To be called when the curves, their place or their look have changed. */
static void
redraw (DashChart *self)
{
  self->frame_is_valid = FALSE;
  drop_picture (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Describes the chart for screen readers: each curve's value at the cursor, or its last one. */
static void
update_description (DashChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; self->series != NULL && i < self->series->len; i++)
    {
      const DashSeries *series = self->series->pdata[i];
      gsize at =
          isfinite (self->cursor) ? dash_series_nearest (series, self->cursor) : series->n - 1;
      g_autofree char *x = NULL;
      g_autofree char *y = NULL;

      if (series->n == 0)
        continue;
      x = dash_format_place (series->x[at]);
      y = vestim_number_text_value (series->y[at]);
      g_string_append (text, text->len > 0 ? "; " : "");
      /* TRANSLATORS: name of a curve, its value, label and position on the x axis:
       * "Training: 8.5 at epoch 30". */
      g_string_append_printf (text, _ ("%s: %s at %s %s"), dash_chart_get_name (self, i), y,
                              self->x_label != NULL ? self->x_label : "x", x);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->y_label != NULL ? self->y_label : _ ("Chart"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

void
dash_chart_move_cursor (DashChart *self, double x)
{
  g_return_if_fail (DASH_IS_CHART (self));
  dash_chart_set_cursor (self, x);
  g_signal_emit (self, signals[CURSOR_CHANGED], 0, x);
}

void
dash_chart_change_range (DashChart *self, double min, double max)
{
  g_return_if_fail (DASH_IS_CHART (self));
  dash_chart_set_range (self, min, max);
  g_signal_emit (self, signals[RANGE_CHANGED], 0, min, max);
}

/* Renders the curves into an image. A cairo node that contained the curves themselves would paint
 * them again for each part of the widget that the cursor uncovers. */
static GskRenderNode *
make_picture (DashChart *self, const DashChartFrame *frame, int scale)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  GskRenderNode *node =
      gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cairo_surface_t *image =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (image, scale, scale);
  cr = cairo_create (image);
  dash_chart_draw (self, cr, frame);
  cairo_destroy (cr);
  cr = gsk_cairo_node_get_draw_context (node);
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
  return node;
}

/* There are values, but a logarithmic axis can show none of them. */
static void
snapshot_no_positive_values (DashChart *self, GtkSnapshot *snapshot)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (
      GTK_WIDGET (self), _ ("A logarithmic scale needs values above 0, but there are none."));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  GdkRGBA ink;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &ink);
  pango_layout_set_width (layout, MAX (width - 2 * RIGHT, 1) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (RIGHT, (float) height / 2));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
}

static void
dash_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DashChart *self = DASH_CHART (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  const DashChartFrame *frame = dash_chart_get_frame (self);
  double min, max;

  if (frame == NULL)
    {
      if (self->log && dash_chart_get_extent (self, &min, &max))
        snapshot_no_positive_values (self, snapshot);
      return;
    }
  if (self->picture_scale != scale)
    drop_picture (self);
  if (self->picture == NULL)
    self->picture = make_picture (self, frame, scale);
  self->picture_scale = scale;
  gtk_snapshot_append_node (snapshot, self->picture);
  dash_chart_draw_over (self, snapshot, frame);
  if (gtk_widget_has_visible_focus (widget))
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget), 0, 0,
                               gtk_widget_get_width (widget), gtk_widget_get_height (widget));
}

static void
dash_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  redraw (DASH_CHART (widget));
}

/* Colours and fonts have changed: dark style, high contrast, larger text. */
static void
dash_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (dash_chart_parent_class)->css_changed (widget, change);
  redraw (DASH_CHART (widget));
}

static void
dash_chart_finalize (GObject *object)
{
  DashChart *self = DASH_CHART (object);

  drop_picture (self);
  g_clear_pointer (&self->series, g_ptr_array_unref);
  g_strfreev (self->names);
  g_free (self->x_label);
  g_free (self->y_label);
  G_OBJECT_CLASS (dash_chart_parent_class)->finalize (object);
}

static void
dash_chart_class_init (DashChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = dash_chart_finalize;
  widget_class->snapshot = dash_chart_snapshot;
  widget_class->size_allocate = dash_chart_size_allocate;
  widget_class->css_changed = dash_chart_css_changed;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[RANGE_CHANGED] =
      g_signal_new ("range-changed", DASH_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[CURSOR_CHANGED] = g_signal_new ("cursor-changed", DASH_TYPE_CHART, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
dash_chart_init (DashChart *self)
{
  self->range_min = self->range_max = NAN;
  self->cursor = self->drag_from = self->drag_to = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  dash_chart_add_input (self);
}

void
dash_chart_set_series (DashChart *self, GPtrArray *series)
{
  g_return_if_fail (DASH_IS_CHART (self));
  if (series != NULL)
    g_ptr_array_ref (series);
  g_clear_pointer (&self->series, g_ptr_array_unref);
  self->series = series;
  update_description (self);
  redraw (self);
}

void
dash_chart_set_names (DashChart *self, const char *const *names, guint first_color)
{
  g_return_if_fail (DASH_IS_CHART (self));
  g_strfreev (self->names);
  self->names = g_strdupv ((char **) names);
  self->first_color = first_color;
  redraw (self);
}

void
dash_chart_set_labels (DashChart *self, const char *x_label, const char *y_label)
{
  g_return_if_fail (DASH_IS_CHART (self));
  g_free (self->x_label);
  self->x_label = g_strdup (x_label);
  g_free (self->y_label);
  self->y_label = g_strdup (y_label);
  update_description (self);
  redraw (self);
}

void
dash_chart_set_log (DashChart *self, gboolean log)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->log = log;
  redraw (self);
}

void
dash_chart_set_range (DashChart *self, double min, double max)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->range_min = max > min ? min : NAN;
  self->range_max = max > min ? max : NAN;
  redraw (self);
}

void
dash_chart_set_cursor (DashChart *self, double x)
{
  g_return_if_fail (DASH_IS_CHART (self));
  if (x == self->cursor || (isnan (x) && isnan (self->cursor)))
    return;
  self->cursor = x;
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dash_chart_set_hide_x_numbers (DashChart *self, gboolean hide)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->hide_x_numbers = hide;
  redraw (self);
}
