/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Searches the part of a log that a text view contains: highlights all matches and moves from one
 * to the next. It stays correct while text is added and removed at both ends. */
typedef struct _DashLogSearch DashLogSearch;

/* `text` must outlive the search. */
DashLogSearch *dash_log_search_new (GtkTextView *text);

/* `self` (nullable). */
void dash_log_search_free (DashLogSearch *self);

/* Starts a search from the visible text. An empty `word` ends the search. */
void dash_log_search_set (DashLogSearch *self, const char *word, gboolean match_case);

/* Selects the match before or after the last one and scrolls to it. FALSE without such a match; the
 * next call then continues from that end of the text, where more text may have been added. */
gboolean dash_log_search_move (DashLogSearch *self, gboolean backward);

/* (nullable) (transfer full) "3 of 17 matches", NULL without a word. Highlights matches in text
 * that was added since. */
char *dash_log_search_dup_summary (DashLogSearch *self);
