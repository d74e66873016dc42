/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-backoff.h"
#include "gui/model/dash-connection.h"
#include "gui/net/dash-events.h"

/* One attempt goes: look for the server (its own daemon only) → status and list, when nothing is
 * known yet → events from there on. Whatever fails ends in fail(), which decides whether and when
 * the next attempt is made. Each attempt has a cancellable of its own: an answer to an older one is
 * never met. */
struct _DashConnection
{
  GObject parent;
  char *fixed_url; /* (nullable) */
  char *fixed_token;
  DashConnectionState state;
  DashRemedy remedy;
  char *problem;
  DashClient *client;
  DashEvents *events;
  DashJobStore *store;
  DashServerInfo *info;
  char *last_id; /* (nullable) where the events go on; NULL: the list is to be fetched */
  DashBackoff backoff;
  gint64 opened; /* microseconds, when the events were opened; 0: they are not */
  GCancellable *attempt;
  GCancellable *life;
  guint retry_id;
  GFileMonitor *monitor; /* of server.json: a daemon that comes is noticed at once */
  gboolean was_online;
  gboolean starting; /* the user asked for the daemon, which may still have to end first */
  guint answer_ms;   /* 0: the client's own */
  guint silence_ms;
  gboolean launched; /* the daemon, and it has not been met since */
  gboolean clear_text_allowed;
  gboolean may_start; /* FALSE once the user, or someone else, stopped the daemon */
};

/* An attempt from its start, after ending the one under way. */
void dash_connection_begin (DashConnection *self);

/* Ends what is under way, so that none of its callbacks is heard any more. */
void dash_connection_drop_attempt (DashConnection *self);

/* What follows from `failure` (taken over); of the first question to a server. */
void dash_connection_fail (DashConnection *self, GError *failure);
void dash_connection_fail_greeting (DashConnection *self, GError *failure);

void dash_connection_fail_launch (DashConnection *self, DashRemedy remedy, const char *text);

/* The next attempt, after a while. */
void dash_connection_schedule (DashConnection *self);

/* Whether the token would be sent in clear text and nobody has allowed that; asks for it. */
gboolean dash_connection_needs_consent (DashConnection *self);
void dash_connection_ask_consent (DashConnection *self);

/* Tells the user that the server did not do what it was asked for. `failure` is taken over. */
void dash_connection_tell (DashConnection *self, GError *failure);

void dash_connection_take_info (DashConnection *self, DashServerInfo *info);
void dash_connection_set_state (DashConnection *self, DashConnectionState state, DashRemedy remedy,
                                const char *problem);
