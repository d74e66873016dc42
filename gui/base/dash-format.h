/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/job/vestim-job.h"

/* Values in the form that users read. All results are (transfer full) unless const. */

const char *dash_format_state (VestimJobState state);       /* "Running"; static, translated */
const char *dash_format_state_icon (VestimJobState state);  /* an icon's name; static */
const char *dash_format_state_class (VestimJobState state); /* (nullable) a CSS class; static */
const char *dash_format_kind (VestimJobKind kind);          /* static, translated */

char *dash_format_duration (double seconds); /* "1:05", "2:03:04"; "–" for NAN */
char *dash_format_uptime (double seconds);   /* "3 min", "2 h 5 min", "4 days" */
char *dash_format_size (int64_t bytes);
char *dash_format_memory (int64_t mib);      /* "8.0 GiB": as a user types what a job needs */
char *dash_format_percent (double fraction); /* "42 %" */
char *dash_format_place (double value);      /* on an axis: "84675", "0.25"; ten digits */

/* A menu shows "_" as the mark of a mnemonic: the text with each one doubled. */
char *dash_format_menu_label (const char *text);

/* "just now", "5 min ago", "Today 14:03", "Yesterday 14:03", "3 Nov 2026"; "–" for 0. */
char *dash_format_relative (int64_t time_ms, int64_t now_ms);
char *dash_format_exact (int64_t time_ms); /* the local date and time, to the second */

int64_t dash_format_now (void); /* milliseconds since the epoch */
