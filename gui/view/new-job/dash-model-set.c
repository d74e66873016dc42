/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-model-set.h"

#include <glib/gi18n.h>
#include <math.h>

#include "common/estimation/vestim-evaluation.h"
#include "common/client/vestim-text-line.h"
#include "gui/view/new-job/dash-file-rows.h"
#include "gui/view/new-job/dash-form.h"
#include "gui/view/new-job/dash-job-choices.h"

#define LIST_HEIGHT 360
#define MAX_NAME 80

struct _DashModelSet
{
  AdwPreferencesGroup parent;
  DashJobStore *jobs;
  GPtrArray *models; /* char * */
  DashFileRows rows;
  GtkWidget *row; /* to type a path or an ID */
  gboolean local;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashModelSet, dash_model_set, ADW_TYPE_PREFERENCES_GROUP)

/* (transfer full) "US06, two layers: test RMSE 17.4 mV" */
static char *
describe_job (DashJob *job)
{
  double rmse = dash_job_get_test_rmse (job);
  g_autofree char *name = vestim_text_line (dash_job_get_name (job), MAX_NAME);
  g_autofree char *error = dash_job_dup_test_rmse (job);

  return isfinite (rmse) ? g_strdup_printf (_ ("%s: test RMSE %s"), name, error)
                         : g_steal_pointer (&name);
}

static char *
describe (DashModelSet *self, const char *model)
{
  DashJob *job = dash_job_store_lookup (self->jobs, model);

  if (job != NULL)
    return describe_job (job);
  return g_strdup (vestim_evaluation_is_job_id (model)
                       ? _ ("The server has no such job.")
                       : _ ("A model.bin, or the folder of a task or job"));
}

static void
remove_cb (GtkButton *button, DashModelSet *self)
{
  g_autofree char *model = g_strdup (dash_file_rows_get_path (GTK_WIDGET (button)));
  guint index = 0;

  g_assert (DASH_IS_MODEL_SET (self) && model != NULL);
  gtk_widget_grab_focus (self->row);
  dash_form_unmark (self->row);
  dash_file_rows_drop (&self->rows, model);
  if (g_ptr_array_find_with_equal_func (self->models, model, g_str_equal, &index))
    g_ptr_array_remove_index (self->models, index);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
typed_cb (AdwEntryRow *row, DashModelSet *self)
{
  g_autofree char *text = dash_form_dup_text (row);

  g_assert (ADW_IS_ENTRY_ROW (row) && DASH_IS_MODEL_SET (self));
  if (text[0] == '\0')
    return;
  dash_model_set_add (self, text);
  gtk_editable_set_text (GTK_EDITABLE (row), "");
  /* Hides the apply button until something is typed again. */
  adw_entry_row_set_show_apply_button (row, FALSE);
  adw_entry_row_set_show_apply_button (row, TRUE);
}

/* Files */

static void
chosen_cb (GtkNativeDialog *chooser, int response, DashModelSet *self)
{
  g_assert (GTK_IS_FILE_CHOOSER (chooser) && DASH_IS_MODEL_SET (self));
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          if (g_file_peek_path (file) != NULL)
            dash_model_set_add (self, g_file_peek_path (file));
        }
    }
  g_object_unref (chooser);
}

static void
add_files_cb (GtkButton *button, DashModelSet *self)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Add Model Files"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Add"), NULL);

  g_assert (DASH_IS_MODEL_SET (self));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* The list of finished estimations */

static char *
dup_choice (DashJob *job, gpointer data)
{
  gboolean can_be_listed = dash_job_get (job)->kind == VESTIM_JOB_KIND_ESTIMATION
                           && dash_job_get_state (job) == VESTIM_JOB_COMPLETED;

  return can_be_listed ? describe_job (job) : NULL;
}

static void
choice_cb (GtkListBox *list, GtkListBoxRow *row, DashModelSet *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (list), GTK_TYPE_POPOVER);

  g_assert (DASH_IS_MODEL_SET (self));
  dash_model_set_add (self, dash_job_choices_get_id (row));
  gtk_popover_popdown (GTK_POPOVER (popover));
}

