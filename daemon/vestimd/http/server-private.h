/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/conn.h"
#include "daemon/vestimd/http/auth.h"
#include "daemon/vestimd/http/response.h"
#include "daemon/vestimd/http/server.h"

#define DISCARD_SIZE (64 * 1024)

struct HttpServer
{
  HttpServerConfig config; /* with the defaults filled in */
  Router *router;
  Auth *auth; /* from http_server_listen() on */
  ResponseCommon common;
  uv_tcp_t listener;
  uv_timer_t tick; /* deadlines of all connections, and the end of a pause */
  uint64_t tick_ms;
  int spare_fd; /* the listening socket once more: it outlives a pause */
  HttpConn *conns;
  size_t n_conns;   /* open ones */
  size_t n_handles; /* of our own: listener and tick */
  size_t n_users;   /* connections that still have memory, and the server itself */
  bool is_listening;
  bool has_listener; /* also while its handle is being closed */
  bool is_ticking;
  bool is_draining;
  bool is_closing;
  void (*closed) (void *user);
  void *closed_user;
  uv_buf_t *bufs; /* scratch memory of conn_send() */
  size_t n_bufs;
  char discard[DISCARD_SIZE]; /* input that nobody looks at */
};

void server_conn_closed (HttpServer *server, HttpConn *conn);
void server_unref (HttpServer *server);
