/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* A duration as a user types it: "90" (seconds), "5m", "2h", "1.5 h", "2 h 30 min". */

/* FALSE for other text, for 0, and for more than 30 years. */
gboolean vestim_duration_parse (const char *text, double *seconds);

/* (transfer full) the text to type, in the largest unit that gives a whole number. */
char *vestim_duration_text (double seconds);
