/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/service-calls.h"

/* The query part of a request's address. Which parameters a route takes is in the route table, and
 * looked after by http. */

#define QUERY_MAX_PARAMETERS 16

typedef struct
{
  char *names[QUERY_MAX_PARAMETERS];
  char *values[QUERY_MAX_PARAMETERS];
  unsigned n;
} Query;

/* Takes `text` (nullable) apart. What is malformed or doubled is added to `errors`. */
void query_parse (Query *query, const char *text, GPtrArray *errors);
void query_clear (Query *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Query, query_clear)

/* (nullable) */
const char *query_get (const Query *query, const char *name);

/* Each leaves `*value` as it is when the parameter is absent, and adds a fault when it is not
 * valid. */
void query_get_bool (const Query *query, const char *name, bool *value, GPtrArray *errors);
void query_get_count (const Query *query, const char *name, int64_t *value, GPtrArray *errors);
void query_get_states (const Query *query, const char *name, ServiceStates *states,
                       GPtrArray *errors);
