/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-copy-bar.h"

#include <glib/gi18n.h>

#include "gui/base/dash-format.h"
#include "common/client/vestim-text-line.h"
#include "gui/model/dash-download.h"

/* Several downloads can run at once. The bar shows the file name of a single one, and the sum of
 * several. Each Copy holds a reference to its bar, so that the bar outlives the callback. */

/* A shorter download does not show the bar. */
#define SHOW_MS 300
#define MAX_NAME 60

struct _DashCopyBar
{
  GtkWidget parent;
  GtkRevealer *revealer;
  GtkLabel *label;
  GtkProgressBar *progress;
  GPtrArray *copies; /* running Copy */
  guint show_id;     /* the timeout that shows the bar */
};

typedef struct
{
  DashCopyBar *bar;
  char *name;
  goffset done, total;
  GCancellable *cancellable;
  GAsyncReadyCallback callback;
  gpointer data;
} Copy;

G_DEFINE_FINAL_TYPE (DashCopyBar, dash_copy_bar, GTK_TYPE_WIDGET)

static void
copy_free (Copy *copy)
{
  g_free (copy->name);
  g_object_unref (copy->cancellable);
  g_free (copy);
}

/* (transfer full) */
static char *
describe (DashCopyBar *self, goffset done, goffset total)
{
  const Copy *first = self->copies->pdata[0];
  g_autofree char *so_far = dash_format_size (done);
  g_autofree char *all = dash_format_size (total);
  g_autofree char *what =
      self->copies->len == 1 ? vestim_text_line (first->name, MAX_NAME)
                             : g_strdup_printf (ngettext ("%u file", "%u files", self->copies->len),
                                                self->copies->len);

  if (total <= 0)
    return g_strdup_printf (_ ("Copying %s…"), what);
  return g_strdup_printf (_ ("Copying %s: %s of %s"), what, so_far, all);
}

static void
update (DashCopyBar *self)
{
  g_autofree char *text = NULL;
  goffset done = 0, total = 0;

  if (self->label == NULL)
    return;
  if (self->copies->len == 0)
    {
      g_clear_handle_id (&self->show_id, g_source_remove);
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
      return;
    }
  for (guint i = 0; i < self->copies->len; i++)
    {
      const Copy *copy = self->copies->pdata[i];

      done += copy->done;
      total += copy->total;
    }
  text = describe (self, done, total);
  gtk_label_set_text (self->label, text);
  gtk_progress_bar_set_fraction (self->progress, total > 0 ? (double) done / (double) total : 0);
}

static gboolean
show_cb (gpointer data)
{
  DashCopyBar *self = data;

  g_assert (DASH_IS_COPY_BAR (self));
  self->show_id = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return G_SOURCE_REMOVE;
}

static void
progress_cb (goffset done, goffset total, gpointer data)
{
  Copy *copy = data;

  g_assert (copy != NULL && DASH_IS_COPY_BAR (copy->bar));
  copy->done = done;
  copy->total = total;
  update (copy->bar);
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Copy *copy = data;
  g_autoptr (DashCopyBar) self = copy->bar;

  g_assert (DASH_IS_COPY_BAR (self));
  copy->callback (source, result, copy->data);
  g_ptr_array_remove (self->copies, copy);
  update (self);
}

static void
cancel_all (DashCopyBar *self)
{
  for (guint i = 0; i < self->copies->len; i++)
    g_cancellable_cancel (((Copy *) self->copies->pdata[i])->cancellable);
}

static void
dash_copy_bar_dispose (GObject *object)
{
  DashCopyBar *self = DASH_COPY_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->show_id, g_source_remove);
  cancel_all (self);
  g_clear_pointer (&child, gtk_widget_unparent);
  self->label = NULL;
  G_OBJECT_CLASS (dash_copy_bar_parent_class)->dispose (object);
}

static void
dash_copy_bar_finalize (GObject *object)
{
  g_ptr_array_unref (DASH_COPY_BAR (object)->copies);
  G_OBJECT_CLASS (dash_copy_bar_parent_class)->finalize (object);
}

static void
dash_copy_bar_class_init (DashCopyBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_copy_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_copy_bar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
dash_copy_bar_init (DashCopyBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->copies = g_ptr_array_new_with_free_func ((GDestroyNotify) copy_free);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_MIDDLE);
  self->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (self->progress));
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (cancel, GTK_ALIGN_CENTER);
  g_signal_connect_object (cancel, "clicked", G_CALLBACK (cancel_all), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), lines);
  gtk_box_append (GTK_BOX (box), cancel);
  gtk_widget_add_css_class (box, "list-bar");
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_transition_type (self->revealer, GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (self->revealer, box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
}

void
dash_copy_bar_copy_async (DashCopyBar *self, DashConnection *connection, const char *job_id,
                          const char *name, GFile *destination, GAsyncReadyCallback callback,
                          gpointer data)
{
  g_return_if_fail (DASH_IS_COPY_BAR (self) && DASH_IS_CONNECTION (connection));

  Copy *copy = g_new0 (Copy, 1);

  copy->bar = g_object_ref (self);
  copy->name = g_path_get_basename (name);
  copy->cancellable = g_cancellable_new ();
  copy->callback = callback;
  copy->data = data;
  g_ptr_array_add (self->copies, copy);
  if (self->show_id == 0)
    self->show_id = g_timeout_add (SHOW_MS, show_cb, self);
  update (self);
  dash_download_async (connection, job_id, name, destination, progress_cb, copy, copy->cancellable,
                       copied_cb, copy);
}
