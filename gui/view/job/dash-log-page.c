/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-log-page.h"

#include <glib/gi18n.h>

#include "gui/base/dash-format.h"
#include "gui/model/dash-log.h"
#include "gui/view/job/dash-log-search.h"
#include "gui/view/job/dash-page.h"
#include "gui/view/widgets/dash-wrap.h"

/* The text view contains one part of the log. DashLog loads more at either end and cuts off the
 * other end when the part gets too long; its signals are the only writers of the text.
 *
 * `following`: the end of the log stays in view. Only then is the page live, because new text at
 * the end would push out the text that the user reads. Scrolling up and searching end it;
 * reaching the end and the button start it. GTK also moves the adjustment while it lays out text.
 * `touched` tells the two apart: it is set by any input, and cleared when the end is reached.
 *
 * `searching`: a search that found nothing in the loaded part loads the next part in its direction,
 * until it finds a match, reaches that end of the log or gives up. */

/* A search gives up after that many loads in a row that added no text. */
#define MAX_IDLE_LOADS 3

typedef enum
{
  SEARCH_NONE,
  SEARCH_BACKWARD,
  SEARCH_FORWARD,
} SearchDirection;

struct _DashLogPage
{
  GtkWidget parent;
  GtkWidget *box;
  GtkEditable *word;
  GtkToggleButton *match_case;
  GtkScrolledWindow *scroller;
  GtkTextView *text;
  GtkLabel *status;
  DashConnection *connection;
  DashLog *log; /* (nullable) */
  gboolean live;
  gboolean following;
  guint follow_id;   /* the idle callback that scrolls to the end */
  gboolean touched;  /* the user has used an input device since the end was reached */
  double last_value; /* of the vertical adjustment */
  double last_upper;
  DashLogSearch *search;
  SearchDirection searching; /* through the parts that are not loaded */
  guint idle_loads;          /* loads in a row that added no text */
};

G_DEFINE_FINAL_TYPE (DashLogPage, dash_log_page, GTK_TYPE_WIDGET)

static GtkTextBuffer *
buffer_of (DashLogPage *self)
{
  return gtk_text_view_get_buffer (self->text);
}

static void
update_live (DashLogPage *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->log != NULL)
    dash_log_set_live (self->log, self->live && mapped && self->following);
}

static void
set_following (DashLogPage *self, gboolean following)
{
  self->following = following;
  update_live (self);
}

static gboolean
follow_cb (gpointer data)
{
  DashLogPage *self = data;

  g_assert (DASH_IS_LOG_PAGE (self));

  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  self->follow_id = 0;
  if (self->following)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* GTK lays out a long text in steps, and the height is known only after the last one. Until then
 * the text view keeps the line at its top; so scroll at low priority, after the layout. */
static void
follow (DashLogPage *self)
{
  if (self->following && self->follow_id == 0)
    self->follow_id = g_idle_add_full (G_PRIORITY_LOW, follow_cb, self, NULL);
}

static void
height_changed_cb (GtkAdjustment *adjustment, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  follow (self);
}

/* Scrolling up stops following; returning to the end starts it again. */
static void
scrolled_cb (GtkAdjustment *adjustment, DashLogPage *self)
{
  double value = gtk_adjustment_get_value (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);
  double page = gtk_adjustment_get_page_size (adjustment);
  gboolean at_end = value + page >= upper - 1;

  g_assert (DASH_IS_LOG_PAGE (self));
  if (self->touched && value < self->last_value - 0.5 && upper >= self->last_upper - 0.5)
    set_following (self, FALSE);
  else if (at_end && upper > page && self->log != NULL && self->searching == SEARCH_NONE
           && dash_log_is_at_end (self->log))
    {
      self->touched = FALSE;
      set_following (self, TRUE);
    }
  else if (!at_end && !self->touched)
    follow (self);
  self->last_value = value;
  self->last_upper = upper;
}

static gboolean
input_cb (GtkEventControllerLegacy *controller, GdkEvent *event, DashLogPage *self)
{
  GdkEventType type = gdk_event_get_event_type (event);

  g_assert (DASH_IS_LOG_PAGE (self));
  self->touched |= type == GDK_SCROLL || type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS
                   || type == GDK_TOUCH_BEGIN;
  return GDK_EVENT_PROPAGATE;
}

static void
update_status (DashLogPage *self)
{
  const char *error = dash_log_get_error (self->log);
  g_autofree char *size = dash_format_size (dash_log_get_total (self->log));
  g_autofree char *found = dash_log_search_dup_summary (self->search);
  g_autofree char *whole = NULL;
  g_autofree char *text = NULL;

  if (error != NULL || dash_log_get_total (self->log) == 0)
    {
      gtk_label_set_text (self->status, error != NULL ? error : _ ("The log is empty."));
      return;
    }
  whole = g_strdup_printf (dash_log_is_at_start (self->log) ? _ ("%s, from the start")
                                                            : _ ("%s; scroll up for more"),
                           size);
  if (found != NULL)
    text = g_strdup_printf (dash_log_is_at_start (self->log) && dash_log_is_at_end (self->log)
                                ? "%s · %s"
                                : _ ("%s in the loaded part · %s"),
                            found, whole);
  gtk_label_set_text (self->status, text != NULL ? text : whole);
}

static void
appended_cb (DashLog *log, const char *text, DashLogPage *self)
{
  GtkTextIter end;

  g_assert (DASH_IS_LOG_PAGE (self));
  self->idle_loads = 0;
  gtk_text_buffer_get_end_iter (buffer_of (self), &end);
  gtk_text_buffer_insert (buffer_of (self), &end, text, -1);
}

/* The line at the top of the view stays there. */
static void
prepended_cb (DashLog *log, const char *text, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));

  GtkTextBuffer *buffer = buffer_of (self);
  GtkTextIter start;
  GtkTextMark *top;

  self->idle_loads = 0;
  gtk_text_buffer_get_start_iter (buffer, &start);
  top = gtk_text_buffer_create_mark (buffer, NULL, &start, FALSE);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_view_scroll_to_mark (self->text, top, 0, TRUE, 0, 0);
  gtk_text_buffer_delete_mark (buffer, top);
}

