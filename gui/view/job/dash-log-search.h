/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* The search in the part of a log that is in a text view: marks all matches, goes from one to the
 * next. It stays right while text comes and goes at both ends. */
typedef struct _DashLogSearch DashLogSearch;

DashLogSearch *dash_log_search_new (GtkTextView *text);
void dash_log_search_free (DashLogSearch *self);

/* Begins anew from what is on view. An empty `word` ends the search. */
void dash_log_search_set (DashLogSearch *self, const char *word, gboolean match_case);

/* Selects the next match on that side of the last one, and scrolls there. FALSE when there is none
 * in the text; the next call goes on from that end of the text, should more have come there. */
gboolean dash_log_search_move (DashLogSearch *self, gboolean back);

/* (nullable) (transfer full) "3 of 17 matches", NULL without a word. Marks what came meanwhile. */
char *dash_log_search_dup_summary (DashLogSearch *self);
