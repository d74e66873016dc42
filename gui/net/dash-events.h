/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-snapshot.h"
#include "common/access/vestim-client.h"

/* One event stream. It is opened once and ends with "lost"; the owner then makes the next one, with
 * the last ID of this one.
 *
 * Signals: "opened" (); "job" (DashSnapshot *): new or changed; "removed" (const char *const
 * *job_ids, NULL: all jobs); "queue" (): the settings of the queue changed; "reset" (): events are
 * missing, fetch the list again; "lost" (const GError *). */
#define DASH_TYPE_EVENTS (dash_events_get_type ())
G_DECLARE_FINAL_TYPE (DashEvents, dash_events, DASH, EVENTS, GObject)

/* The stream continues after the event `last_id` (nullable). */
DashEvents *dash_events_new (VestimClient *client, const char *last_id);

/* Opens the stream, which is lost when the server sends nothing for `silence_ms`. */
void dash_events_open (DashEvents *self, guint silence_ms);

/* No signal is emitted after that. */
void dash_events_close (DashEvents *self);

/* (nullable) the ID of the last event. */
const char *dash_events_get_last_id (DashEvents *self);
