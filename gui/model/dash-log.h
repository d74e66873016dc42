/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* The part of a job's log that a view shows. It starts at the end of the log, grows at both ends on
 * request, and drops text at the other end beyond a limit, so that a log of any length takes the
 * same memory. The view updates its buffer by the signals.
 *
 * Signals: "appended" (const char *text), "prepended" (const char *text), "cut-head" (guint chars),
 * "cut-tail" (guint chars), "restarted" (): empty the buffer, "settled" (): a load has ended,
 * perhaps without text. */
#define DASH_TYPE_LOG (dash_log_get_type ())
G_DECLARE_FINAL_TYPE (DashLog, dash_log, DASH, LOG, GObject)

DashLog *dash_log_new (DashConnection *connection, const char *job_id);

void dash_log_load_end (DashLog *self); /* restarts at the end */
void dash_log_load_later (DashLog *self);
void dash_log_load_earlier (DashLog *self);

/* While live, new text is loaded twice a second. */
void dash_log_set_live (DashLog *self, gboolean live);

gboolean dash_log_is_at_start (DashLog *self);
gboolean dash_log_is_at_end (DashLog *self);    /* the last known byte is in the view */
goffset dash_log_get_total (DashLog *self);     /* bytes, as far as known */
const char *dash_log_get_error (DashLog *self); /* (nullable) of the last load */
