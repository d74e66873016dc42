/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) bytes of a log as safe text: valid UTF-8 with "\n" as line ends, without escape
 * sequences of terminals and other control bytes, very long lines broken. */
char *dash_log_text_clean (const char *bytes, gsize length);

/* How many bytes at the end are an incomplete character or line end. */
gsize dash_log_text_cut (const char *bytes, gsize length);

/* (transfer full) (element-type guint) the offsets in characters at which `word` is found in
 * `text`, without overlaps; none for an empty word. */
GArray *dash_log_text_find (const char *text, const char *word, gboolean match_case);
