/* SPDX-License-Identifier: MIT */
#include "view/dash-chart.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/dash-format.h"
#include "view/dash-chart-private.h"

#define LEFT 58
#define RIGHT 12
#define BOTTOM 42
#define BARE_BOTTOM 8
#define MIN_DRAG 6
#define ZOOM_STEP 0.8 /* of a notch of the wheel */
#define ZOOM_KEY 0.5
#define PAGE_KEY 0.1 /* of what is shown */

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
  if (self->names != NULL && index < g_strv_length (self->names))
    return self->names[index];
  return ((DashSeries *) self->series->pdata[index])->name;
}

static gboolean
x_extent (DashChart *self, double *min, double *max)
{
  gboolean any = FALSE;

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

gboolean
dash_chart_get_frame (DashChart *self, DashChartFrame *frame)
{
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
  gboolean any = FALSE;

  if (!x_extent (self, &x_min, &x_max))
    return FALSE;
  if (isfinite (self->range_min))
    {
      x_min = self->range_min;
      x_max = self->range_max;
    }
  for (guint i = 0; i < self->series->len; i++)
    {
      double low, high;

      if (!dash_chart_scale_extent (self->series->pdata[i], x_min, x_max, self->log, &low, &high))
        continue;
      y_min = any ? MIN (y_min, low) : low;
      y_max = any ? MAX (y_max, high) : high;
      any = TRUE;
    }
  frame->left = LEFT;
  frame->top = dash_chart_get_legend_height (self, gtk_widget_get_width (GTK_WIDGET (self)));
  frame->width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - LEFT - RIGHT, 10);
  frame->height = MAX (gtk_widget_get_height (GTK_WIDGET (self)) - frame->top
                           - (self->bare_x ? BARE_BOTTOM : BOTTOM),
                       10);
  frame->x = dash_chart_scale_new (x_min, x_max, FALSE, FALSE);
  frame->y = dash_chart_scale_new (y_min, y_max, self->log, TRUE);
  return any;
}

/* What the picture says, for those who don't see it. */
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
      y = dash_format_number (series->y[at]);
      g_string_append_printf (text, _ ("%s%s: %s at %s %s"), text->len > 0 ? "; " : "",
                              dash_chart_get_name (self, i), y,
                              self->x_label != NULL ? self->x_label : "x", x);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->y_label != NULL ? self->y_label : _ ("Chart"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str, -1);
}

static void
move_cursor (DashChart *self, double x)
{
  dash_chart_set_cursor (self, x);
  g_signal_emit (self, signals[CURSOR_CHANGED], 0, x);
}

static void
change_range (DashChart *self, double min, double max)
{
  dash_chart_set_range (self, min, max);
  g_signal_emit (self, signals[RANGE_CHANGED], 0, min, max);
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, DashChart *self)
{
  DashChartFrame frame;

  if (dash_chart_get_frame (self, &frame))
    move_cursor (self,
                 dash_chart_scale_value (&frame.x, CLAMP ((x - frame.left) / frame.width, 0, 1)));
}

static void
leave_cb (GtkEventControllerMotion *motion, DashChart *self)
{
  move_cursor (self, NAN);
}