static void
cut_head_cb (DashLog *log, guint chars, DashLogPage *self)
{
  GtkTextIter start, end;

  g_assert (DASH_IS_LOG_PAGE (self));
  gtk_text_buffer_get_start_iter (buffer_of (self), &start);
  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &end, (int) chars);
  gtk_text_buffer_delete (buffer_of (self), &start, &end);
}

static void
cut_tail_cb (DashLog *log, guint chars, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));

  int n = gtk_text_buffer_get_char_count (buffer_of (self));
  GtkTextIter start, end;

  set_following (self, FALSE);
  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &start, MAX (n - (int) chars, 0));
  gtk_text_buffer_get_end_iter (buffer_of (self), &end);
  gtk_text_buffer_delete (buffer_of (self), &start, &end);
}

static void
restarted_cb (DashLog *log, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  gtk_text_buffer_set_text (buffer_of (self), "", 0);
}

/* Goes to the next match, or loads the next part to search. */
static void
continue_search (DashLogPage *self)
{
  gboolean backward = self->searching == SEARCH_BACKWARD;
  gboolean at_end = backward ? dash_log_is_at_start (self->log) : dash_log_is_at_end (self->log);

  if (dash_log_search_move (self->search, backward))
    {
      self->searching = SEARCH_NONE;
      update_status (self);
      return;
    }
  if (at_end || dash_log_get_error (self->log) != NULL || self->idle_loads > MAX_IDLE_LOADS)
    {
      self->searching = SEARCH_NONE;
      update_status (self);
      if (dash_log_get_error (self->log) == NULL)
        gtk_label_set_text (self->status,
                            backward ? _ ("No earlier matches.") : _ ("No later matches."));
      return;
    }
  gtk_label_set_text (self->status, _ ("Searching…"));
  if (backward)
    dash_log_load_earlier (self->log);
  else
    dash_log_load_later (self->log);
}

static void
begin_search (DashLogPage *self, SearchDirection direction)
{
  if (self->log == NULL || gtk_editable_get_text (self->word)[0] == '\0')
    return;
  set_following (self, FALSE);
  self->searching = direction;
  self->idle_loads = 0;
  continue_search (self);
}

static void
search_previous_cb (DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  begin_search (self, SEARCH_BACKWARD);
}

static void
search_next_cb (DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  begin_search (self, SEARCH_FORWARD);
}

static void
word_changed_cb (DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  self->searching = SEARCH_NONE;
  dash_log_search_set (self->search, gtk_editable_get_text (self->word),
                       gtk_toggle_button_get_active (self->match_case));
  if (self->log != NULL)
    update_status (self);
}

static void
settled_cb (DashLog *log, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  self->idle_loads++;
  if (dash_log_get_error (log) != NULL)
    dash_page_retry_later (GTK_WIDGET (self));
  if (self->searching != SEARCH_NONE)
    continue_search (self);
  else
    update_status (self);
}

