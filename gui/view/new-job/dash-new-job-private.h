/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-command-form.h"
#include "gui/view/new-job/dash-estimation-form.h"
#include "gui/view/new-job/dash-evaluation-form.h"
#include "gui/view/new-job/dash-new-job.h"
#include "gui/view/new-job/dash-queue-form.h"

struct _DashNewJob
{
  AdwWindow parent;
  GtkWidget *create;
  GtkSpinner *spinner;
  GtkLabel *faults;
  AdwPreferencesGroup *general;
  GtkStack *kinds;
  GtkWidget *switcher;
  GtkBox *content;
  DashForm form;
  DashEstimationForm *estimation;
  DashEvaluationForm *evaluation;
  DashCommandForm *command;
  DashQueueForm *queue;
  AdwEntryRow *name;
  gboolean proposing; /* the program changes the name, not the user */
  gboolean named;     /* by the user, so no other name is proposed */
  GtkSwitch *hold;
  AdwEntryRow *priority;
  DashActions *actions;
  char *job_id;   /* (nullable) of the job that is edited */
  char *loaded;   /* (nullable) the body of a request that changes nothing of it */
  char *salt;     /* of the idempotency key: this dialog creates one job from the same content */
  char *pristine; /* what the dialog contained when it opened */
  guint spinner_id;
  GCancellable *cancellable;
};

/* The dialog with empty forms, not shown yet. */
DashNewJob *dash_new_job_create (GtkWindow *parent, DashConnection *connection,
                                 DashActions *actions);

VestimJobKind dash_new_job_get_kind (DashNewJob *self);
void dash_new_job_set_kind (DashNewJob *self, VestimJobKind kind);

/* Proposes a name for the job as it is, until the user types one. */
void dash_new_job_propose_name (DashNewJob *self);

/* (transfer full) everything that is entered for all kinds of jobs, to find out whether the user
 * has changed something. A proposed name does not count. */
char *dash_new_job_snapshot (DashNewJob *self);

/* (transfer full) the body of the request; adds the faults that can be found without the server. */
char *dash_new_job_make_body (DashNewJob *self, GPtrArray *faults);
