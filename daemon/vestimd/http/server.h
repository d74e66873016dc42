/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/server-config.h"

/* The HTTP server: connections of one listening socket, routed by a table. Knows nothing of jobs.
 */

typedef struct HttpServer HttpServer;

/* Token and hosts are copied when listening; the routes are borrowed for the server's life. The
 * process has to ignore SIGPIPE. */
HttpServer *http_server_new (const HttpServerConfig *config);

/* Takes the listening descriptor of "http/listener.h". 0 or a UV_* error. */
int http_server_listen (HttpServer *server, int fd, int port);

/* Stops accepting. Idle connections are closed; requests that come on the others get 503 with
 * `Retry-After` and `Connection: close`. */
void http_server_drain (HttpServer *server);

/* True when no answer is in progress. Event streams do not count. */
bool http_server_is_idle (const HttpServer *server);

/* Closes all connections. `closed` is called when the last handle is gone; the server is then gone,
 * too. */
void http_server_close (HttpServer *server, void (*closed) (void *user), void *user);