static void
drag_update_cb (GtkGestureDrag *drag, double dx, double dy, DashChart *self)
{
  double x, y;

  if (fabs (dx) < MIN_DRAG || !gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  self->drag_from = x;
  self->drag_to = x + dx;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *drag, double dx, double dy, DashChart *self)
{
  double from = MIN (self->drag_from, self->drag_to);
  double to = MAX (self->drag_from, self->drag_to);
  DashChartFrame frame;

  self->drag_from = self->drag_to = NAN;
  if (isfinite (from) && dash_chart_get_frame (self, &frame))
    change_range (
        self, dash_chart_scale_value (&frame.x, CLAMP ((from - frame.left) / frame.width, 0, 1)),
        dash_chart_scale_value (&frame.x, CLAMP ((to - frame.left) / frame.width, 0, 1)));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (GtkGestureClick *click, int n, double x, double y, DashChart *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n == 2)
    change_range (self, NAN, NAN);
}

/* FALSE without a curve. */
static gboolean
get_ranges (DashChart *self, DashChartRange *shown, DashChartRange *all)
{
  if (!x_extent (self, &all->min, &all->max))
    return FALSE;
  *shown = *all;
  if (isfinite (self->range_min))
    *shown = (DashChartRange){ self->range_min, self->range_max };
  return TRUE;
}

static void
show_range (DashChart *self, DashChartRange range, DashChartRange all)
{
  if (range.min <= all.min && range.max >= all.max)
    change_range (self, NAN, NAN);
  else
    change_range (self, range.min, range.max);
}

static void
zoom (DashChart *self, double factor, double at)
{
  DashChartRange shown, all;

  if (get_ranges (self, &shown, &all))
    show_range (self, dash_chart_range_zoom (shown, all, factor, at), all);
}

static gboolean
scroll_cb (GtkEventControllerScroll *scroll, double dx, double dy, DashChart *self)
{
  DashChartRange shown, all;

  if (!get_ranges (self, &shown, &all) || dy == 0)
    return GDK_EVENT_PROPAGATE;
  zoom (self, pow (ZOOM_STEP, -dy),
        isfinite (self->cursor) ? self->cursor : (shown.min + shown.max) / 2);
  return GDK_EVENT_STOP;
}

static gboolean
zoom_by_key (DashChart *self, guint key)
{
  DashChartRange shown, all;
  double at;

  if (!get_ranges (self, &shown, &all))
    return FALSE;
  at = isfinite (self->cursor) ? self->cursor : (shown.min + shown.max) / 2;
  if (key == GDK_KEY_plus || key == GDK_KEY_equal || key == GDK_KEY_KP_Add)
    zoom (self, ZOOM_KEY, at);
  else if (key == GDK_KEY_minus || key == GDK_KEY_KP_Subtract)
    zoom (self, 1 / ZOOM_KEY, at);
  else if (key == GDK_KEY_Escape && isfinite (self->range_min))
    change_range (self, NAN, NAN);
  else
    return FALSE;
  return TRUE;
}

/* The point of `series` that the key leads to from the cursor; FALSE for another key. */
static gboolean
find_by_key (DashChart *self, const DashSeries *series, guint key, gsize *at)
{
  DashChartRange shown = { 0, 0 }, all = { 0, 0 };
  double page, from;

  get_ranges (self, &shown, &all);
  page = (shown.max - shown.min) * PAGE_KEY;
  from = isfinite (self->cursor) ? self->cursor : shown.max;
  *at = dash_series_nearest (series, from);
  if (key == GDK_KEY_Left)
    *at -= *at > 0 ? 1 : 0;
  else if (key == GDK_KEY_Right)
    *at += *at + 1 < series->n ? 1 : 0;
  else if (key == GDK_KEY_Page_Up)
    *at = dash_series_nearest (series, from - page);
  else if (key == GDK_KEY_Page_Down)
    *at = dash_series_nearest (series, from + page);
  else if (key == GDK_KEY_Home)
    *at = 0;
  else if (key == GDK_KEY_End)
    *at = series->n - 1;
  else
    return FALSE;
  return TRUE;
}

/* The cursor moves over the points of the first series, and what is shown moves with it. */
static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        DashChart *self)
{
  const DashSeries *series =
      self->series != NULL && self->series->len > 0 ? self->series->pdata[0] : NULL;
  DashChartRange shown, all;
  gsize at;

  if (series == NULL || series->n == 0)
    return GDK_EVENT_PROPAGATE;
  if (zoom_by_key (self, key))
    return GDK_EVENT_STOP;
  if (!find_by_key (self, series, key, &at))
    return GDK_EVENT_PROPAGATE;
  move_cursor (self, series->x[at]);
  if (isfinite (self->range_min) && get_ranges (self, &shown, &all))
    show_range (self, dash_chart_range_reveal (shown, all, series->x[at]), all);
  return GDK_EVENT_STOP;
}

static void
dash_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DashChart *self = DASH_CHART (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  DashChartFrame frame;
  cairo_t *cr;

  if (!dash_chart_get_frame (self, &frame))
    return;
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  dash_chart_draw (self, cr, &frame);
  cairo_destroy (cr);
  if (gtk_widget_has_visible_focus (widget))
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget), 0, 0, width,
                               height);
}

static void
dash_chart_finalize (GObject *object)
{
  DashChart *self = DASH_CHART (object);

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
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->range_min = self->range_max = NAN;
  self->cursor = self->drag_from = self->drag_to = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
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
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dash_chart_set_names (DashChart *self, const char *const *names, guint first_color)
{
  g_return_if_fail (DASH_IS_CHART (self));
  g_strfreev (self->names);
  self->names = g_strdupv ((char **) names);
  self->first_color = first_color;
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dash_chart_set_log (DashChart *self, gboolean log)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->log = log;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
dash_chart_set_range (DashChart *self, double min, double max)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->range_min = max > min ? min : NAN;
  self->range_max = max > min ? max : NAN;
  gtk_widget_queue_draw (GTK_WIDGET (self));
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
dash_chart_set_bare_x (DashChart *self, gboolean bare)
{
  g_return_if_fail (DASH_IS_CHART (self));
  self->bare_x = bare;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
