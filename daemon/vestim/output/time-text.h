/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Times for people. All results are (transfer full). Times are milliseconds since the epoch. */

/* "just now", "3 min ago", "2 h ago", "4 days ago", "in 5 min"; from 30 days on the date. "" for
 * 0. */
char *time_text_relative (int64_t time_ms, int64_t now_ms);

/* "2026-11-22 19:50:12 +0100": the local time, to the second. "" for 0. */
char *time_text_exact (int64_t time_ms);

/* "0.4 s", "12 s", "5 min 3 s", "2 h 5 min", "3 d 4 h"; "" for NAN. */
char *time_text_span (double seconds);

int64_t time_text_now (void);
