/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (nullable) (transfer full) the moment that `text` names, in RFC 3339 with the zone Z: "18:30"
 * (the next one), "18:30:15", "2026-12-01", "2026-12-01 18:30", "tomorrow", "tomorrow 6:00" in the
 * local time, or RFC 3339 with any zone. `now` is the local time. NULL for other text. */
char *moment_parse (const char *text, GDateTime *now);

/* (transfer full) the moment `seconds` after `now`, at most 30 years, in the same form. */
char *moment_after (double seconds, GDateTime *now);
