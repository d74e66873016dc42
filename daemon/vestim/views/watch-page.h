/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "daemon/vestim/output/terminal.h"

/* A job that is watched. */
typedef struct
{
  char *id;
  JsonNode *job; /* (nullable) its object */
  char *line;    /* (nullable) the last line of its log */
} WatchedJob;

/* Appends two lines for each job, one where the terminal has no room for two, and of more jobs how
 * many they are. No line is wider than the terminal. */
void watch_page_append (GString *out, GPtrArray *jobs, const Terminal *terminal);

/* (transfer full) "running, 42 %, epoch 25 of 100: the name" without a line end, for at most
 * `columns` cells (0: any); with a bar of the progress if there is room. */
char *watch_page_dup_line (JsonNode *job, int columns);
