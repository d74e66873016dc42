/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* (transfer full) bytes of a log as text fit to be shown: valid UTF-8, line ends as "\n", escape
 * sequences of terminals and other control bytes left out, endless lines broken. */
char *dash_log_text_clean (const char *bytes, gsize length);

/* How many bytes at the end are the begin of a character or line end that is not there in full. */
gsize dash_log_text_cut (const char *bytes, gsize length);

/* (transfer full) (element-type guint) where `word` begins in `text`, in characters; those that
 * overlap the one before are left out. An empty word is nowhere. */
GArray *dash_log_text_find (const char *text, const char *word, gboolean match_case);
