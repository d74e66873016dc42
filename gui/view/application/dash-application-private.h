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
  char *wanted;                 /* (nullable) --job: shown as soon as it is known */
  DashSleep *sleep;             /* (nullable) */
  guint signal_ids[2];
  GCancellable *life;
};

/* Shows the server of the command line, of the settings, or this user's own. */
void dash_application_find_server (DashApplication *self);

/* Shows the same server with a token that was entered. */
void dash_application_use_token (DashApplication *self, const char *token);

/* The user has read that the token travels unencrypted, and wants it so. */
void dash_application_allow_clear_text (DashApplication *self);

/* A window over the server that is connected, in place of the one that there is. */
void dash_application_open_window (DashApplication *self);

/* Carries out what was asked to be deleted, and lets go of the server. */
void dash_application_close_server (DashApplication *self);
