/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"
#include "gui/view/new-job/dash-new-job-private.h"

/* How the dialog opens: empty, with a copy of a job, or with the job that is edited. */

/* A draft has no kind yet; its selections show which one is meant. */
static VestimJobKind
wanted_kind (const VestimJob *job, JsonNode *selections)
{
  if (job->kind != VESTIM_JOB_KIND_NONE)
    return job->kind;
  if (vestim_node_member (selections, "argv") != NULL)
    return VESTIM_JOB_KIND_COMMAND;
  return vestim_node_member (selections, "models") != NULL ? VESTIM_JOB_KIND_EVALUATION
                                                           : VESTIM_JOB_KIND_ESTIMATION;
}

/* For a job without a name, one is proposed. */
static void
load_name (DashNewJob *self, const VestimJob *job, gboolean edit)
{
  g_autofree char *name = NULL;

  if (job->name == NULL || job->name[0] == '\0')
    return;
  name = edit ? g_strdup (job->name) : g_strdup_printf (_ ("%s (copy)"), job->name);
  gtk_editable_set_text (GTK_EDITABLE (self->name),
                         strlen (name) <= VESTIM_MAX_NAME ? name : job->name);
}

/* The job has a kind, which stays. */
static void
keep_kind (DashNewJob *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->switcher), FALSE);
}

/* The form may write the job's settings in another way, which is no change of the user's. */
static void
remember (DashNewJob *self)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  self->loaded = dash_new_job_make_body (self, faults);
}

/* Fills the dialog from a job. Only with `edit` it is this job that is saved. */
static void
load (DashNewJob *self, DashJob *from, gboolean edit)
{
  const VestimJob *job = dash_job_get (from);
  g_autoptr (JsonNode) root = vestim_node_parse (job->selections, strlen (job->selections), NULL);
  g_autofree char *priority = g_strdup_printf ("%d", job->priority);

  load_name (self, job, edit);
  gtk_editable_set_text (GTK_EDITABLE (self->priority), priority);
  dash_new_job_set_kind (self, wanted_kind (job, root));
  if (dash_new_job_get_kind (self) == VESTIM_JOB_KIND_COMMAND)
    dash_command_form_load (self->command, root);
  else if (dash_new_job_get_kind (self) == VESTIM_JOB_KIND_EVALUATION)
    dash_evaluation_form_load (self->evaluation, root);
  else
    dash_estimation_form_load (self->estimation, root);
  dash_queue_form_load (self->queue, job, edit);
  if (!edit)
    return;
  self->job_id = g_strdup (job->id);
  if (job->kind != VESTIM_JOB_KIND_NONE)
    remember (self);
  if (job->state != VESTIM_JOB_CREATED)
    keep_kind (self);
  gtk_widget_set_visible (gtk_widget_get_ancestor (GTK_WIDGET (self->hold), ADW_TYPE_ACTION_ROW),
                          FALSE);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Edit Job"));
  gtk_button_set_label (GTK_BUTTON (self->create), _ ("_Save"));
}

static void
present (DashNewJob *self)
{
  dash_new_job_propose_name (self);
  self->pristine = dash_new_job_snapshot (self);
  /* If the focus is set before, GTK 4.8 does not announce the window to screen readers. */
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

void
dash_new_job_open (GtkWindow *parent, DashConnection *connection, DashActions *actions,
                   DashJob *from, gboolean edit)
{
  DashNewJob *self;

  g_return_if_fail (GTK_IS_WINDOW (parent) && DASH_IS_ACTIONS (actions));
  g_return_if_fail (DASH_IS_JOB (from) || (from == NULL && !edit));
  self = dash_new_job_create (parent, connection, actions);
  if (from != NULL)
    load (self, from, edit);
  present (self);
}

void
dash_new_job_open_evaluation (GtkWindow *parent, DashConnection *connection, DashActions *actions,
                              GPtrArray *jobs)
{
  DashNewJob *self;

  g_return_if_fail (GTK_IS_WINDOW (parent) && DASH_IS_ACTIONS (actions) && jobs != NULL);
  self = dash_new_job_create (parent, connection, actions);
  dash_new_job_set_kind (self, VESTIM_JOB_KIND_EVALUATION);
  for (guint i = 0; i < jobs->len; i++)
    if (dash_job_can_evaluate (jobs->pdata[i]))
      dash_evaluation_form_add_job (self->evaluation, dash_job_get_id (jobs->pdata[i]));
  present (self);
}

gboolean
dash_new_job_close_all (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  gboolean closed = TRUE;

  for (GList *at = windows; at != NULL; at = at->next)
    if (DASH_IS_NEW_JOB (at->data))
      {
        g_autoptr (GtkWindow) dialog = g_object_ref (at->data);

        gtk_window_close (dialog);
        closed = closed && !gtk_widget_get_visible (GTK_WIDGET (dialog));
      }
  return closed;
}
