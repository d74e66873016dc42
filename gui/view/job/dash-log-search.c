/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-log-search.h"

#include <glib/gi18n.h>

#include "gui/base/dash-log-text.h"

/* Two marks enclose the last match, so that its place stays correct when text is added or removed.
 * A new search puts them at the bottom (`start`) and the top (`end`) of the visible text, so that
 * the first move in either direction finds a visible match. The offsets of all matches are cached;
 * after a change (`stale`) they are found again at the next use. */

/* Highlighting more matches takes too long. */
#define MAX_MARKED 2000

struct _DashLogSearch
{
  GtkTextView *text;
  GtkTextTag *tag;         /* of every match */
  GtkTextTag *current_tag; /* of the last match: the selection alone is too pale */
  GtkTextMark *start;      /* of the last match; text inserted there goes before the mark */
  GtkTextMark *end;        /* of the last match; text inserted there goes after the mark */
  char *word;
  gboolean match_case;
  GArray *matches; /* of guint, character offsets in ascending order */
  gboolean stale;  /* `matches` are those of an earlier text or word */
};

static GtkTextBuffer *
buffer_of (DashLogSearch *self)
{
  return gtk_text_view_get_buffer (self->text);
}

static void
changed_cb (DashLogSearch *self)
{
  g_assert (self != NULL);
  self->stale = TRUE;
}

DashLogSearch *
dash_log_search_new (GtkTextView *text)
{
  DashLogSearch *self = g_new0 (DashLogSearch, 1);
  /* Visible on light and dark backgrounds. */
  const GdkRGBA yellow = { 1.0f, 0.8f, 0.1f, 0.4f }, orange = { 1.0f, 0.6f, 0.1f, 1.0f },
                black = { 0, 0, 0, 1 };
  GtkTextIter start;

  g_assert (GTK_IS_TEXT_VIEW (text));
  self->text = text;
  self->word = g_strdup ("");
  self->matches = g_array_new (FALSE, FALSE, sizeof (guint));
  self->tag = gtk_text_buffer_create_tag (buffer_of (self), NULL, "background-rgba", &yellow, NULL);
  self->current_tag = gtk_text_buffer_create_tag (buffer_of (self), NULL, "background-rgba",
                                                  &orange, "foreground-rgba", &black, NULL);
  gtk_text_buffer_get_start_iter (buffer_of (self), &start);
  self->start = gtk_text_buffer_create_mark (buffer_of (self), NULL, &start, FALSE);
  self->end = gtk_text_buffer_create_mark (buffer_of (self), NULL, &start, TRUE);
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
clear_current (DashLogSearch *self)
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
  GdkRectangle visible;
  GtkTextIter from, to;

  g_return_if_fail (self != NULL && word != NULL);
  g_free (self->word);
  self->word = g_strdup (word);
  self->match_case = match_case;
  self->stale = TRUE;
  clear_current (self);
  gtk_text_view_get_visible_rect (self->text, &visible);
  gtk_text_view_get_iter_at_location (self->text, &from, visible.x, visible.y);
  gtk_text_view_get_iter_at_location (self->text, &to, visible.x + visible.width,
                                      visible.y + visible.height);
  gtk_text_buffer_move_mark (buffer_of (self), self->start, &to);
  gtk_text_buffer_move_mark (buffer_of (self), self->end, &from);
}

static guint
offset_of (DashLogSearch *self, GtkTextMark *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (buffer_of (self), &iter, mark);
  return (guint) gtk_text_iter_get_offset (&iter);
}

/* The index of the first match that begins at `offset` or later. */
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
  gtk_text_buffer_move_mark (buffer_of (self), self->start, &from);
  gtk_text_buffer_move_mark (buffer_of (self), self->end, &to);
  clear_current (self);
  gtk_text_buffer_apply_tag (buffer_of (self), self->current_tag, &from, &to);
  gtk_text_buffer_select_range (buffer_of (self), &from, &to);
  gtk_text_view_scroll_to_mark (self->text, self->start, 0.1, FALSE, 0, 0);
}

gboolean
dash_log_search_move (DashLogSearch *self, gboolean backward)
{
  GtkTextIter edge;
  guint index;

  g_return_val_if_fail (self != NULL, FALSE);
  update (self);
  index = first_from (self, offset_of (self, backward ? self->start : self->end));
  if (backward ? index > 0 : index < self->matches->len)
    {
      select_match (self, backward ? index - 1 : index);
      return TRUE;
    }
  if (backward)
    gtk_text_buffer_get_start_iter (buffer_of (self), &edge);
  else
    gtk_text_buffer_get_end_iter (buffer_of (self), &edge);
  gtk_text_buffer_move_mark (buffer_of (self), backward ? self->start : self->end, &edge);
  return FALSE;
}

char *
dash_log_search_dup_summary (DashLogSearch *self)
{
  guint n, index;

  g_return_val_if_fail (self != NULL, NULL);
  update (self);
  n = self->matches->len;
  if (self->word[0] == '\0')
    return NULL;
  index = first_from (self, offset_of (self, self->start));
  if (index < n && g_array_index (self->matches, guint, index) == offset_of (self, self->start)
      && gtk_text_buffer_get_has_selection (buffer_of (self)))
    return g_strdup_printf (ngettext ("%u of %u match", "%u of %u matches", n), index + 1, n);
  if (n == 0)
    return g_strdup (_ ("No matches"));
  return g_strdup_printf (ngettext ("%u match", "%u matches", n), n);
}
