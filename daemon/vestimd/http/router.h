/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "daemon/vestimd/http/server-config.h"

/* Method and path → route. Of the patterns that fit a path, the most literal one is used: with both
 * "/jobs/clear" and "/jobs/{id}", "/jobs/clear" is never a job. */

#define ROUTER_MAX_PARAMS 4

typedef struct Router Router;

typedef enum
{
  ROUTER_FOUND,
  ROUTER_OPTIONS,  /* the path exists and the method is OPTIONS */
  ROUTER_E_METHOD, /* the path exists, the method does not */
  ROUTER_E_PATH,
} RouterResult;

typedef struct
{
  const char *name; /* not terminated */
  size_t name_length;
  const char *value; /* decoded, in the scratch memory */
} RouterParam;

typedef struct
{
  const HttpRoute *route; /* with ROUTER_FOUND */
  int shape;              /* number of the pattern that fits; below 0: none */
  RouterParam params[ROUTER_MAX_PARAMS];
  size_t n_params;
} RouterMatch;

/* `routes` is borrowed for the router's life. */
Router *router_new (const HttpRoute *routes, size_t n_routes);
void router_free (Router *router);

/* All escapes of `path` are well-formed. `scratch` has room for `length` + 1 bytes and must live as
 * long as `match`, whose values are in it. HEAD finds GET's route. */
RouterResult router_find (const Router *router, const char *method, const char *path, size_t length,
                          char *scratch, RouterMatch *match);

/* Appends the methods of a pattern as a value of `Allow`; of all patterns if `shape` is below 0. */
void router_append_allow (const Router *router, int shape, GString *out);

/* Checks the names and escapes of a query against the route's list. (nullable, transfer full) the
 * errors, as VestimFieldErrors. */
GPtrArray *router_check_query (const HttpRoute *route, const char *query);
