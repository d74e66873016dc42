/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/system/dash-sleep.h"
#include "gui/view/application/dash-application.h"
#include "gui/view/application/dash-preferences.h"
#include "gui/view/window/dash-window.h"

struct _DashApplication
{
  AdwApplication parent;
  GSettings *settings; /* (nullable) */
  DashConnection *connection;
  DashActions *actions;
  DashWindow *window;           /* (nullable) borrowed: the application's window */
  DashPreferences *preferences; /* (nullable) borrowed: while it is open */
  char *server;                 /* (nullable) --server */
  char *wanted;                 /* (nullable) ID of --job, until a window shows it */
  DashSleep *sleep;             /* (nullable) */
  guint signal_ids[2];
  GCancellable *life; /* cancelled at shutdown */
};

/* Connects to the server of the command line, of the settings, or else to this user's own. */
void dash_application_find_server (DashApplication *self);

/* Connects to the same server with a token that the user has entered. */
void dash_application_use_token (DashApplication *self, const char *token);

/* Connects although the token is sent unencrypted: the user has read the warning and agreed. */
void dash_application_allow_clear_text (DashApplication *self);

/* Opens a window for the connected server. It replaces the window of another server. */
void dash_application_open_window (DashApplication *self);

/* Carries out the pending deletions and closes the connection. */
void dash_application_close_server (DashApplication *self);
