/* SPDX-License-Identifier: MIT */
#include "view/dash-log-page.h"

#include <glib/gi18n.h>

#include "base/dash-format.h"
#include "model/dash-log.h"

struct _DashLogPage
{
  GtkWidget parent;
  GtkWidget *box;
  GtkEditable *search;
  GtkScrolledWindow *scroller;
  GtkTextView *text;
  GtkLabel *status;
  DashConnection *connection;
  DashLog *log; /* (nullable) */
  gboolean live;
  gboolean following; /* the end is kept in view */
  gboolean searching; /* back through what is not loaded yet */
};

G_DEFINE_FINAL_TYPE (DashLogPage, dash_log_page, GTK_TYPE_WIDGET)

static GtkTextBuffer *
buffer_of (DashLogPage *self)
{
  return gtk_text_view_get_buffer (self->text);
}

static void
scroll_to_end (DashLogPage *self)
{
  GtkTextBuffer *buffer = buffer_of (self);
  GtkTextMark *mark = gtk_text_buffer_get_mark (buffer, "end");

  gtk_text_view_scroll_mark_onscreen (self->text, mark);
}

static void
update_status (DashLogPage *self)
{
  const char *error = dash_log_get_error (self->log);
  g_autofree char *size = dash_format_size (dash_log_get_total (self->log));
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strdup (error);
  else if (dash_log_get_total (self->log) == 0)
    text = g_strdup (_ ("The log is empty so far."));
  else
    text = g_strdup_printf (dash_log_is_at_start (self->log) ? _ ("%s, from the start")
                                                             : _ ("%s; scroll up for more"),
                            size);
  gtk_label_set_text (self->status, text);
}

static void
appended_cb (DashLog *log, const char *text, DashLogPage *self)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer_of (self), &end);
  gtk_text_buffer_insert (buffer_of (self), &end, text, -1);
  if (self->following)
    scroll_to_end (self);
}

/* What was at the top of the view stays there. */
static void
prepended_cb (DashLog *log, const char *text, DashLogPage *self)
{
  GtkTextBuffer *buffer = buffer_of (self);
  GtkTextIter start;
  GtkTextMark *top;

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

  gtk_text_buffer_get_start_iter (buffer_of (self), &start);
  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &end, (int) chars);
  gtk_text_buffer_delete (buffer_of (self), &start, &end);
}

static void
cut_tail_cb (DashLog *log, guint chars, DashLogPage *self)
{
  int n = gtk_text_buffer_get_char_count (buffer_of (self));
  GtkTextIter start, end;

  self->following = FALSE;
  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &start, MAX (n - (int) chars, 0));
  gtk_text_buffer_get_end_iter (buffer_of (self), &end);
  gtk_text_buffer_delete (buffer_of (self), &start, &end);
}

static void
restarted_cb (DashLog *log, DashLogPage *self)
{
  gtk_text_buffer_set_text (buffer_of (self), "", 0);
}

static void
select_match (DashLogPage *self, const GtkTextIter *from, const GtkTextIter *to)
{
  gtk_text_buffer_select_range (buffer_of (self), from, to);
  gtk_text_view_scroll_to_mark (self->text, gtk_text_buffer_get_insert (buffer_of (self)), 0.1,
                                FALSE, 0, 0);
  self->following = FALSE;
}

static gboolean
find (DashLogPage *self, gboolean back)
{
  const char *word = gtk_editable_get_text (self->search);
  GtkTextIter from, to, match_start, match_end;
  gboolean found;

  if (word[0] == '\0')
    return TRUE;
  if (!gtk_text_buffer_get_selection_bounds (buffer_of (self), &from, &to))
    {
      gtk_text_buffer_get_end_iter (buffer_of (self), &from);
      to = from;
    }
  if (back)
    found = gtk_text_iter_backward_search (&from, word, GTK_TEXT_SEARCH_CASE_INSENSITIVE,
                                           &match_start, &match_end, NULL);
  else
    found = gtk_text_iter_forward_search (&to, word, GTK_TEXT_SEARCH_CASE_INSENSITIVE, &match_start,
                                          &match_end, NULL);
  if (found)
    select_match (self, &match_start, &match_end);
  return found;
}

