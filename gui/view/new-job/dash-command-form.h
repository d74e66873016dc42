/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-form.h"

/* The part of the new job dialog for commands. Signal: "changed" (). */
#define DASH_TYPE_COMMAND_FORM (dash_command_form_get_type ())
G_DECLARE_FINAL_TYPE (DashCommandForm, dash_command_form, DASH, COMMAND_FORM, GtkBox)

/* `form` is borrowed and must outlive it. `local`: the job runs on this computer. */
DashCommandForm *dash_command_form_new (DashForm *form, gboolean local);

/* Fills the form from the selections of a job, and shows faults for what it cannot show. */
void dash_command_form_load (DashCommandForm *self, JsonNode *selections);

/* (transfer full) the selections; adds the faults that can be found without the server. */
JsonNode *dash_command_form_save (DashCommandForm *self, GPtrArray *faults);

/* (transfer full) a name for the job, from its command line; "" for none. */
char *dash_command_form_propose_name (DashCommandForm *self);
