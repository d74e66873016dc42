/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-dependency-set.h"

#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-search.h"
#include "gui/view/new-job/dash-job-choices.h"
#include "gui/view/widgets/dash-wrap.h"

#define LIST_HEIGHT 320
#define MAX_TEXT 80

#define ID_KEY "dash-id" /* data of a row: the ID of its job */

struct _DashDependencySet
{
  AdwActionRow parent;
  DashForm *form;
  DashJobStore *jobs;
  GPtrArray *rows; /* (element-type AdwComboRow) of the jobs, in their order */
};

G_DEFINE_FINAL_TYPE (DashDependencySet, dash_dependency_set, ADW_TYPE_ACTION_ROW)

static const char *
id_of (gpointer row)
{
  return g_object_get_data (row, ID_KEY);
}

/* (nullable) the row of the job. */
static GtkWidget *
find_row (DashDependencySet *self, const char *job_id)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (id_of (self->rows->pdata[i]), job_id))
      return self->rows->pdata[i];
  return NULL;
}

/* The server names a job by its place in the list. */
static void
register_rows (DashDependencySet *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    dash_form_unregister (self->form, self->rows->pdata[i]);
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *field = g_strdup_printf ("depends_on[%u]", i);

      dash_form_register (self->form, field, self->rows->pdata[i]);
    }
}

static void
remove_cb (GtkButton *button, DashDependencySet *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_COMBO_ROW);

  g_assert (DASH_IS_DEPENDENCY_SET (self) && row != NULL);
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  dash_form_unmark (GTK_WIDGET (self));
  dash_form_unregister (self->form, row);
  g_ptr_array_remove (self->rows, row);
  gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (row)), row);
  register_rows (self);
}

/* (transfer full) */
static char *
describe (DashDependencySet *self, const char *job_id)
{
  DashJob *job = dash_job_store_lookup (self->jobs, job_id);

  return vestim_text_line (job != NULL ? dash_job_get_name (job) : job_id, MAX_TEXT);
}

static void
add_remove_button (DashDependencySet *self, GtkWidget *row, const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *label = g_strdup_printf ("%s: %s", text, _ ("Remove"));

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
selected_cb (GtkWidget *row, GParamSpec *pspec, gpointer data)
{
  g_assert (GTK_IS_WIDGET (row));
  dash_form_unmark (row);
}

/* In the order of VestimDependencyWhen. */
static GtkWidget *
create_row (DashDependencySet *self, const char *job_id, VestimDependencyWhen when)
{
  const char *const words[] = { _ ("Completed"), _ ("Over"), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (words);
  g_autofree char *text = describe (self, job_id);
  g_autofree char *title = g_markup_escape_text (text, -1);
  GtkWidget *row = adw_combo_row_new ();

  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), when);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_tooltip_text (row, job_id);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  add_remove_button (self, row, text);
  dash_wrap_labels (row);
  g_object_set_data_full (G_OBJECT (row), ID_KEY, g_strdup (job_id), g_free);
  g_signal_connect (row, "notify::selected", G_CALLBACK (selected_cb), NULL);
  return row;
}

/* ---- The list of jobs ---- */

typedef struct
{
  DashDependencySet *self;
  char **words; /* of the search */
} Search;

/* A job is offered if it can still complete, or has completed. */
static char *
dup_choice (DashJob *job, gpointer data)
{
  const Search *search = data;
  VestimJobState state = dash_job_get_state (job);
  g_autofree char *name = NULL;

  if ((state != VESTIM_JOB_COMPLETED && vestim_job_state_is_final (state))
      || find_row (search->self, dash_job_get_id (job)) != NULL
      || !dash_search_matches (dash_job_get_search_key (job), (const char *const *) search->words))
    return NULL;
  name = vestim_text_line (dash_job_get_name (job), MAX_TEXT);
  return g_strdup_printf ("%s: %s", name, dash_format_state (state));
}

static void
fill_list (DashDependencySet *self, GtkListBox *list, const char *text)
{
  g_auto (GStrv) words = dash_search_words (text);
  Search search = { .self = self, .words = words };

  dash_job_choices_fill (list, self->jobs, dup_choice, &search);
}

static void
search_cb (GtkEditable *entry, GtkListBox *list)
{
  DashDependencySet *self =
      DASH_DEPENDENCY_SET (gtk_widget_get_ancestor (GTK_WIDGET (entry), DASH_TYPE_DEPENDENCY_SET));

  fill_list (self, list, gtk_editable_get_text (entry));
}

