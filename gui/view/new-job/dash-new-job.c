/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-new-job-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "common/vestim-api.h"
#include "gui/view/widgets/dash-wrap.h"

#define SPINNER_MS 300

G_DEFINE_FINAL_TYPE (DashNewJob, dash_new_job, ADW_TYPE_WINDOW)

/* The pages of the stack have the names of the kinds. */
VestimJobKind
dash_new_job_get_kind (DashNewJob *self)
{
  VestimJobKind kind = VESTIM_JOB_KIND_ESTIMATION;

  vestim_job_kind_parse (gtk_stack_get_visible_child_name (self->kinds), &kind);
  return kind;
}

void
dash_new_job_set_kind (DashNewJob *self, VestimJobKind kind)
{
  gtk_stack_set_visible_child_name (self->kinds, vestim_job_kind_name (kind));
}

/* (transfer full) the selections of the form that is shown. */
static JsonNode *
save_selections (DashNewJob *self, GPtrArray *faults)
{
  VestimJobKind kind = dash_new_job_get_kind (self);

  if (kind == VESTIM_JOB_KIND_COMMAND)
    return dash_command_form_save (self->command, faults);
  if (kind == VESTIM_JOB_KIND_EVALUATION)
    return dash_evaluation_form_save (self->evaluation, faults);
  return dash_estimation_form_save (self->estimation, faults);
}

static char *
propose (DashNewJob *self)
{
  VestimJobKind kind = dash_new_job_get_kind (self);

  if (kind == VESTIM_JOB_KIND_COMMAND)
    return dash_command_form_propose_name (self->command);
  if (kind == VESTIM_JOB_KIND_EVALUATION)
    return dash_evaluation_form_propose_name (self->evaluation);
  return dash_estimation_form_propose_name (self->estimation);
}

void
dash_new_job_propose_name (DashNewJob *self)
{
  g_autofree char *proposed = NULL;

  if (self->named)
    return;
  proposed = propose (self);
  self->proposing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->name), proposed);
  self->proposing = FALSE;
}

static void
kind_changed_cb (DashNewJob *self)
{
  g_assert (DASH_IS_NEW_JOB (self));
  dash_form_show_faults (&self->form, NULL);
  dash_new_job_propose_name (self);
}

static void
name_changed_cb (DashNewJob *self)
{
  g_assert (DASH_IS_NEW_JOB (self));
  if (!self->proposing)
    self->named = gtk_editable_get_text (GTK_EDITABLE (self->name))[0] != '\0';
}

static gint64
get_priority (DashNewJob *self, GPtrArray *faults)
{
  g_autofree char *text = dash_form_dup_text (self->priority);
  gint64 value = 0;

  if (text[0] != '\0'
      && !g_ascii_string_to_signed (text, 10, VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY, &value,
                                    NULL))
    vestim_field_errors_add (faults, "priority", _ ("Type a whole number from %d to %d."),
                             VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY);
  return value;
}

static void
append_node (GString *text, JsonNode *node)
{
  g_autofree char *json = vestim_node_dup_text (node);

  g_string_append (text, json);
}

char *
dash_new_job_snapshot (DashNewJob *self)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autoptr (JsonNode) estimation = dash_estimation_form_save (self->estimation, faults);
  g_autoptr (JsonNode) evaluation = dash_evaluation_form_save (self->evaluation, faults);
  g_autoptr (JsonNode) command = dash_command_form_save (self->command, faults);
  GString *text = g_string_new (gtk_editable_get_text (GTK_EDITABLE (self->priority)));

  if (self->named)
    g_string_append (text, gtk_editable_get_text (GTK_EDITABLE (self->name)));
  g_string_append (text, gtk_switch_get_active (self->hold) ? " hold" : "");
  append_node (text, estimation);
  dash_estimation_form_append_typed (self->estimation, text);
  append_node (text, evaluation);
  dash_evaluation_form_append_typed (self->evaluation, text);
  append_node (text, command);
  dash_queue_form_append (self->queue, text);
  for (guint i = 0; i < faults->len; i++)
    g_string_append (text, ((const VestimFieldError *) faults->pdata[i])->message);
  return g_string_free (text, FALSE);
}

