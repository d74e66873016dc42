/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* A length of time as it is typed: "90" (seconds), "1.5 h", "2 h 30 min". */

/* FALSE for what is none, or not above 0, or beyond all bounds. */
gboolean dash_duration_parse (const char *text, double *seconds);

/* (transfer full) how it is typed, in the largest unit that it is a whole number of. */
char *dash_duration_text (double seconds);
