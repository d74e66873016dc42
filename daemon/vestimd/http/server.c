/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/server.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/vestimd/http/server-private.h"
#include "daemon/vestimd/sys/log.h"

#define BACKLOG 4096
#define MIN_TICK_MS 10
#define MAX_TICK_MS 500
/* Connections beyond the limit that may wait for their client to read its 503. */
#define MAX_REFUSED 64
/* Descriptors that are left to the rest of the process: files, jobs. */
#define MAX_RESERVE 64

static int resume_accepting (HttpServer *server);
static void on_tick (uv_timer_t *timer);

static void
start_ticking (HttpServer *server)
{
  if (server->is_ticking || server->is_closing)
    return;
  server->is_ticking = true;
  uv_timer_start (&server->tick, on_tick, server->tick_ms, server->tick_ms);
}

static void
close_if_unused (HttpServer *server)
{
  if (!server->is_closing || server->n_handles > 0 || server->n_conns > 0)
    return;
  if (server->closed != NULL)
    server->closed (server->closed_user);
  server_unref (server);
}

void
server_unref (HttpServer *server)
{
  if (--server->n_users > 0)
    return;
  router_free (server->router);
  if (server->auth != NULL)
    auth_free (server->auth);
  response_common_deinit (&server->common);
  g_free (server->bufs);
  g_free (server);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  HttpServer *server = handle->data;

  server->n_handles--;
  if (handle == (uv_handle_t *) &server->listener)
    server->has_listener = false;
  close_if_unused (server);
}

static void
stop_listening (HttpServer *server)
{
  if (!server->is_listening)
    return;
  server->is_listening = false;
  uv_close ((uv_handle_t *) &server->listener, on_handle_closed);
}

/* While we pause, clients wait in the kernel's queue. libuv cannot stop to listen other than by
 * closing, and without a free descriptor it takes clients only to close them; so the handle is
 * closed, and the socket lives on in the spare descriptor. */
static void
pause_accepting (HttpServer *server, const char *reason)
{
  log_warning ("http", "accepting paused reason=\"%s\" connections=%zu", reason, server->n_conns);
  stop_listening (server);
  start_ticking (server);
}

static bool
is_low_on_descriptors (int newest)
{
  struct rlimit limit;
  rlim_t reserve;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
    return false;
  reserve = MIN (limit.rlim_cur / 8, MAX_RESERVE);
  /* The kernel hands out the lowest free number: all below the newest one are in use. */
  return (rlim_t) newest >= limit.rlim_cur - reserve;
}

static void
add_conn (HttpServer *server, HttpConn *conn)
{
  conn->next = server->conns;
  if (server->conns != NULL)
    server->conns->previous = conn;
  server->conns = conn;
  server->n_conns++;
  server->n_users++;
  start_ticking (server);
}

void
server_conn_closed (HttpServer *server, HttpConn *conn)
{
  if (conn->previous != NULL)
    conn->previous->next = conn->next;
  else
    server->conns = conn->next;
  if (conn->next != NULL)
    conn->next->previous = conn->previous;
  server->n_conns--;
  close_if_unused (server);
}

static void
serve (HttpServer *server, HttpConn *conn)
{
  uv_os_fd_t fd;

  if (uv_accept ((uv_stream_t *) &server->listener, (uv_stream_t *) &conn->tcp) < 0
      || server->n_conns > server->config.max_connections + MAX_REFUSED)
    conn_close (conn);
  else if (server->n_conns > server->config.max_connections)
    conn_refuse (conn);
  else
    conn_start (conn);
  if (conn->state != CONN_CLOSED && uv_fileno ((uv_handle_t *) &conn->tcp, &fd) == 0
      && is_low_on_descriptors (fd))
    pause_accepting (server, "few descriptors are left");
}

static void
on_connection (uv_stream_t *listener, int status)
{
  HttpServer *server = listener->data;
  HttpConn *conn;

  if (status < 0)
    {
      pause_accepting (server, uv_strerror (status));
      return;
    }
  conn = conn_new (server);
  uv_tcp_init (server->config.loop, &conn->tcp);
  conn->tcp.data = conn;
  add_conn (server, conn);
  serve (server, conn);
}

static int
listen_on (HttpServer *server, int fd)
{
  int r;

  uv_tcp_init (server->config.loop, &server->listener);
  server->listener.data = server;
  server->has_listener = true;
  server->is_listening = true;
  server->n_handles++;
  r = uv_tcp_open (&server->listener, fd);
  if (r < 0)
    close (fd);
  else
    r = uv_listen ((uv_stream_t *) &server->listener, BACKLOG, on_connection);
  if (r < 0)
    stop_listening (server);
  return r;
}

