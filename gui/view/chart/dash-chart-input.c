/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "gui/view/chart/dash-chart-private.h"

/* Pointer, wheel and keys of a chart: they move the cursor and zoom. */

#define MIN_DRAG 6    /* pixels; less is a click */
#define ZOOM_STEP 0.8 /* per notch of the wheel */
#define ZOOM_KEY 0.5  /* per key press */
#define PAGE_KEY 0.1  /* step of Page Up and Page Down, as a part of the visible range */

/* The x value at a widget coordinate. */
static double
value_at (const DashChartFrame *frame, double x)
{
  return dash_chart_scale_value (&frame->x, CLAMP ((x - frame->left) / frame->width, 0, 1));
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, DashChart *self)
{
  g_assert (DASH_IS_CHART (self));

  const DashChartFrame *frame = dash_chart_get_frame (self);

  if (frame != NULL)
    dash_chart_move_cursor (self, value_at (frame, x));
}

static void
leave_cb (GtkEventControllerMotion *motion, DashChart *self)
{
  g_assert (DASH_IS_CHART (self));
  dash_chart_move_cursor (self, NAN);
}

static void
drag_update_cb (GtkGestureDrag *drag, double dx, double dy, DashChart *self)
{
  double x, y;

  g_assert (DASH_IS_CHART (self));
  if (fabs (dx) < MIN_DRAG || !gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  self->drag_from = x;
  self->drag_to = x + dx;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *drag, double dx, double dy, DashChart *self)
{
  g_assert (DASH_IS_CHART (self));

  double from = MIN (self->drag_from, self->drag_to);
  double to = MAX (self->drag_from, self->drag_to);
  const DashChartFrame *frame = dash_chart_get_frame (self);

  self->drag_from = self->drag_to = NAN;
  if (isfinite (from) && frame != NULL)
    dash_chart_change_range (self, value_at (frame, from), value_at (frame, to));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (GtkGestureClick *click, int n, double x, double y, DashChart *self)
{
  g_assert (DASH_IS_CHART (self));
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n == 2)
    dash_chart_change_range (self, NAN, NAN);
}

/* The visible and the whole range of x. FALSE without a curve. */
static gboolean
get_ranges (DashChart *self, DashChartRange *shown, DashChartRange *all)
{
  if (!dash_chart_get_extent (self, &all->min, &all->max))
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
    dash_chart_change_range (self, NAN, NAN);
  else
    dash_chart_change_range (self, range.min, range.max);
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

  g_assert (DASH_IS_CHART (self));
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
    dash_chart_change_range (self, NAN, NAN);
  else
    return FALSE;
  return TRUE;
}

/* The index of the point of `series` that the key moves the cursor to. FALSE for another key. */
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

/* The cursor moves over the points of the first series, and the visible range follows it. */
static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        DashChart *self)
{
  g_assert (DASH_IS_CHART (self));

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
  dash_chart_move_cursor (self, series->x[at]);
  if (isfinite (self->range_min) && get_ranges (self, &shown, &all))
    show_range (self, dash_chart_range_reveal (shown, all, series->x[at]), all);
  return GDK_EVENT_STOP;
}

void
dash_chart_add_input (DashChart *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_return_if_fail (DASH_IS_CHART (self));
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