static void
choice_cb (GtkListBox *list, GtkListBoxRow *row, DashDependencySet *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (list), GTK_TYPE_POPOVER);

  g_assert (DASH_IS_DEPENDENCY_SET (self));
  dash_dependency_set_add (self, dash_job_choices_get_id (row), VESTIM_WHEN_COMPLETED);
  gtk_popover_popdown (GTK_POPOVER (popover));
}

/* Return adds the first job that is found. */
static void
activate_cb (GtkEditable *entry, GtkListBox *list)
{
  DashDependencySet *self =
      DASH_DEPENDENCY_SET (gtk_widget_get_ancestor (GTK_WIDGET (entry), DASH_TYPE_DEPENDENCY_SET));
  GtkListBoxRow *row;

  /* The search itself starts a moment after the last key. */
  fill_list (self, list, gtk_editable_get_text (entry));
  row = gtk_list_box_get_row_at_index (list, 0);
  if (row != NULL)
    choice_cb (list, row, self);
}

static void
create_popover_cb (GtkMenuButton *button, gpointer data)
{
  DashDependencySet *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *entry = gtk_search_entry_new ();
  GtkWidget *list = dash_job_choices_new (_ ("No such job"));

  g_assert (DASH_IS_DEPENDENCY_SET (self));
  fill_list (self, GTK_LIST_BOX (list), "");
  g_signal_connect_object (list, "row-activated", G_CALLBACK (choice_cb), self, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search for a job"), -1);
  g_signal_connect_object (entry, "search-changed", G_CALLBACK (search_cb), list, 0);
  g_signal_connect_object (entry, "activate", G_CALLBACK (activate_cb), list, 0);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), dash_job_choices_scroll (list, LIST_HEIGHT));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (button, popover);
}

/* ---- Class ---- */

static void
dash_dependency_set_dispose (GObject *object)
{
  g_clear_object (&DASH_DEPENDENCY_SET (object)->jobs);
  G_OBJECT_CLASS (dash_dependency_set_parent_class)->dispose (object);
}

static void
dash_dependency_set_finalize (GObject *object)
{
  g_ptr_array_unref (DASH_DEPENDENCY_SET (object)->rows);
  G_OBJECT_CLASS (dash_dependency_set_parent_class)->finalize (object);
}

static void
dash_dependency_set_class_init (DashDependencySetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_dependency_set_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_dependency_set_finalize;
}

static void
dash_dependency_set_init (DashDependencySet *self)
{
  self->rows = g_ptr_array_new ();
}

DashDependencySet *
dash_dependency_set_new (DashForm *form, DashJobStore *jobs)
{
  DashDependencySet *self = g_object_new (DASH_TYPE_DEPENDENCY_SET, NULL);
  GtkWidget *button = gtk_menu_button_new ();
  const char *label = _ ("Add a Job to Wait For");

  g_return_val_if_fail (form != NULL && DASH_IS_JOB_STORE (jobs), NULL);
  self->form = form;
  self->jobs = g_object_ref (jobs);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("After These Jobs"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               _ ("The job waits until all of them are completed, or over"));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "list-add-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), create_popover_cb, self, NULL);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  dash_form_register (form, "depends_on", GTK_WIDGET (self));
  return self;
}

void
dash_dependency_set_add (DashDependencySet *self, const char *job_id, VestimDependencyWhen when)
{
  GtkWidget *before, *row;

  g_return_if_fail (DASH_IS_DEPENDENCY_SET (self) && job_id != NULL);
  if (find_row (self, job_id) != NULL)
    return;
  before = self->rows->len > 0 ? self->rows->pdata[self->rows->len - 1] : GTK_WIDGET (self);
  /* Its fault has a row below it. */
  dash_form_unmark (before);
  row = create_row (self, job_id, when);
  gtk_list_box_insert (GTK_LIST_BOX (gtk_widget_get_parent (before)), row,
                       gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (before)) + 1);
  g_ptr_array_add (self->rows, row);
  register_rows (self);
}

void
dash_dependency_set_save (DashDependencySet *self, DashQueueInput *input)
{
  g_return_if_fail (DASH_IS_DEPENDENCY_SET (self) && input != NULL);
  for (guint i = 0; i < self->rows->len; i++)
    dash_queue_input_add_dependency (
        input, id_of (self->rows->pdata[i]),
        (VestimDependencyWhen) adw_combo_row_get_selected (ADW_COMBO_ROW (self->rows->pdata[i])));
}
