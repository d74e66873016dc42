/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"
#include "gui/view/new-job/dash-form.h"

/* How a job of whatever kind is queued: a row that expands to what is reserved for it, its retries,
 * and what it waits for. */
#define DASH_TYPE_QUEUE_FORM (dash_queue_form_get_type ())
G_DECLARE_FINAL_TYPE (DashQueueForm, dash_queue_form, DASH, QUEUE_FORM, AdwPreferencesGroup)

/* `form` must live longer than the widget. */
DashQueueForm *dash_queue_form_new (DashForm *form, DashConnection *connection);

/* Fills the form from a job. With `edit` the server has the job's fields already, so that only
 * changes of them are saved; a copy needs all of them. Expands the row when there is something to
 * see. */
void dash_queue_form_load (DashQueueForm *self, const VestimJob *job, gboolean edit);

/* Adds the fields that the user has changed to the body of a request, and faults. */
void dash_queue_form_save (DashQueueForm *self, JsonObject *body, GPtrArray *faults);

/* Everything that is entered, to find out whether something was changed. */
void dash_queue_form_append (DashQueueForm *self, GString *text);
