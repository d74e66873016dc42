/* SPDX-License-Identifier: MIT */
#include "view/dash-details-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/dash-format.h"
#include "common/vestim-json.h"

#define MAX_SHOWN 2000

struct _DashDetailsPage
{
  GtkWidget parent;
  AdwPreferencesGroup *asked;
  AdwPreferencesGroup *process;
  DashJob *job;
  GPtrArray *rows;
  guint version; /* of the job on view */
};

G_DEFINE_FINAL_TYPE (DashDetailsPage, dash_details_page, GTK_TYPE_WIDGET)

static void
add_row (DashDetailsPage *self, AdwPreferencesGroup *group, const char *title, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *line = dash_format_line (value, MAX_SHOWN);
  g_autofree char *escaped = g_markup_escape_text (line, -1);
  g_autofree char *escaped_title = g_markup_escape_text (title, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 12);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
}

/* (transfer full) "train_files" as "Train files". */
static char *
field_title (const char *name)
{
  char *title = g_strdup (name);

  g_strdelimit (title, "_", ' ');
  title[0] = g_ascii_toupper (title[0]);
  return title;
}

static void append_value (GString *text, const VestimJsonNode *node);

static void
append_list (GString *text, const VestimJsonNode *list, const char *separator)
{
  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (node != vestim_json_first (list))
        g_string_append (text, separator);
      if (name != NULL)
        g_string_append_printf (text, "%s ", name);
      append_value (text, node);
      if (text->len > MAX_SHOWN)
        return;
    }
}

/* Lists and objects as words, the rest as it is in the JSON. */
static void
append_value (GString *text, const VestimJsonNode *node)
{
  g_autofree char *string = vestim_json_dup_string (node);
  VestimJsonType type = vestim_json_type (node);
  size_t length = 0;

  if (string != NULL)
    g_string_append (text, string);
  else if (type == VESTIM_JSON_ARRAY || type == VESTIM_JSON_OBJECT)
    append_list (text, node, ", ");
  else
    {
      const char *raw = vestim_json_raw (node, &length);

      g_string_append_len (text, raw, (gssize) length);
    }
}

static void
add_argv (DashDetailsPage *self, const VestimJsonNode *list)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL;

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      char *word = vestim_json_dup_string (node);

      if (word != NULL)
        g_ptr_array_add (words, word);
    }
  g_ptr_array_add (words, NULL);
  line = dash_format_argv ((const char *const *) words->pdata);
  add_row (self, self->asked, _ ("Command"), line);
}

static void
add_selections (DashDetailsPage *self, const char *selections)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (selections, strlen (selections), NULL);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;

  for (const VestimJsonNode *node = vestim_json_first (root); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *title = name != NULL ? field_title (name) : NULL;
      g_autoptr (GString) text = g_string_new (NULL);

      if (title == NULL)
        continue;
      append_value (text, node);
      if (g_str_equal (name, "argv"))
        add_argv (self, node);
      else
        add_row (self, self->asked, title, text->str);
    }
}

static void
add_time (DashDetailsPage *self, const char *title, int64_t time_ms)
{
  g_autofree char *text = dash_format_exact (time_ms);

  if (time_ms != 0)
    add_row (self, self->process, title, text);
}

static void
add_process (DashDetailsPage *self, const VestimJob *job)
{
  const VestimJobDetails *details = &job->details;
  g_autofree char *attempt = g_strdup_printf ("%d", job->attempt);
  g_autofree char *code = g_strdup_printf ("%d", details->exit_code);
  g_autofree char *cpu = g_strdup_printf (_ ("%.2f s"), details->cpu_s);
  g_autofree char *memory = dash_format_size (details->max_rss_kb * 1024);

  add_row (self, self->process, _ ("Job ID"), job->id);
  add_row (self, self->process, _ ("Attempt"), attempt);
  add_time (self, _ ("Created"), job->created_at);
  add_time (self, _ ("Started"), job->started_at);
  add_time (self, _ ("Finished"), job->finished_at);
  if (details->reason != NULL)
    add_row (self, self->process, _ ("Reason"), details->reason);
  if (details->exit_code >= 0)
    add_row (self, self->process, _ ("Exit Code"), code);
  if (details->signal != NULL)
    add_row (self, self->process, _ ("Signal"), details->signal);
  if (isfinite (details->cpu_s))
    add_row (self, self->process, _ ("Processor Time"), cpu);
  if (details->max_rss_kb >= 0)
    add_row (self, self->process, _ ("Peak Memory"), memory);
  if (dash_job_get_folder (self->job) != NULL)
    add_row (self, self->process, _ ("Folder"), dash_job_get_folder (self->job));
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
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, asked);
  gtk_widget_class_bind_template_child (widget_class, DashDetailsPage, process);
}

static void
dash_details_page_init (DashDetailsPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
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
  guint version;

  g_return_if_fail (DASH_IS_DETAILS_PAGE (self));
  if (self->job == NULL)
    return;
  g_object_get (self->job, "version", &version, NULL);
  if (self->rows->len > 0 && version == self->version)
    return;
  self->version = version;
  remove_rows (self);
  add_selections (self, dash_job_get (self->job)->selections);
  add_process (self, dash_job_get (self->job));
}
