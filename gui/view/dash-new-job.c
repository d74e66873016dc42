/* SPDX-License-Identifier: MIT */
#include "view/dash-new-job.h"

#include <glib/gi18n.h>

#include "base/dash-error.h"
#include "base/dash-setting.h"
#include "view/dash-command-form.h"
#include "view/dash-estimation-form.h"

struct _DashNewJob
{
  AdwWindow parent;
  GtkWidget *create;
  GtkLabel *faults;
  AdwPreferencesGroup *general;
  GtkStack *kinds;
  DashForm form;
  DashEstimationForm *estimation;
  DashCommandForm *command;
  AdwEntryRow *name;
  GtkSwitch *hold;
  AdwEntryRow *priority;
  DashActions *actions;
  char *job_id; /* (nullable) of the draft that is completed */
  char *salt;   /* one of this dialog: the same content sent twice makes one job */
  GCancellable *life;
};

G_DEFINE_FINAL_TYPE (DashNewJob, dash_new_job, ADW_TYPE_WINDOW)

static gboolean
is_command (DashNewJob *self)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->kinds), "command");
}

static void
append_name (DashNewJob *self, GString *json)
{
  g_autofree char *typed = dash_form_dup_text (self->name);
  g_autofree char *proposed = is_command (self)
                                  ? dash_command_form_propose_name (self->command)
                                  : dash_estimation_form_propose_name (self->estimation);

  dash_setting_begin_member (json, "name");
  vestim_json_append_string (json, typed[0] != '\0' ? typed : proposed);
}

static void
append_priority (DashNewJob *self, GString *json, GPtrArray *faults)
{
  g_autofree char *text = dash_form_dup_text (self->priority);
  gint64 value = 0;

  if (text[0] != '\0' && !g_ascii_string_to_signed (text, 10, -1000, 1000, &value, NULL))
    vestim_field_errors_add (faults, "priority", "%s",
                             _ ("must be a whole number from -1000 to 1000"));
  dash_setting_begin_member (json, "priority");
  g_string_append_printf (json, "%d", (int) value);
}

/* (transfer full) the body of the request; faults that need no server are added. */
static GString *
make_body (DashNewJob *self, GPtrArray *faults)
{
  GString *json = g_string_new ("{");

  append_name (self, json);
  dash_setting_begin_member (json, "kind");
  vestim_json_append_string (json, is_command (self) ? "command" : "estimation");
  append_priority (self, json, faults);
  if (self->job_id == NULL)
    {
      dash_setting_begin_member (json, "hold");
      g_string_append (json, gtk_switch_get_active (self->hold) ? "true" : "false");
    }
  dash_setting_begin_member (json, "selections");
  if (is_command (self))
    dash_command_form_save (self->command, json, faults);
  else
    {
      g_autofree char *selections = dash_estimation_form_save (self->estimation, faults);

      g_string_append (json, selections);
    }
  g_string_append_c (json, '}');
  return json;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashNewJob) self = data;
  g_autoptr (GError) error = NULL;
  DashJob *job = dash_actions_save_finish (DASH_ACTIONS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (self->create, TRUE);
  if (job != NULL)
    {
      GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (self));
      GtkApplication *application = gtk_window_get_application (window);

      g_action_group_activate_action (G_ACTION_GROUP (application), "show-job",
                                      g_variant_new_string (dash_job_get_id (job)));
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  dash_form_show_faults (&self->form, dash_error_get_fields (error));
  if (dash_error_get_fields (error) == NULL)
    {
      gtk_label_set_text (self->faults, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->faults), TRUE);
    }
}

static void
create_cb (DashNewJob *self)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autoptr (GString) body = make_body (self, faults);
  g_autofree char *salted = g_strconcat (self->salt, body->str, NULL);
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, salted, -1);

  dash_form_show_faults (&self->form, faults);
  if (faults->len > 0)
    return;
  gtk_widget_set_sensitive (self->create, FALSE);
  dash_actions_save_async (self->actions, self->job_id, body->str, key, self->life, saved_cb,
                           g_object_ref (self));
}

static void
dash_new_job_dispose (GObject *object)
{
  DashNewJob *self = DASH_NEW_JOB (object);

  g_cancellable_cancel (self->life);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (dash_new_job_parent_class)->dispose (object);
}

static void
dash_new_job_finalize (GObject *object)
{
  DashNewJob *self = DASH_NEW_JOB (object);

  dash_form_clear (&self->form);
  g_object_unref (self->life);
  g_free (self->job_id);
  g_free (self->salt);
  G_OBJECT_CLASS (dash_new_job_parent_class)->finalize (object);
}

static void
dash_new_job_class_init (DashNewJobClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_new_job_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_new_job_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-new-job.ui");
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, create);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, faults);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, general);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, kinds);
  gtk_widget_class_bind_template_callback (widget_class, create_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
dash_new_job_init (DashNewJob *self)
{
  self->life = g_cancellable_new ();
  self->salt = g_uuid_string_random ();
  gtk_widget_init_template (GTK_WIDGET (self));
  dash_form_init (&self->form, self->faults);
  self->name = dash_form_add_entry (&self->form, self->general, "name",
                                    _ ("Name (empty: one is proposed)"), "");
  self->priority =
      dash_form_add_entry (&self->form, self->general, "priority", _ ("Priority"), "0");
  self->hold = dash_form_add_switch (&self->form, self->general, "hold", _ ("Hold"),
                                     _ ("Don’t queue it until it is started by hand"));
}

/* A copy of a job that runs shares nothing with it but the wish. */
static void
load (DashNewJob *self, DashJob *from, gboolean edit)
{
  const VestimJob *job = dash_job_get (from);
  g_autoptr (VestimJsonDoc) doc =
      vestim_json_parse (job->selections, strlen (job->selections), NULL);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;
  g_autofree char *priority = g_strdup_printf ("%d", job->priority);
  g_autofree char *name =
      edit ? g_strdup (job->name) : g_strdup_printf (_ ("%s (copy)"), dash_job_get_name (from));

  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  gtk_editable_set_text (GTK_EDITABLE (self->priority), priority);
  if (job->kind == VESTIM_JOB_KIND_COMMAND)
    {
      gtk_stack_set_visible_child_name (self->kinds, "command");
      dash_command_form_load (self->command, root);
    }
  else
    dash_estimation_form_load (self->estimation, root);
  if (!edit)
    return;
  self->job_id = g_strdup (job->id);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Edit Job"));
  gtk_button_set_label (GTK_BUTTON (self->create), _ ("_Save"));
}

void
dash_new_job_open (GtkWindow *parent, DashConnection *connection, DashActions *actions,
                   DashJob *from, gboolean edit)
{
  DashNewJob *self = g_object_new (DASH_TYPE_NEW_JOB, "transient-for", parent, NULL);

  self->actions = g_object_ref (actions);
  self->estimation =
      dash_estimation_form_new (&self->form, actions, dash_connection_is_local (connection));
  self->command = dash_command_form_new (&self->form);
  gtk_stack_add_titled (self->kinds, GTK_WIDGET (self->estimation), "estimation", _ ("Estimation"));
  gtk_stack_add_titled (self->kinds, GTK_WIDGET (self->command), "command", _ ("Command"));
  if (from != NULL)
    load (self, from, edit);
  gtk_window_present (GTK_WINDOW (self));
}
