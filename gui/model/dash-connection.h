/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-server-info.h"
#include "gui/model/dash-job-store.h"
#include "gui/net/dash-client.h"

typedef enum
{
  DASH_CONNECTION_IDLE,       /* not asked to connect yet */
  DASH_CONNECTION_CONNECTING, /* the first time, nothing to show yet */
  DASH_CONNECTION_STARTING,   /* the daemon is being started */
  DASH_CONNECTION_ONLINE,
  DASH_CONNECTION_RECONNECTING, /* what is shown may be old; attempts go on by themselves */
  DASH_CONNECTION_STOPPED,      /* the daemon was stopped; it waits to be told to start it */
  DASH_CONNECTION_PROBLEM,      /* see dash_connection_get_problem() */
} DashConnectionState;

/* The one thing a user can do about a problem. */
typedef enum
{
  DASH_REMEDY_RETRY,
  DASH_REMEDY_START,
  DASH_REMEDY_TOKEN,      /* enter a token, or another one */
  DASH_REMEDY_TOKEN_FILE, /* retried when the local token file is right */
  DASH_REMEDY_CONSENT,    /* allow that the token is sent in clear text */
  DASH_REMEDY_INSTALL,    /* nothing here: the daemon is to be installed, then retried */
} DashRemedy;

/* Finds the server, starts it where that is due, keeps the store up to date by its events, and
 * comes back by itself when it was lost.
 *
 * Properties (read-only, notified): "state" (int), "info" (changes with each look at the server's
 * status). */
#define DASH_TYPE_CONNECTION (dash_connection_get_type ())
G_DECLARE_FINAL_TYPE (DashConnection, dash_connection, DASH, CONNECTION, GObject)

/* `url` (nullable): a server by its address and `token` (nullable), never started from here.
 * Without it this user's own daemon. */
DashConnection *dash_connection_new (const char *url, const char *token);

/* The token of a server by its address, where it is known only later; before it is opened. */
void dash_connection_set_token (DashConnection *self, const char *token);

/* The user has read that the token travels unencrypted, and wants it so. */
void dash_connection_allow_clear_text (DashConnection *self);

/* How long answers and signs of life are waited for; to be called before it is opened. */
void dash_connection_set_timeouts (DashConnection *self, guint answer_ms, guint silence_ms);

void dash_connection_open (DashConnection *self);  /* also: try again now */
void dash_connection_close (DashConnection *self); /* for good */
void dash_connection_wake (DashConnection *self);  /* after a sleep: don't trust, don't wait */

/* Starts the local daemon; asks it to stop. The second is answered by the state STOPPED. What the
 * server does not do is told by "failed" (const char *sentence). */
void dash_connection_start_server (DashConnection *self);
void dash_connection_stop_server (DashConnection *self, gboolean keep_jobs);
void dash_connection_set_max_running (DashConnection *self, int max_running);

/* Asks for the status; "info" is notified. */
void dash_connection_refresh_status (DashConnection *self);

DashConnectionState dash_connection_get_state (DashConnection *self);
gboolean dash_connection_is_local (DashConnection *self);
const char *dash_connection_get_url (DashConnection *self);     /* (nullable) */
const char *dash_connection_get_problem (DashConnection *self); /* (nullable) a sentence */
DashRemedy dash_connection_get_remedy (DashConnection *self);
const DashServerInfo *dash_connection_get_info (DashConnection *self); /* (nullable) */
DashJobStore *dash_connection_get_store (DashConnection *self);

/* (nullable) for the models of this layer. NULL until a server was found. */
DashClient *dash_connection_get_client (DashConnection *self);

/* (transfer full) what is told without one: DASH_ERROR_NO_SERVER. */
GError *dash_connection_no_server_error (void);
