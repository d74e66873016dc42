/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/view/new-job/dash-form.h"

/* The options of a command that few jobs need, in a row that expands. Part of DashCommandForm. */
typedef struct
{
  AdwExpanderRow *more;
  gboolean local;
  GtkWidget *signal;
  AdwEntryRow *grace;
  AdwEntryRow *input;
  GtkSwitch *pty;
  GtkSwitch *timestamps;
  GtkSwitch *leftovers;
} DashCommandOptions;

/* Adds the row to the group. `local`: the server runs on this computer. */
void dash_command_options_init (DashCommandOptions *self, DashForm *form,
                                AdwPreferencesGroup *group, gboolean local);

/* Expands the row when the selections have one of the options. */
void dash_command_options_load (DashCommandOptions *self, JsonNode *selections);

/* Adds the options that differ from the server's defaults, and faults. */
void dash_command_options_save (DashCommandOptions *self, JsonObject *selections,
                                GPtrArray *faults);
