/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/server.h"

#include <assert.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/vestimd/http/conn-set.h"
#include "daemon/vestimd/http/request-pipeline.h"
#include "daemon/vestimd/sys/log.h"

#define BACKLOG 4096
#define MIN_TICK_MS 10
#define MAX_TICK_MS 500
/* Connections beyond the limit whose clients may still read their 503. */
#define MAX_REFUSED 64
/* Descriptors that are left to the rest of the process: files, jobs. */
#define MAX_RESERVE 64

/* Accepting. libuv cannot stop listening other than by closing the handle, and without a free
 * descriptor it accepts clients only to close them. So a pause closes the handle, and the socket
 * lives on in a second descriptor, `spare_fd`; clients then wait in the kernel's queue. */

struct HttpServer
{
  HttpServerConfig config; /* with the defaults filled in */
  RequestPipeline *pipeline;
  ConnSet conns;
  uv_tcp_t listener;
  uv_timer_t tick; /* deadlines of all connections, and the end of a pause */
  uint64_t tick_ms;
  int spare_fd;     /* -1: not listening, or draining */
  size_t n_handles; /* of our own: listener and tick */
  bool is_listening;
  bool has_listener; /* also while its handle is being closed */
  bool is_ticking;
  bool is_closing;
  bool is_closed; /* `closed` was called */
  void (*closed) (void *user);
  void *closed_user;
};

static void on_tick (uv_timer_t *timer);

static void
start_ticking (HttpServer *server)
{
  if (server->is_ticking || server->is_closing)
    return;
  server->is_ticking = true;
  uv_timer_start (&server->tick, on_tick, server->tick_ms, server->tick_ms);
}

/* The server's memory outlives that of its connections. */
static void
free_if_unused (void *user)
{
  HttpServer *server = user;

  request_pipeline_set_connections (server->pipeline, server->conns.n_open);
  if (!server->is_closing || server->n_handles > 0 || server->conns.n_open > 0)
    return;
  if (!server->is_closed)
    {
      server->is_closed = true;
      if (server->closed != NULL)
        server->closed (server->closed_user);
    }
  if (server->conns.n_in_memory > 0)
    return;
  conn_set_deinit (&server->conns);
  request_pipeline_free (server->pipeline);
  g_free (server);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  HttpServer *server = handle->data;

  server->n_handles--;
  if (handle == (uv_handle_t *) &server->listener)
    server->has_listener = false;
  free_if_unused (server);
}

static void
stop_listening (HttpServer *server)
{
  if (!server->is_listening)
    return;
  server->is_listening = false;
  uv_close ((uv_handle_t *) &server->listener, on_handle_closed);
}

static void
pause_accepting (HttpServer *server, const char *reason)
{
  log_warning ("http", "accepting paused reason=\"%s\" connections=%zu", reason,
               server->conns.n_open);
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
  /* The kernel gives the lowest free number, so all below the newest one are in use. */
  return (rlim_t) newest >= limit.rlim_cur - reserve;
}

static void
serve (HttpServer *server, HttpConn *conn)
{
  const HttpServerConfig *config = &server->config;
  uv_os_fd_t fd;

  if (uv_accept ((uv_stream_t *) &server->listener, (uv_stream_t *) &conn->tcp) < 0
      || server->conns.n_open > config->max_connections + MAX_REFUSED)
    conn_close (conn);
  else if (server->conns.n_open > config->max_connections)
    request_pipeline_refuse (conn);
  else
    conn_start (conn);
  if (!conn_is_gone (conn) && uv_fileno ((uv_handle_t *) &conn->tcp, &fd) == 0
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
  conn = request_pipeline_new_conn (server->pipeline, &server->conns.shared);
  conn_set_add (&server->conns, conn);
  request_pipeline_set_connections (server->pipeline, server->conns.n_open);
  start_ticking (server);
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

  conn_set_check_deadlines (&server->conns, now);
  if (!server->is_listening && server->spare_fd >= 0)
    {
      if (resume_accepting (server) == 0 && server->is_listening)
        log_info ("http", "accepting resumed connections=%zu", server->conns.n_open);
    }
  else if (server->conns.first == NULL)
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

/* A deadline is late by a quarter at most. */
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
  server->pipeline = request_pipeline_new (&server->config);
  conn_set_init (&server->conns, &server->config, &request_pipeline_handler, server->pipeline,
                 free_if_unused, server);
  server->spare_fd = -1;
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

  assert (server->spare_fd < 0);
  server->spare_fd = fd;
  request_pipeline_set_port (server->pipeline, port);
  return copy < 0 ? uv_translate_sys_error (errno) : listen_on (server, copy);
}

void
http_server_drain (HttpServer *server)
{
  if (server->conns.shared.is_draining)
    return;
  stop_listening (server);
  if (server->spare_fd >= 0)
    close (server->spare_fd);
  server->spare_fd = -1;
  conn_set_drain (&server->conns);
}

bool
http_server_is_idle (const HttpServer *server)
{
  return conn_set_is_idle (&server->conns);
}

void
http_server_close (HttpServer *server, void (*closed) (void *user), void *user)
{
  assert (!server->is_closing);
  http_server_drain (server);
  server->is_closing = true;
  server->closed = closed;
  server->closed_user = user;
  conn_set_close_all (&server->conns);
  uv_close ((uv_handle_t *) &server->tick, on_handle_closed);
}
