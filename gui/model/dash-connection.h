/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-server-info.h"
#include "gui/model/dash-job-store.h"
#include "common/access/vestim-client.h"

typedef enum
{
  DASH_CONNECTION_IDLE,       /* not opened yet */
  DASH_CONNECTION_CONNECTING, /* the first time: no jobs to show yet */
  DASH_CONNECTION_STARTING,   /* the daemon is being started */
  DASH_CONNECTION_ONLINE,
  DASH_CONNECTION_RECONNECTING, /* the jobs may be out of date; attempts are repeated */
  DASH_CONNECTION_STOPPED,      /* the daemon was stopped; the user may start it */
  DASH_CONNECTION_PROBLEM,      /* see dash_connection_get_problem() */
} DashConnectionState;

/* What the user can do about a problem. */
typedef enum
{
  DASH_REMEDY_RETRY,
  DASH_REMEDY_START,
  DASH_REMEDY_TOKEN,      /* enter a token, or another one */
  DASH_REMEDY_TOKEN_FILE, /* correct the local token file, then retry */
  DASH_REMEDY_CONSENT,    /* allow that the token is sent unencrypted */
  DASH_REMEDY_INSTALL,    /* install the daemon, then retry */
} DashRemedy;

/* Finds the server, starts this user's daemon if necessary, keeps the store up to date with the
 * server's events, and reconnects by itself.
 *
 * Properties (read-only, notified): "state" (int), "info": the server's status, with each refresh.
 * Signal: "failed" (const char *sentence): the server did not do what it was asked for. */
#define DASH_TYPE_CONNECTION (dash_connection_get_type ())
G_DECLARE_FINAL_TYPE (DashConnection, dash_connection, DASH, CONNECTION, GObject)

/* To the server at `url`, which is never started, with `token` (nullable). With NULL for `url`, to
 * this user's own daemon. */
DashConnection *dash_connection_new (const char *url, const char *token);

/* Sets the token of a server with an address, if it was not known yet. Before opening. */
void dash_connection_set_token (DashConnection *self, const char *token);

/* The user has read that the token is sent unencrypted, and allows it. */
void dash_connection_allow_clear_text (DashConnection *self);

/* How long to wait for an answer, and for the next bytes of the event stream. Before opening. */
void dash_connection_set_timeouts (DashConnection *self, guint answer_ms, guint silence_ms);

void dash_connection_open (DashConnection *self);  /* or tries again now */
void dash_connection_close (DashConnection *self); /* can't be opened again */
void dash_connection_wake (DashConnection *self);  /* the computer slept: replaces all sockets */

/* Starts this user's daemon; stops the server, which leads to the state STOPPED; sets how many jobs
 * it runs at once. */
void dash_connection_start_server (DashConnection *self);
void dash_connection_stop_server (DashConnection *self, gboolean keep_jobs);
void dash_connection_set_max_running (DashConnection *self, int max_running);

/* Whether queued jobs start, all of them or those of a group; `max_running` -1: no limit. "info"
 * follows. */
void dash_connection_pause_queue (DashConnection *self, gboolean pause);
void dash_connection_set_group (DashConnection *self, const char *name, int max_running,
                                gboolean paused);

/* Fetches the status; "info" is notified. */
void dash_connection_refresh_status (DashConnection *self);

DashConnectionState dash_connection_get_state (DashConnection *self);
gboolean dash_connection_is_local (DashConnection *self);
const char *dash_connection_get_url (DashConnection *self);     /* (nullable) */
const char *dash_connection_get_problem (DashConnection *self); /* (nullable) a sentence */
DashRemedy dash_connection_get_remedy (DashConnection *self);
const DashServerInfo *dash_connection_get_info (DashConnection *self); /* (nullable) */
DashJobStore *dash_connection_get_store (DashConnection *self);

/* (nullable) for the models of this folder. NULL until a server was found. */
VestimClient *dash_connection_get_client (DashConnection *self);

/* (transfer full) VESTIM_ERROR_NO_SERVER, for a request while there is no client. */
GError *dash_connection_no_server_error (void);
