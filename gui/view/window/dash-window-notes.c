/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "gui/base/dash-tags.h"
#include "gui/view/window/dash-window-private.h"

/* The dialog for what people say about a job: tags, a note, and whether it is pinned. The server
 * checks the limits, and a refusal is shown as a message. */

#define NOTE_HEIGHT 96

typedef struct
{
  DashJob *job;
  GtkEditable *tags;
  GtkTextBuffer *note;
  GtkCheckButton *pinned;
} NotesDialog;

static void
notes_dialog_free (gpointer data)
{
  NotesDialog *notes = data;

  g_object_unref (notes->job);
  g_free (notes);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, DashWindow *self)
{
  NotesDialog *notes = g_object_get_data (G_OBJECT (dialog), "notes");
  g_auto (GStrv) tags = dash_tags_split (gtk_editable_get_text (notes->tags));
  g_autofree char *note = NULL;
  GtkTextIter start, end;

  g_assert (DASH_IS_WINDOW (self));
  if (!g_str_equal (response, "yes"))
    return;
  gtk_text_buffer_get_bounds (notes->note, &start, &end);
  note = gtk_text_buffer_get_text (notes->note, &start, &end, FALSE);
  dash_actions_set_notes (self->actions, notes->job, (const char *const *) tags, note,
                          gtk_check_button_get_active (notes->pinned));
}

static void
set_label (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static GtkWidget *
make_note (NotesDialog *notes, const char *text)
{
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  notes->note = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_buffer_set_text (notes->note, text != NULL ? text : "", -1);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  set_label (view, _ ("Note"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), NOTE_HEIGHT);
  gtk_widget_add_css_class (scroller, "frame");
  return scroller;
}

static GtkWidget *
make_content (NotesDialog *notes, const VestimJob *job)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *pinned =
      gtk_check_button_new_with_mnemonic (_ ("_Pinned: kept when old jobs are cleaned up"));
  g_autofree char *tags = dash_tags_text (job->tags);

  gtk_editable_set_text (GTK_EDITABLE (entry), tags);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Tags, with commas between them"));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  set_label (entry, _ ("Tags"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (pinned), job->pinned);
  notes->tags = GTK_EDITABLE (entry);
  notes->pinned = GTK_CHECK_BUTTON (pinned);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), make_note (notes, job->note));
  gtk_box_append (GTK_BOX (box), pinned);
  return box;
}

void
dash_window_edit_notes (DashWindow *self, DashJob *job)
{
  NotesDialog *notes;
  AdwMessageDialog *dialog;

  g_return_if_fail (DASH_IS_WINDOW (self) && DASH_IS_JOB (job));
  notes = g_new0 (NotesDialog, 1);
  notes->job = g_object_ref (job);
  dialog =
      dash_window_question (self, _ ("Tags and Note"), NULL, _ ("_Save"), ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_extra_child (dialog, make_content (notes, dash_job_get (job)));
  g_object_set_data_full (G_OBJECT (dialog), "notes", notes, notes_dialog_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (GTK_WIDGET (notes->tags));
}