/* 0, or UV_EMFILE when descriptors are still few. */
static int
resume_accepting (HttpServer *server)
{
  int fd;

  if (server->has_listener)
    return 0;
  fd = fcntl (server->spare_fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0)
    return uv_translate_sys_error (errno);
  if (!is_low_on_descriptors (fd))
    return listen_on (server, fd);
  close (fd);
  return UV_EMFILE;
}

static void
on_tick (uv_timer_t *timer)
{
  HttpServer *server = timer->data;
  uint64_t now = uv_now (server->config.loop);

  for (HttpConn *conn = server->conns; conn != NULL; conn = conn->next)
    conn_check_deadline (conn, now);
  if (!server->is_listening && !server->is_draining && server->spare_fd >= 0)
    {
      if (resume_accepting (server) == 0 && server->is_listening)
        log_info ("http", "accepting resumed connections=%zu", server->n_conns);
    }
  else if (server->conns == NULL)
    {
      uv_timer_stop (timer);
      server->is_ticking = false;
    }
}

static void
fill_defaults (HttpServerConfig *config)
{
  if (config->header_timeout_ms == 0)
    config->header_timeout_ms = 10 * 1000;
  if (config->body_timeout_ms == 0)
    config->body_timeout_ms = 30 * 1000;
  if (config->idle_timeout_ms == 0)
    config->idle_timeout_ms = 75 * 1000;
  if (config->write_timeout_ms == 0)
    config->write_timeout_ms = 30 * 1000;
  if (config->max_connections == 0)
    config->max_connections = 1024;
  if (config->max_stream_backlog == 0)
    config->max_stream_backlog = 4 * 1024 * 1024;
}

/* Fine enough that a deadline is late by a quarter at most. */
static uint64_t
choose_tick (const HttpServerConfig *config)
{
  unsigned shortest = MIN (MIN (config->header_timeout_ms, config->body_timeout_ms),
                           MIN (config->idle_timeout_ms, config->write_timeout_ms));

  return CLAMP (shortest / 4, MIN_TICK_MS, MAX_TICK_MS);
}

HttpServer *
http_server_new (const HttpServerConfig *config)
{
  HttpServer *server = g_new0 (HttpServer, 1);

  server->config = *config;
  fill_defaults (&server->config);
  server->router = router_new (config->routes, config->n_routes);
  response_common_init (&server->common, config->server_name);
  server->spare_fd = -1;
  server->n_users = 1;
  server->tick_ms = choose_tick (&server->config);
  uv_timer_init (config->loop, &server->tick);
  server->tick.data = server;
  server->n_handles = 1;
  return server;
}

int
http_server_listen (HttpServer *server, int fd, int port)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);

  assert (server->spare_fd < 0 && server->auth == NULL);
  server->spare_fd = fd;
  server->auth = auth_new (server->config.token, server->config.hosts, port);
  return copy < 0 ? uv_translate_sys_error (errno) : listen_on (server, copy);
}

void
http_server_drain (HttpServer *server)
{
  if (server->is_draining)
    return;
  server->is_draining = true;
  stop_listening (server);
  if (server->spare_fd >= 0)
    close (server->spare_fd);
  server->spare_fd = -1;
  for (HttpConn *conn = server->conns; conn != NULL; conn = conn->next)
    if (conn->state == CONN_READING && http_parser_is_idle (&conn->parser))
      conn_close (conn);
}

static bool
is_answering (const HttpConn *conn)
{
  switch (conn->state)
    {
    case CONN_HANDLING:
    case CONN_FETCHING:
    case CONN_WRITING:
      return true;
    case CONN_LINGERING:
      return uv_stream_get_write_queue_size ((const uv_stream_t *) &conn->tcp) > 0;
    case CONN_READING:
    case CONN_STREAMING:
    case CONN_CLOSED:
      break;
    }
  return false;
}

bool
http_server_is_idle (const HttpServer *server)
{
  for (const HttpConn *conn = server->conns; conn != NULL; conn = conn->next)
    if (is_answering (conn))
      return false;
  return true;
}

void
http_server_close (HttpServer *server, void (*closed) (void *user), void *user)
{
  assert (!server->is_closing);
  http_server_drain (server);
  server->is_closing = true;
  server->closed = closed;
  server->closed_user = user;
  for (HttpConn *conn = server->conns; conn != NULL; conn = conn->next)
    conn_close (conn);
  uv_close ((uv_handle_t *) &server->tick, on_handle_closed);
}