/* What is not in the loaded part is looked for further back, part by part. */
static void
search_previous_cb (DashLogPage *self)
{
  GtkTextIter start;

  self->searching = FALSE;
  if (self->log == NULL || find (self, TRUE))
    return;
  if (dash_log_is_at_start (self->log))
    {
      gtk_label_set_text (self->status, _ ("Nothing more was found."));
      return;
    }
  self->searching = TRUE;
  gtk_text_buffer_get_start_iter (buffer_of (self), &start);
  gtk_text_buffer_place_cursor (buffer_of (self), &start);
  gtk_label_set_text (self->status, _ ("Searching…"));
  dash_log_load_earlier (self->log);
}

static void
search_next_cb (DashLogPage *self)
{
  self->searching = FALSE;
  if (self->log != NULL && !find (self, FALSE))
    gtk_label_set_text (self->status, _ ("Nothing more was found below."));
}

static void
settled_cb (DashLog *log, DashLogPage *self)
{
  update_status (self);
  if (self->searching && !gtk_text_buffer_get_has_selection (buffer_of (self)))
    {
      GtkTextIter from, end, match_start, match_end;

      gtk_text_buffer_get_start_iter (buffer_of (self), &from);
      gtk_text_buffer_get_end_iter (buffer_of (self), &end);
      if (gtk_text_iter_backward_search (&end, gtk_editable_get_text (self->search),
                                         GTK_TEXT_SEARCH_CASE_INSENSITIVE, &match_start, &match_end,
                                         &from))
        {
          self->searching = FALSE;
          select_match (self, &match_start, &match_end);
        }
      else
        search_previous_cb (self);
    }
}

static void
copy_cb (DashLogPage *self)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (!gtk_text_buffer_get_selection_bounds (buffer_of (self), &start, &end))
    gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  text = gtk_text_buffer_get_text (buffer_of (self), &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
end_cb (DashLogPage *self)
{
  if (self->log == NULL)
    return;
  self->following = TRUE;
  if (!dash_log_is_at_end (self->log))
    dash_log_load_end (self->log);
  scroll_to_end (self);
}

static void
edge_cb (GtkScrolledWindow *scroller, GtkPositionType edge, DashLogPage *self)
{
  if (self->log == NULL)
    return;
  if (edge == GTK_POS_TOP)
    dash_log_load_earlier (self->log);
  else if (edge == GTK_POS_BOTTOM)
    {
      self->following = dash_log_is_at_end (self->log);
      if (!self->following)
        dash_log_load_later (self->log);
    }
}

/* One who scrolls up reads: the end no longer pulls. */
static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, DashLogPage *self)
{
  if (dy < 0)
    self->following = FALSE;
  return GDK_EVENT_PROPAGATE;
}

static void
drop_log (DashLogPage *self)
{
  if (self->log != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->log, self);
      dash_log_set_live (self->log, FALSE);
    }
  g_clear_object (&self->log);
}

static void
update_live (DashLogPage *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->log != NULL)
    dash_log_set_live (self->log, self->live && mapped);
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

  drop_log (self);
  g_clear_object (&self->connection);
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
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, search);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, text);
  gtk_widget_class_bind_template_child (widget_class, DashLogPage, status);
  gtk_widget_class_bind_template_callback (widget_class, search_previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_next_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, end_cb);
  gtk_widget_class_bind_template_callback (widget_class, edge_cb);
}

static void
dash_log_page_init (DashLogPage *self)
{
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkTextIter end;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_text_buffer_get_end_iter (buffer_of (self), &end);
  gtk_text_buffer_create_mark (buffer_of (self), "end", &end, FALSE);
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), scroll);
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
  self->searching = FALSE;
  restarted_cb (NULL, self);
  gtk_label_set_text (self->status, "");
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
dash_log_page_set_live (DashLogPage *self, gboolean live)
{
  g_return_if_fail (DASH_IS_LOG_PAGE (self));
  /* The last words of a job that has just ended are not missed. */
  if (self->live && !live && self->log != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    dash_log_load_later (self->log);
  self->live = live;
  update_live (self);
}