/* What did not change is not sent: the kind, which only a draft may change, and what a job that has
 * started meanwhile can't change. Its name, tags and note can be saved then. */
static void
leave_out_loaded (DashNewJob *self, JsonObject *body)
{
  static const char *const members[] = { "kind", "priority", "selections" };
  g_autoptr (JsonNode) loaded = vestim_node_parse_text (self->loaded);

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *before = vestim_node_member (loaded, members[i]);

      if (before != NULL && json_node_equal (before, json_object_get_member (body, members[i])))
        json_object_remove_member (body, members[i]);
    }
}

char *
dash_new_job_make_body (DashNewJob *self, GPtrArray *faults)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), body);
  g_autofree char *name = dash_form_dup_text (self->name);

  json_object_set_string_member (body, "name", name);
  json_object_set_string_member (body, "kind", vestim_job_kind_name (dash_new_job_get_kind (self)));
  json_object_set_int_member (body, "priority", get_priority (self, faults));
  if (self->job_id == NULL)
    json_object_set_boolean_member (body, "hold", gtk_switch_get_active (self->hold));
  json_object_set_member (body, "selections", save_selections (self, faults));
  dash_queue_form_save (self->queue, body, faults);
  leave_out_loaded (self, body);
  return vestim_node_dup_text (node);
}

static gboolean
spin_cb (gpointer data)
{
  DashNewJob *self = data;

  g_assert (DASH_IS_NEW_JOB (self));
  self->spinner_id = 0;
  gtk_spinner_start (self->spinner);
  return G_SOURCE_REMOVE;
}

static void
set_busy (DashNewJob *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->create, !busy);
  g_clear_handle_id (&self->spinner_id, g_source_remove);
  gtk_spinner_stop (self->spinner);
  if (busy)
    self->spinner_id = g_timeout_add (SPINNER_MS, spin_cb, self);
}

/* An error that belongs to no field. */
static void
show_error (DashNewJob *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (self->job_id != NULL && g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT))
    text = g_strdup_printf (_ ("The job was not changed. %s What you entered is still here."),
                            error->message);
  gtk_label_set_text (self->faults, text != NULL ? text : error->message);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashNewJob) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = dash_actions_save_finish (DASH_ACTIONS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  set_busy (self, FALSE);
  if (id != NULL)
    {
      GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (self));

      /* The window may be gone, because another server was chosen. */
      if (window != NULL)
        g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (window)),
                                        "show-job", g_variant_new_string (id));
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  dash_form_show_faults (&self->form, vestim_error_get_fields (error));
  if (vestim_error_get_fields (error) == NULL)
    {
      show_error (self, error);
      gtk_widget_set_visible (GTK_WIDGET (self->faults), TRUE);
    }
}

static void
create_cb (DashNewJob *self)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autofree char *body = NULL;
  g_autofree char *salted = NULL;
  g_autofree char *key = NULL;

  g_assert (DASH_IS_NEW_JOB (self));
  if (dash_new_job_get_kind (self) == VESTIM_JOB_KIND_ESTIMATION)
    dash_estimation_form_commit (self->estimation);
  if (dash_new_job_get_kind (self) == VESTIM_JOB_KIND_EVALUATION)
    dash_evaluation_form_commit (self->evaluation);
  body = dash_new_job_make_body (self, faults);
  salted = g_strconcat (self->salt, body, NULL);
  key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, salted, -1);
  dash_form_show_faults (&self->form, faults);
  if (faults->len > 0)
    return;
  set_busy (self, TRUE);
  dash_actions_save_async (self->actions, self->job_id, body, key, self->cancellable, saved_cb,
                           g_object_ref (self));
}

