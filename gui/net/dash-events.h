/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-snapshot.h"
#include "gui/net/dash-client.h"

/* One life of the event stream: opened once, and over with "lost". Who owns it opens the next one,
 * with the last ID of this one.
 *
 * Signals: "opened" (), "job" (DashSnapshot *), "removed" (const char *const *job_ids: NULL for
 * every job), "reset" (): what is known is to be
 * fetched anew, "lost" (const GError *). */
#define DASH_TYPE_EVENTS (dash_events_get_type ())
G_DECLARE_FINAL_TYPE (DashEvents, dash_events, DASH, EVENTS, GObject)

/* `last_id` (nullable): go on behind that event. */
DashEvents *dash_events_new (DashClient *client, const char *last_id);

/* Opens the stream. The first bytes and then a sign of life each `silence_ms` are expected. */
void dash_events_open (DashEvents *self, guint silence_ms);

/* No signal comes after it. */
void dash_events_close (DashEvents *self);

/* (nullable) the ID of the last event. */
const char *dash_events_get_last_id (DashEvents *self);
