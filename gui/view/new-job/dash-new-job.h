/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-actions.h"
#include "gui/view/new-job/dash-form.h"

/* The dialog that creates a job. It closes when the server has accepted the job. */
#define DASH_TYPE_NEW_JOB (dash_new_job_get_type ())
G_DECLARE_FINAL_TYPE (DashNewJob, dash_new_job, DASH, NEW_JOB, AdwWindow)

/* `from` (nullable): the dialog is filled from this job. With `edit` it changes this job, which has
 * not started, instead of creating one. */
void dash_new_job_open (GtkWindow *parent, DashConnection *connection, DashActions *actions,
                        DashJob *from, gboolean edit);

/* The dialog for an evaluation, with the models of those jobs (DashJob) that can have one. */
void dash_new_job_open_evaluation (GtkWindow *parent, DashConnection *connection,
                                   DashActions *actions, GPtrArray *jobs);

/* Closes all open dialogs; FALSE if one of them asks the user first. */
gboolean dash_new_job_close_all (void);
