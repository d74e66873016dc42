/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "gui/model/dash-job-moves.h"
#include "gui/view/list/dash-job-list-private.h"

/* Queued jobs are dragged to another place of the queue, while the list shows them in that order. A
 * job that is selected takes the other selected jobs with it. The row under the pointer shows with
 * a line above or below it where they would go. */

#define BEFORE_CLASS "drop-before"
#define AFTER_CLASS "drop-after"

#define MAX_NAME 60  /* characters */
#define HOTSPOT (-8) /* pixels: the name is beside the pointer, which shows the place */

/* A point of the list: NULL and false where there is no row. */
typedef struct
{
  DashJob *job;
  GtkWidget *row;
  gboolean is_after; /* in the lower half of the row: a drop goes after it */
} Place;

static gboolean
is_in_lower_half (DashJobList *self, GtkWidget *row, double x, double y)
{
  graphene_point_t point;

  return gtk_widget_compute_point (GTK_WIDGET (self->view), row,
                                   &GRAPHENE_POINT_INIT ((float) x, (float) y), &point)
         && point.y > (float) gtk_widget_get_height (row) / 2;
}

static Place
place_at (DashJobList *self, double x, double y)
{
  GtkListItem *item = dash_job_list_item_at (self, x, y);
  GtkWidget *row = item != NULL ? gtk_list_item_get_child (item) : NULL;

  while (row != NULL && !GTK_IS_LIST_VIEW (gtk_widget_get_parent (row)))
    row = gtk_widget_get_parent (row);
  if (row == NULL)
    return (Place){ 0 };
  return (Place){ gtk_list_item_get_item (item), row, is_in_lower_half (self, row, x, y) };
}

static gboolean
is_in_queue_order (DashJobList *self)
{
  gboolean descending;

  return g_str_equal (dash_job_list_get_sort (self, &descending), DASH_QUEUE_COLUMN) && !descending;
}

/* (transfer full) the selected jobs if `job` is one of them, else only `job`. */
static GPtrArray *
dup_dragged (DashJobList *self, DashJob *job)
{
  GPtrArray *jobs = dash_job_list_dup_selection (self);

  if (g_ptr_array_find (jobs, job, NULL))
    return jobs;
  g_ptr_array_set_size (jobs, 0);
  g_ptr_array_add (jobs, g_object_ref (job));
  return jobs;
}

/* ---- The source ---- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  DashJob *job = place_at (self, x, y).job;

  if (job == NULL || !is_in_queue_order (self) || dash_job_get_state (job) != VESTIM_JOB_QUEUED)
    return NULL;
  return gdk_content_provider_new_typed (DASH_TYPE_JOB, job);
}

/* The pointer carries the name of the job, or the number of jobs. */
static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GPtrArray) jobs = NULL;
  g_autofree char *text = NULL;
  GtkWidget *label;

  g_value_init (&value, DASH_TYPE_JOB);
  if (!gdk_content_provider_get_value (gdk_drag_get_content (drag), &value, NULL))
    return;
  jobs = dup_dragged (self, g_value_get_object (&value));
  if (jobs->len == 1)
    text = vestim_text_line (dash_job_get_name (jobs->pdata[0]), MAX_NAME);
  else
    text = g_strdup_printf (ngettext ("%u job", "%u jobs", jobs->len), jobs->len);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "dragged");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), label);
  gdk_drag_set_hotspot (drag, HOTSPOT, HOTSPOT);
}

/* ---- The target ---- */

static void
mark (DashJobList *self, GtkWidget *row, gboolean after)
{
  if (self->drop_row != NULL)
    {
      gtk_widget_remove_css_class (self->drop_row, BEFORE_CLASS);
      gtk_widget_remove_css_class (self->drop_row, AFTER_CLASS);
    }
  g_set_weak_pointer (&self->drop_row, row);
  if (row != NULL)
    gtk_widget_add_css_class (row, after ? AFTER_CLASS : BEFORE_CLASS);
}

/* (nullable) (transfer full) what a drop at this place moves; NULL: nothing. */
static GPtrArray *
plan (DashJobList *self, const GValue *value, Place place)
{
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GPtrArray) moves = NULL;

  if (value == NULL || place.job == NULL || !is_in_queue_order (self))
    return NULL;
  jobs = dup_dragged (self, g_value_get_object (value));
  moves = dash_job_moves_drop (jobs, place.job, place.is_after);
  return moves->len > 0 ? g_steal_pointer (&moves) : NULL;
}

static GdkDragAction
motion_cb (GtkDropTarget *drop, double x, double y, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  Place place = place_at (self, x, y);
  g_autoptr (GPtrArray) moves = plan (self, gtk_drop_target_get_value (drop), place);

  mark (self, moves != NULL ? place.row : NULL, place.is_after);
  return moves != NULL ? GDK_ACTION_MOVE : 0;
}

static void
leave_cb (GtkDropTarget *drop, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));
  mark (self, NULL, FALSE);
}

static gboolean
drop_cb (GtkDropTarget *drop, const GValue *value, double x, double y, DashJobList *self)
{
  g_assert (DASH_IS_JOB_LIST (self));

  g_autoptr (GPtrArray) moves = plan (self, value, place_at (self, x, y));

  mark (self, NULL, FALSE);
  if (moves != NULL)
    dash_job_list_report_moves (self, moves);
  return moves != NULL;
}

void
dash_job_list_add_drag (DashJobList *self)
{
  g_return_if_fail (DASH_IS_JOB_LIST (self));

  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (DASH_TYPE_JOB, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), self, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (source));
  gtk_drop_target_set_preload (target, TRUE);
  g_signal_connect_object (target, "motion", G_CALLBACK (motion_cb), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (leave_cb), self, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (target));
}
