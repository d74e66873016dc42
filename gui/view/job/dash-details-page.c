/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-details-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "gui/base/dash-job-spec-text.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-queue-text.h"
#include "common/client/vestim-text-line.h"

#define MAX_SHOWN 2000                 /* characters of a value */
#define MAX_RSS_KB (G_MAXINT64 / 1024) /* a larger value would overflow in bytes */

struct _DashDetailsPage
{
  GtkWidget parent;
  AdwPreferencesGroup *job_settings;
  AdwPreferencesGroup *queue;
  AdwPreferencesGroup *process;
  AdwPreferencesGroup *attempts;
  DashJobStore *jobs;
  DashJob *job;
  GPtrArray *rows; /* GtkWidget, of all groups */
  guint version;   /* of the job that the rows show */
};

G_DEFINE_FINAL_TYPE (DashDetailsPage, dash_details_page, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *text, gboolean value)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), value);
  if (!value)
    {
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
    }
  return label;
}

/* `value` may have several lines. Users can select it to copy it. */
static void
add_row (DashDetailsPage *self, AdwPreferencesGroup *group, const char *title, const char *value)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *value_label = make_label (value, TRUE);
  GtkWidget *title_label = make_label (title, FALSE);

  gtk_accessible_update_relation (GTK_ACCESSIBLE (value_label), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  title_label, NULL, -1);
  gtk_box_append (GTK_BOX (box), title_label);
  gtk_box_append (GTK_BOX (box), value_label);
  gtk_widget_add_css_class (box, "detail");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
}

static void
add_line (DashDetailsPage *self, const char *title, const char *text)
{
  g_autofree char *line = vestim_text_line (text, MAX_SHOWN);

  add_row (self, self->process, title, line);
}

/* Takes `rows`, titles and texts. Without any, the group is hidden. */
static void
add_rows (DashDetailsPage *self, AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];

      add_row (self, group, row[0], row[1]);
    }
  gtk_widget_set_visible (GTK_WIDGET (group), rows->len > 0);
  g_ptr_array_unref (rows);
}

static void
add_time (DashDetailsPage *self, const char *title, int64_t time_ms)
{
  g_autofree char *text = dash_format_exact (time_ms);

  if (time_ms != 0)
    add_line (self, title, text);
}

static void
add_process (DashDetailsPage *self, const VestimJob *job)
{
  const VestimJobDetails *details = &job->details;
  g_autofree char *attempt = g_strdup_printf ("%d", job->attempt);
  g_autofree char *code = g_strdup_printf ("%d", details->exit_code);
  g_autofree char *cpu = g_strdup_printf (_ ("%.2f s"), details->cpu_s);
  g_autofree char *memory = dash_format_size (MIN (details->max_rss_kb, MAX_RSS_KB) * 1024);

  add_line (self, _ ("Job ID"), job->id);
  add_line (self, _ ("Attempt"), attempt);
  add_time (self, _ ("Created"), job->created_at);
  add_time (self, _ ("Started"), job->started_at);
  add_time (self, _ ("Finished"), job->finished_at);
  if (details->reason != NULL)
    add_line (self, _ ("Reason"), details->reason);
  if (details->exit_code >= 0)
    add_line (self, _ ("Exit Code"), code);
  if (details->signal != NULL)
    add_line (self, _ ("Signal"), details->signal);
  if (isfinite (details->cpu_s))
    add_line (self, _ ("CPU Time"), cpu);
  if (details->max_rss_kb >= 0)
    add_line (self, _ ("Peak Memory"), memory);
  if (dash_job_get_folder (self->job) != NULL)
    add_line (self, _ ("Folder"), dash_job_get_folder (self->job));
}

static void
remove_rows (DashDetailsPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *group = gtk_widget_get_ancestor (self->rows->pdata[i], ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), self->rows->pdata[i]);
    }
  g_ptr_array_set_size (self->rows, 0);
}

static void
dash_details_page_dispose (GObject *object)
{
  DashDetailsPage *self = DASH_DETAILS_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_object (&DASH_DETAILS_PAGE (object)->jobs);
  g_clear_object (&self->job);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_details_page_parent_class)->dispose (object);
}

static void
dash_details_page_class_init (DashDetailsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_details_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-details-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, job_settings);
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, queue);
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, process);
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, attempts);
}

static void
dash_details_page_init (DashDetailsPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
dash_details_page_set_connection (DashDetailsPage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_DETAILS_PAGE (self) && DASH_IS_CONNECTION (connection));
  g_set_object (&self->jobs, dash_connection_get_store (connection));
}

void
dash_details_page_set_job (DashDetailsPage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_DETAILS_PAGE (self));
  remove_rows (self);
  g_set_object (&self->job, job);
}

void
dash_details_page_refresh (DashDetailsPage *self)
{
  const VestimJob *job;
  guint version;

  g_return_if_fail (DASH_IS_DETAILS_PAGE (self));
  if (self->job == NULL)
    return;
  g_object_get (self->job, "version", &version, NULL);
  if (self->rows->len > 0 && version == self->version)
    return;
  self->version = version;
  remove_rows (self);
  job = dash_job_get (self->job);
  add_rows (self, self->job_settings, dash_job_spec_text_rows (job->selections));
  add_rows (self, self->queue, dash_queue_text_rows (job, dash_job_store_find, self->jobs));
  add_process (self, job);
  add_rows (self, self->attempts, dash_queue_text_attempts (job));
}