/* The question is above this dialog and must not keep it as its parent. */
static void
discard_cb (GtkWindow *dialog, const char *response, DashNewJob *self)
{
  g_assert (GTK_IS_WINDOW (dialog) && DASH_IS_NEW_JOB (self));
  gtk_window_set_transient_for (dialog, NULL);
  gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
dash_new_job_close_request (GtkWindow *window)
{
  DashNewJob *self = DASH_NEW_JOB (window);
  g_autofree char *now = dash_new_job_snapshot (self);
  GtkWidget *dialog;

  if (g_strcmp0 (now, self->pristine) == 0)
    return GTK_WINDOW_CLASS (dash_new_job_parent_class)->close_request (window);
  dialog = adw_message_dialog_new (
      window, self->job_id != NULL ? _ ("Discard Changes?") : _ ("Discard Job?"),
      _ ("What you entered will be lost."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Editing"),
                                    "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response::discard", G_CALLBACK (discard_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static void
dash_new_job_dispose (GObject *object)
{
  DashNewJob *self = DASH_NEW_JOB (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->spinner_id, g_source_remove);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (dash_new_job_parent_class)->dispose (object);
}

static void
dash_new_job_finalize (GObject *object)
{
  DashNewJob *self = DASH_NEW_JOB (object);

  dash_form_clear (&self->form);
  g_object_unref (self->cancellable);
  g_free (self->job_id);
  g_free (self->loaded);
  g_free (self->salt);
  g_free (self->pristine);
  G_OBJECT_CLASS (dash_new_job_parent_class)->finalize (object);
}

static void
dash_new_job_class_init (DashNewJobClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_new_job_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_new_job_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = dash_new_job_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-new-job.ui");
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, content);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, create);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, spinner);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, faults);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, general);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, kinds);
  gtk_widget_class_bind_template_child (widget_class, DashNewJob, switcher);
  gtk_widget_class_bind_template_callback (widget_class, create_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
dash_new_job_init (DashNewJob *self)
{
  self->cancellable = g_cancellable_new ();
  self->salt = g_uuid_string_random ();
  gtk_widget_init_template (GTK_WIDGET (self));
  dash_wrap_label (self->faults);
  dash_form_init (&self->form, self->faults);
  self->name = dash_form_add_entry (&self->form, self->general, "name", _ ("Name"), "");
  self->priority =
      dash_form_add_entry (&self->form, self->general, "priority", _ ("Priority"), "0");
  self->hold = dash_form_add_switch (&self->form, self->general, "hold", _ ("Hold"),
                                     _ ("Don’t queue the job until you start it"));
}

static void
follow_names (DashNewJob *self)
{
  g_signal_connect_object (self->name, "changed", G_CALLBACK (name_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->estimation, "changed", G_CALLBACK (dash_new_job_propose_name),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->evaluation, "changed", G_CALLBACK (dash_new_job_propose_name),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->command, "changed", G_CALLBACK (dash_new_job_propose_name), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->kinds, "notify::visible-child", G_CALLBACK (kind_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

DashNewJob *
dash_new_job_create (GtkWindow *parent, DashConnection *connection, DashActions *actions)
{
  DashNewJob *self = g_object_new (DASH_TYPE_NEW_JOB, "transient-for", parent, NULL);
  gboolean local = dash_connection_is_local (connection);

  /* So that the keys of the application work in this dialog, too. */
  gtk_window_set_application (GTK_WINDOW (self), gtk_window_get_application (parent));
  self->actions = g_object_ref (actions);
  self->estimation = dash_estimation_form_new (&self->form, actions, local);
  self->evaluation = dash_evaluation_form_new (&self->form, actions,
                                               dash_connection_get_store (connection), local);
  self->command = dash_command_form_new (&self->form, local);
  self->queue = dash_queue_form_new (&self->form, connection);
  gtk_box_append (self->content, GTK_WIDGET (self->queue));
  gtk_stack_add_titled (self->kinds, GTK_WIDGET (self->estimation), "estimation", _ ("Estimation"));
  gtk_stack_add_titled (self->kinds, GTK_WIDGET (self->evaluation), "evaluation", _ ("Evaluation"));
  gtk_stack_add_titled (self->kinds, GTK_WIDGET (self->command), "command", _ ("Command"));
  follow_names (self);
  return self;
}
