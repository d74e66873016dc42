/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* The part of a job's log that is on view: begins at the end, grows at both ends as it is asked
 * for, and lets go of the other end beyond a limit, so that an endless log costs no more than a
 * short one. Whoever shows it keeps a buffer in step by the signals.
 *
 * Signals: "appended" (const char *text), "prepended" (const char *text), "cut-head" (guint chars),
 * "cut-tail" (guint chars), "restarted" (): the buffer is to be emptied, "settled" (): a load
 * ended, also one that brought nothing. */
#define DASH_TYPE_LOG (dash_log_get_type ())
G_DECLARE_FINAL_TYPE (DashLog, dash_log, DASH, LOG, GObject)

DashLog *dash_log_new (DashConnection *connection, const char *job_id);

void dash_log_load_end (DashLog *self); /* from anew; what was on view goes */
void dash_log_load_later (DashLog *self);
void dash_log_load_earlier (DashLog *self);

/* While live the end is asked for what is new twice a second. */
void dash_log_set_live (DashLog *self, gboolean live);

gboolean dash_log_is_at_start (DashLog *self);
gboolean dash_log_is_at_end (DashLog *self);    /* the last byte that was known is on view */
goffset dash_log_get_total (DashLog *self);     /* bytes, as far as known */
const char *dash_log_get_error (DashLog *self); /* (nullable) of the last load */
