/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/vestim-machine.h"
#include "common/client/vestim-backoff.h"
#include "gui/model/dash-connection.h"
#include "gui/net/dash-events.h"

/* What the connection does at the moment; the table of moves is in dash-connection.c. What the user
 * sees is DashConnectionState, which stays the same while attempts are repeated. */
typedef enum
{
  DASH_STEP_RESTING,   /* nothing is under way: closed, stopped, or up to the user */
  DASH_STEP_WAITING,   /* for the time of the next attempt */
  DASH_STEP_LOOKING,   /* for this user's own daemon */
  DASH_STEP_LAUNCHING, /* that daemon */
  DASH_STEP_GREETING,  /* asks a server that is not known yet for its status */
  DASH_STEP_LISTING,   /* fetches all jobs */
  DASH_STEP_OPENING,   /* the event stream */
  DASH_STEP_FOLLOWING, /* the events */
} DashStep;

/* Whether this user's daemon may be started without the user asking for it. */
typedef enum
{
  DASH_LAUNCH_ALLOWED,
  DASH_LAUNCH_DONE,      /* and the daemon has not been reached since: don't start it again */
  DASH_LAUNCH_FORBIDDEN, /* the daemon was stopped on purpose, or can't be started */
} DashLaunch;

struct _DashConnection
{
  GObject parent;
  char *fixed_url; /* (nullable) NULL: this user's own daemon */
  char *fixed_token;
  guint answer_ms; /* 0: the client's own */
  guint silence_ms;
  gboolean clear_text_allowed;

  VestimMachine machine; /* DashStep; moved by dash_connection_move() only */
  DashLaunch launch;
  gboolean asked_to_start; /* by the user; the daemon may have to end first */
  gboolean was_online;     /* the store has jobs, which may be old by now */

  /* What the user sees; changed by dash_connection_show() only. */
  DashConnectionState state;
  DashRemedy remedy;
  char *problem;
  DashServerInfo *info;

  DashJobStore *store;
  VestimClient *client;
  DashEvents *events;
  char *last_id; /* (nullable) where the events continue; NULL: the list has to be fetched */
  gint64 opened; /* microseconds, when the events were opened */
  VestimBackoff backoff;
  guint retry_id;
  guint queue_id;        /* the timer that fetches the queued jobs */
  GCancellable *attempt; /* of the attempt under way; an answer to an older one is never taken */
  GCancellable *life;
  GFileMonitor *monitor; /* of server.json: notices at once that a daemon has started */
};

void dash_connection_move (DashConnection *self, DashStep step);
DashStep dash_connection_get_step (DashConnection *self);

/* `problem` (nullable) is a sentence. */
void dash_connection_show (DashConnection *self, DashConnectionState state, DashRemedy remedy,
                           const char *problem);

/* After an event of the queue: fetches the status, and a moment later the queued jobs. */
void dash_connection_follow_queue (DashConnection *self);
void dash_connection_take_info (DashConnection *self, DashServerInfo *info);

/* Ends what is under way, so that none of its callbacks has an effect, and rests. */
void dash_connection_drop_attempt (DashConnection *self);

/* Starts an attempt, after ending the one under way: at once, or after a while. */
void dash_connection_begin (DashConnection *self);
void dash_connection_schedule (DashConnection *self);

/* Decides what follows from `failure` (taken over): of an attempt, of its first request to a
 * server, of starting the daemon. */
void dash_connection_fail (DashConnection *self, GError *failure);
void dash_connection_fail_greeting (DashConnection *self, GError *failure);
void dash_connection_fail_launch (DashConnection *self, DashRemedy remedy, const char *text);

/* Whether the token would be sent unencrypted although the user has not allowed it. The second
 * shows the question. */
gboolean dash_connection_needs_consent (DashConnection *self);
void dash_connection_ask_consent (DashConnection *self);

/* Reports to the user that the server refused a request. `failure` is taken over. */
void dash_connection_report_error (DashConnection *self, GError *failure);