static void
create_popover_cb (GtkMenuButton *button, gpointer data)
{
  DashModelSet *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *list = dash_job_choices_new (_ ("No estimation is completed yet."));

  g_assert (DASH_IS_MODEL_SET (self));
  dash_job_choices_fill (GTK_LIST_BOX (list), self->jobs, dup_choice, NULL);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (choice_cb), self, 0);
  gtk_popover_set_child (GTK_POPOVER (popover), dash_job_choices_scroll (list, LIST_HEIGHT));
  gtk_menu_button_set_popover (button, popover);
}

static void
name_button (GtkWidget *button, const char *title)
{
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
}

static void
add_buttons (DashModelSet *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *finished = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (finished), "view-list-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (finished), create_popover_cb, self, NULL);
  name_button (finished, _ ("Add a Finished Estimation"));
  gtk_box_append (GTK_BOX (buttons), finished);
  if (self->local)
    {
      GtkWidget *files = gtk_button_new_from_icon_name ("document-new-symbolic");

      name_button (files, _ ("Add Model Files…"));
      g_signal_connect_object (files, "clicked", G_CALLBACK (add_files_cb), self, 0);
      gtk_box_append (GTK_BOX (buttons), files);
    }
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), buttons);
}

/* Class */

static void
dash_model_set_dispose (GObject *object)
{
  g_clear_object (&DASH_MODEL_SET (object)->jobs);
  G_OBJECT_CLASS (dash_model_set_parent_class)->dispose (object);
}

static void
dash_model_set_finalize (GObject *object)
{
  DashModelSet *self = DASH_MODEL_SET (object);

  dash_file_rows_clear (&self->rows);
  g_ptr_array_unref (self->models);
  G_OBJECT_CLASS (dash_model_set_parent_class)->finalize (object);
}

static void
dash_model_set_class_init (DashModelSetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_model_set_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_model_set_finalize;
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_MODEL_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
dash_model_set_init (DashModelSet *self)
{
  self->models = g_ptr_array_new_with_free_func (g_free);
  dash_file_rows_init (&self->rows, ADW_PREFERENCES_GROUP (self), G_CALLBACK (remove_cb), self);
}

DashModelSet *
dash_model_set_new (DashJobStore *jobs, gboolean local)
{
  DashModelSet *self = g_object_new (DASH_TYPE_MODEL_SET, "title", _ ("Models"), NULL);

  g_return_val_if_fail (DASH_IS_JOB_STORE (jobs), NULL);
  self->jobs = g_object_ref (jobs);
  self->local = local;
  add_buttons (self);
  self->row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row),
                                 _ ("Path of a model or job folder, or ID of a job"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->row), TRUE);
  g_signal_connect_object (self->row, "apply", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (self->row, "entry-activated", G_CALLBACK (typed_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->row);
  return self;
}

void
dash_model_set_add (DashModelSet *self, const char *model)
{
  g_autofree char *expanded = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (DASH_IS_MODEL_SET (self) && model != NULL);
  expanded = self->local ? dash_form_expand_path (model) : g_strdup (model);
  dash_form_unmark (self->row);
  if (self->models->len == MIN (VESTIM_EVALUATION_MAX_MODELS, DASH_FILE_ROWS_MAX)
      || g_ptr_array_find_with_equal_func (self->models, expanded, g_str_equal, NULL))
    return;
  text = describe (self, expanded);
  dash_file_rows_set (&self->rows, self->models->len, expanded, text, NULL);
  g_ptr_array_add (self->models, g_steal_pointer (&expanded));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
dash_model_set_commit (DashModelSet *self)
{
  g_return_if_fail (DASH_IS_MODEL_SET (self));
  typed_cb (ADW_ENTRY_ROW (self->row), self);
}

char **
dash_model_set_dup_models (DashModelSet *self)
{
  char **models;

  g_return_val_if_fail (DASH_IS_MODEL_SET (self), NULL);
  models = g_new0 (char *, self->models->len + 1);
  for (guint i = 0; i < self->models->len; i++)
    models[i] = g_strdup (self->models->pdata[i]);
  return models;
}

GtkWidget *
dash_model_set_get_row (DashModelSet *self)
{
  g_return_val_if_fail (DASH_IS_MODEL_SET (self), NULL);
  return self->row;
}