static void
copy_cb (DashLogPage *self)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gboolean selected;

  g_assert (DASH_IS_LOG_PAGE (self));
  selected = gtk_text_buffer_get_selection_bounds (buffer_of (self), &start, &end);
  if (!selected)
    gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  text = gtk_text_buffer_get_text (buffer_of (self), &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.show-toast", "s",
                              selected ? _ ("Selection copied") : _ ("Loaded part copied"));
}

static void
end_cb (DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  if (self->log == NULL)
    return;
  self->searching = SEARCH_NONE;
  self->touched = FALSE;
  set_following (self, TRUE);
  if (dash_log_is_at_end (self->log))
    dash_log_load_later (self->log);
  else
    dash_log_load_end (self->log);
  follow (self);
}

static void
edge_cb (GtkScrolledWindow *scroller, GtkPositionType edge, DashLogPage *self)
{
  g_assert (DASH_IS_LOG_PAGE (self));
  if (self->log == NULL)
    return;
  if (edge == GTK_POS_TOP)
    dash_log_load_earlier (self->log);
  else if (edge == GTK_POS_BOTTOM && !dash_log_is_at_end (self->log))
    dash_log_load_later (self->log);
}

static void
drop_log (DashLogPage *self)
{
  if (self->log != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->log, self);
      /* A running load holds a reference. Disposing cancels it. */
      g_object_run_dispose (G_OBJECT (self->log));
    }
  g_clear_object (&self->log);
}

static void
dash_log_page_map (GtkWidget *widget)
{
  DashLogPage *self = DASH_LOG_PAGE (widget);

  GTK_WIDGET_CLASS (dash_log_page_parent_class)->map (widget);
  if (self->log != NULL && self->following)
    dash_log_load_end (self->log);
  update_live (self);
}

static void
dash_log_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (dash_log_page_parent_class)->unmap (widget);
  update_live (DASH_LOG_PAGE (widget));
}

static void
dash_log_page_dispose (GObject *object)
{
  DashLogPage *self = DASH_LOG_PAGE (object);

  g_clear_handle_id (&self->follow_id, g_source_remove);
  drop_log (self);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->search, dash_log_search_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_log_page_parent_class)->dispose (object);
}

static void
dash_log_page_class_init (DashLogPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_log_page_dispose;
  widget_class->map = dash_log_page_map;
  widget_class->unmap = dash_log_page_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-log-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, box);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, word);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, match_case);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, text);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, status);
  gtk_widget_class_bind_template_callback (widget_class, search_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, word_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, end_cb);
  gtk_widget_class_bind_template_callback (widget_class, edge_cb);
}

static void
dash_log_page_init (DashLogPage *self)
{
  GtkEventController *input = gtk_event_controller_legacy_new ();
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (input, GTK_PHASE_CAPTURE);
  g_signal_connect (input, "event", G_CALLBACK (input_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), input);
  dash_wrap_text_view (self->text);
  self->search = dash_log_search_new (self->text);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (height_changed_cb), self, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, 0);
}

void
dash_log_page_set_connection (DashLogPage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_LOG_PAGE (self));
  g_set_object (&self->connection, connection);
}

void
dash_log_page_set_job (DashLogPage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_LOG_PAGE (self));
  drop_log (self);
  self->following = TRUE;
  self->touched = FALSE;
  self->searching = SEARCH_NONE;
  restarted_cb (NULL, self);
  gtk_label_set_text (self->status, _ ("Loading the log…"));
  if (job == NULL)
    return;
  self->log = dash_log_new (self->connection, dash_job_get_id (job));
  g_signal_connect (self->log, "appended", G_CALLBACK (appended_cb), self);
  g_signal_connect (self->log, "prepended", G_CALLBACK (prepended_cb), self);
  g_signal_connect (self->log, "cut-head", G_CALLBACK (cut_head_cb), self);
  g_signal_connect (self->log, "cut-tail", G_CALLBACK (cut_tail_cb), self);
  g_signal_connect (self->log, "restarted", G_CALLBACK (restarted_cb), self);
  g_signal_connect (self->log, "settled", G_CALLBACK (settled_cb), self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    dash_log_load_end (self->log);
}

void
dash_log_page_refresh (DashLogPage *self)
{
  g_return_if_fail (DASH_IS_LOG_PAGE (self));
  if (self->log == NULL || dash_log_get_error (self->log) == NULL)
    return;
  if (dash_log_get_total (self->log) > 0)
    dash_log_load_later (self->log);
  else
    dash_log_load_end (self->log);
}

void
dash_log_page_set_live (DashLogPage *self, gboolean live)
{
  g_return_if_fail (DASH_IS_LOG_PAGE (self));
  /* Load the last lines of a job that has just ended. */
  if (self->live && !live && self->log != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    dash_log_load_later (self->log);
  self->live = live;
  update_live (self);
}
