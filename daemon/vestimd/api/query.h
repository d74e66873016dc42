/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/service-calls.h"

/* The query of a request. The http layer checks the parameters' names against the route table. */

#define QUERY_MAX_PARAMETERS 16

typedef struct
{
  char *names[QUERY_MAX_PARAMETERS];
  char *values[QUERY_MAX_PARAMETERS];
  unsigned n;
} Query;

/* Parses `text` (nullable). Malformed or doubled parameters are added to `errors`. */
void query_parse (Query *query, const char *text, GPtrArray *errors);
void query_clear (Query *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

/* (nullable) */
const char *query_get (const Query *query, const char *name);

/* If the parameter is absent, `*value` stays as it is. An error is added if it is not valid. */
void query_get_bool (const Query *query, const char *name, bool *value, GPtrArray *errors);
void query_get_count (const Query *query, const char *name, int64_t *value, GPtrArray *errors);

/* A list of statuses. `more` (nullable): further words that it may have, each with its bit; the
 * last word is NULL. */
typedef struct
{
  const char *word;
  unsigned bit;
} QueryWord;

void query_get_states (const Query *query, const char *name, const QueryWord *more,
                       ServiceStates *states, GPtrArray *errors);
