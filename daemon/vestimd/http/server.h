/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "daemon/vestimd/http/exchange.h"

/* The HTTP server: connections of one listening socket, routed by a table. Knows nothing of jobs.
 */

typedef struct HttpServer HttpServer;

typedef void (*HttpHandler) (HttpExchange *exchange);

typedef struct
{
  const char *method;  /* "GET" (HEAD comes with it), "POST", … */
  const char *pattern; /* "/jobs/{id}/files/{path*}"; `*`: the rest of the path, with its slashes */
  HttpHandler handler;
  bool json;         /* the handler wants the body; on other routes it is checked (a body that is
                        not JSON is answered 415 everywhere), read, and dropped */
  const char *query; /* (nullable) allowed query parameters, separated by spaces; any other is
                        answered 422 */
} HttpRoute;

typedef struct
{
  uv_loop_t *loop;
  const HttpRoute *routes;
  size_t n_routes;
  const char *token; /* (nullable) NULL: --no-auth */
  const char *const
      *hosts; /* host names and addresses that are ours besides the loopback's, NULL-terminated,
               * without port (an entry with ":port" is taken as it is) */
  const char *server_name; /* value of the `Server` header */
  /* (nullable) Asked for each path that fits a pattern, when only its parameters are known, before
   * the method and the body are looked at: (nullable) a sentence when what it names does not exist,
   * which is answered 404. */
  const char *(*missing) (const HttpExchange *exchange);
  /* (nullable) asked before a bad query is answered 422, on routes with a JSON body, whose own
   * errors come first: false when it has answered. */
  bool (*check_body) (HttpExchange *exchange);
  void *user; /* http_exchange_user() */

  /* Limits, 0 for the default; tests lower them. Milliseconds and bytes. */
  unsigned header_timeout_ms; /* 10 s */
  unsigned body_timeout_ms;   /* 30 s */
  unsigned idle_timeout_ms;   /* 75 s */
  unsigned write_timeout_ms;  /* 30 s without a byte taken by the client */
  size_t max_connections;     /* 1024; more are answered 503 */
  size_t max_stream_backlog;  /* 4 MiB unread on an event stream */
} HttpServerConfig;

/* Routes, token and hosts: token and hosts are copied when listening, the routes are borrowed for
 * the server's life. The process has to ignore SIGPIPE. */
HttpServer *http_server_new (const HttpServerConfig *config);

/* Takes the listening descriptor of "http/listener.h". 0 or a UV_* error. */
int http_server_listen (HttpServer *server, int fd, int port);

/* Stops accepting and answers requests that come from now on with 503, `Retry-After`, `Connection:
 * close`. Idle connections are closed. */
void http_server_drain (HttpServer *server);

/* True when no answer is under way. Event streams do not count. */
bool http_server_is_idle (const HttpServer *server);

/* Closes all that is left; `closed` is called when the last handle is gone, after which the server
 * is gone. */
void http_server_close (HttpServer *server, void (*closed) (void *user), void *user);
