/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* What a server serves, and to whom. */

typedef struct HttpExchange HttpExchange;

typedef void (*HttpHandler) (HttpExchange *exchange);

/* What becomes of a request's body. */
typedef enum
{
  HTTP_BODY_DROPPED, /* The handler does not need it. It is checked (a body that is not JSON gets
                        415), read, and dropped. */
  HTTP_BODY_JSON,    /* any other media type gets 415 */
  HTTP_BODY_ANY,     /* bytes of any media type */
} HttpBodyUse;

typedef struct
{
  const char *method;  /* "GET" (includes HEAD), "POST", … */
  const char *pattern; /* "/jobs/{id}/files/{path*}"; `*`: the rest of the path, with its slashes */
  HttpHandler handler;
  HttpBodyUse body;
  const char *query; /* (nullable) Names of the query parameters, separated by spaces. Any other
                        parameter gets 422. */
} HttpRoute;

typedef struct
{
  uv_loop_t *loop;
  const HttpRoute *routes;
  size_t n_routes;
  const char *token; /* (nullable) NULL: --no-auth */
  const char *host;  /* (nullable) our name or address besides the loopback's */
  /* (nullable) Those of proxies and tunnels, NULL-terminated, each with or without ":port". */
  const char *const *allowed_hosts;
  const char *server_name; /* value of the `Server` header */
  /* (nullable) Called for each path that fits a pattern, before the method and the body are
   * checked; only the parameters are known then. Returns (nullable) the detail of a 404 when what
   * the path names does not exist. */
  const char *(*missing) (const HttpExchange *exchange);
  /* (nullable) Called before an invalid query gets 422, on routes with a JSON body, because a
   * malformed body comes first in the order of errors. False: it has answered. */
  bool (*check_body) (HttpExchange *exchange);
  /* (nullable) Called in place of a route's handler, and calls it, at once or later. */
  void (*call) (HttpExchange *exchange, HttpHandler handler);
  void *user; /* http_exchange_user() */

  /* Limits, in milliseconds and bytes; 0 for the default. Tests lower them. */
  unsigned header_timeout_ms; /* 10 s */
  unsigned body_timeout_ms;   /* 30 s */
  unsigned idle_timeout_ms;   /* 75 s */
  unsigned write_timeout_ms;  /* 30 s in which the client takes no byte */
  size_t max_connections;     /* 1024; more get 503 */
  size_t max_stream_backlog;  /* 4 MiB unread on an event stream */
} HttpServerConfig;
