/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-log-search.h"

#include <glib/gi18n.h>

#include "gui/base/dash-log-text.h"

/* To mark more than that takes longer than to look at them would help. */
#define MAX_MARKED 2000

struct _DashLogSearch
{
  GtkTextView *text;       /* outlives the search */
  GtkTextTag *tag;         /* of every match */
  GtkTextTag *current_tag; /* of the one that is gone to: the selection alone is too pale */
  GtkTextMark *before;     /* the last match begins here; text that comes in front moves it */
  GtkTextMark *behind;     /* and ends here; text that comes behind leaves it */
  char *word;
  gboolean match_case;
  GArray *matches; /* of guint, character offsets; those of a text that has changed are stale */
  gboolean stale;
};

static GtkTextBuffer *
buffer_of (DashLogSearch *self)
{
  return gtk_text_view_get_buffer (self->text);
}

static void
changed_cb (DashLogSearch *self)
{
  self->stale = TRUE;
}

DashLogSearch *
dash_log_search_new (GtkTextView *text)
{
  DashLogSearch *self = g_new0 (DashLogSearch, 1);
  /* Seen on light and on dark. */
  const GdkRGBA yellow = { 1.0f, 0.8f, 0.1f, 0.4f }, orange = { 1.0f, 0.6f, 0.1f, 1.0f },
                black = { 0, 0, 0, 1 };
  GtkTextIter start;

  self->text = text;
  self->word = g_strdup ("");
  self->matches = g_array_new (FALSE, FALSE, sizeof (guint));
  self->tag = gtk_text_buffer_create_tag (buffer_of (self), NULL, "background-rgba", &yellow, NULL);
  self->current_tag = gtk_text_buffer_create_tag (buffer_of (self), NULL, "background-rgba",
                                                  &orange, "foreground-rgba", &black, NULL);
  gtk_text_buffer_get_start_iter (buffer_of (self), &start);
  self->before = gtk_text_buffer_create_mark (buffer_of (self), NULL, &start, FALSE);
  self->behind = gtk_text_buffer_create_mark (buffer_of (self), NULL, &start, TRUE);
  g_signal_connect_swapped (buffer_of (self), "changed", G_CALLBACK (changed_cb), self);
  return self;
}

void
dash_log_search_free (DashLogSearch *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (buffer_of (self), self);
  g_array_unref (self->matches);
  g_free (self->word);
  g_free (self);
}

static void
unmark_current (DashLogSearch *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  gtk_text_buffer_remove_tag (buffer_of (self), self->current_tag, &start, &end);
}

static void
mark_matches (DashLogSearch *self)
{
  guint length = (guint) g_utf8_strlen (self->word, -1);

  for (guint i = 0; i < self->matches->len; i++)
    {
      guint at = g_array_index (self->matches, guint, i);
      GtkTextIter from, to;

      gtk_text_buffer_get_iter_at_offset (buffer_of (self), &from, (int) at);
      gtk_text_buffer_get_iter_at_offset (buffer_of (self), &to, (int) (at + length));
      gtk_text_buffer_apply_tag (buffer_of (self), self->tag, &from, &to);
    }
}

static void
update (DashLogSearch *self)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (!self->stale)
    return;
  self->stale = FALSE;
  gtk_text_buffer_get_bounds (buffer_of (self), &start, &end);
  gtk_text_buffer_remove_tag (buffer_of (self), self->tag, &start, &end);
  text = self->word[0] != '\0' ? gtk_text_iter_get_slice (&start, &end) : g_strdup ("");
  g_array_unref (self->matches);
  self->matches = dash_log_text_find (text, self->word, self->match_case);
  if (self->matches->len <= MAX_MARKED)
    mark_matches (self);
}

void
dash_log_search_set (DashLogSearch *self, const char *word, gboolean match_case)
{
  GdkRectangle seen;
  GtkTextIter from, to;

  g_free (self->word);
  self->word = g_strdup (word);
  self->match_case = match_case;
  self->stale = TRUE;
  unmark_current (self);
  gtk_text_view_get_visible_rect (self->text, &seen);
  gtk_text_view_get_iter_at_location (self->text, &from, seen.x, seen.y);
  gtk_text_view_get_iter_at_location (self->text, &to, seen.x + seen.width, seen.y + seen.height);
  gtk_text_buffer_move_mark (buffer_of (self), self->before, &to);
  gtk_text_buffer_move_mark (buffer_of (self), self->behind, &from);
}

static guint
offset_of (DashLogSearch *self, GtkTextMark *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer_of (self), &iter, mark);
  return (guint) gtk_text_iter_get_offset (&iter);
}

/* The index of the first match that does not begin in front of `offset`. */
static guint
first_from (DashLogSearch *self, guint offset)
{
  guint low = 0, high = self->matches->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->matches, guint, middle) < offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
select_match (DashLogSearch *self, guint index)
{
  guint at = g_array_index (self->matches, guint, index);
  guint length = (guint) g_utf8_strlen (self->word, -1);
  GtkTextIter from, to;

  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &from, (int) at);
  gtk_text_buffer_get_iter_at_offset (buffer_of (self), &to, (int) (at + length));
  gtk_text_buffer_move_mark (buffer_of (self), self->before, &from);
  gtk_text_buffer_move_mark (buffer_of (self), self->behind, &to);
  unmark_current (self);
  gtk_text_buffer_apply_tag (buffer_of (self), self->current_tag, &from, &to);
  gtk_text_buffer_select_range (buffer_of (self), &from, &to);
  gtk_text_view_scroll_to_mark (self->text, self->before, 0.1, FALSE, 0, 0);
}

gboolean
dash_log_search_move (DashLogSearch *self, gboolean back)
{
  GtkTextIter edge;
  guint index;

  update (self);
  index = first_from (self, offset_of (self, back ? self->before : self->behind));
  if (back ? index > 0 : index < self->matches->len)
    {
      select_match (self, back ? index - 1 : index);
      return TRUE;
    }
  if (back)
    gtk_text_buffer_get_start_iter (buffer_of (self), &edge);
  else
    gtk_text_buffer_get_end_iter (buffer_of (self), &edge);
  gtk_text_buffer_move_mark (buffer_of (self), back ? self->before : self->behind, &edge);
  return FALSE;
}

char *
dash_log_search_dup_summary (DashLogSearch *self)
{
  guint n, index;

  update (self);
  n = self->matches->len;
  if (self->word[0] == '\0')
    return NULL;
  index = first_from (self, offset_of (self, self->before));
  if (index < n && g_array_index (self->matches, guint, index) == offset_of (self, self->before)
      && gtk_text_buffer_get_has_selection (buffer_of (self)))
    return g_strdup_printf (ngettext ("%u of %u match", "%u of %u matches", n), index + 1, n);
  if (n == 0)
    return g_strdup (_ ("No matches"));
  return g_strdup_printf (ngettext ("%u match", "%u matches", n), n);
}
