/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-actions.h"
#include "gui/view/new-job/dash-form.h"

/* The dialog in which a job is made. `from` (nullable): filled from that job; with `edit` it is
 * that job, not started yet, which is completed. It closes when the server has taken the job. */
#define DASH_TYPE_NEW_JOB (dash_new_job_get_type ())
G_DECLARE_FINAL_TYPE (DashNewJob, dash_new_job, DASH, NEW_JOB, AdwWindow)

void dash_new_job_open (GtkWindow *parent, DashConnection *connection, DashActions *actions,
                        DashJob *from, gboolean edit);

/* Closes the dialogs that are open; FALSE when one of them asks first. */
gboolean dash_new_job_close_all (void);
