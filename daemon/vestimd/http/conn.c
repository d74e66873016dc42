/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/conn.h"

#include <assert.h>

#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/server-private.h"

#define LINGER_MS 2000
#define LINGER_BYTES (8 * 1024 * 1024)

static void process (HttpConn *conn);

static void
wait_for (HttpConn *conn, ConnWait wait)
{
  const HttpServerConfig *config = &conn->server->config;
  const unsigned limits[] = { config->idle_timeout_ms, config->header_timeout_ms,
                              config->body_timeout_ms };

  if (conn->wait == wait && conn->deadline != 0)
    return;
  conn->wait = wait;
  conn->deadline = uv_now (config->loop) + limits[wait];
}

void
conn_free_if_unused (HttpConn *conn)
{
  if (!conn->is_handle_closed || conn->is_pending || conn->source != NULL)
    return;
  http_parser_deinit (&conn->parser);
  g_string_free (conn->exchange.fields, TRUE);
  g_free (conn->exchange.etag);
  g_string_free (conn->out, TRUE);
  g_free (conn->path);
  server_unref (conn->server);
  g_free (conn);
}

static void
on_closed (uv_handle_t *handle)
{
  HttpConn *conn = handle->data;
  void (*closed) (void *user) = conn->exchange.closed;

  conn->is_handle_closed = true;
  source_closed (conn);
  if (closed != NULL)
    {
      conn->exchange.closed = NULL;
      conn->is_pending = false;
      closed (conn->exchange.closed_user);
    }
  server_conn_closed (conn->server, conn);
  conn_free_if_unused (conn);
}

void
conn_close (HttpConn *conn)
{
  if (conn->state == CONN_CLOSED)
    return;
  conn->state = CONN_CLOSED;
  source_abandon (conn);
  uv_close ((uv_handle_t *) &conn->tcp, on_closed);
}

static void
on_shutdown (uv_shutdown_t *request, int status)
{
  HttpConn *conn = request->data;

  if (status < 0)
    conn_close (conn);
}

static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
  HttpConn *conn = handle->data;
  size_t size = 0;

  if (conn->state == CONN_LINGERING || conn->state == CONN_STREAMING)
    {
      *buf = uv_buf_init (conn->server->discard, DISCARD_SIZE);
      return;
    }
  buf->base = http_parser_get_room (&conn->parser, &size);
  buf->len = size;
}

static void
drop_input (HttpConn *conn, size_t length)
{
  if (conn->state != CONN_LINGERING)
    return;
  conn->dropped += length;
  if (conn->dropped >= LINGER_BYTES)
    conn_close (conn);
}

/* A client may send all its requests, shut down its side, and then read the answers. */
static void
on_end (HttpConn *conn)
{
  conn->has_ended = true;
  conn->is_reading = false;
  if (conn->state == CONN_READING)
    process (conn);
  else if (conn->state == CONN_LINGERING || conn->state == CONN_STREAMING)
    conn_close (conn);
}

static void
on_read (uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
  HttpConn *conn = stream->data;

  if (conn->state == CONN_CLOSED || nread == 0)
    return;
  if (nread == UV_EOF)
    on_end (conn);
  else if (nread == UV_ENOBUFS)
    {
      uv_read_stop (stream);
      conn->is_reading = false;
    }
  else if (nread < 0)
    conn_close (conn);
  else if (buf->base == conn->server->discard)
    drop_input (conn, (size_t) nread);
  else
    {
      http_parser_add (&conn->parser, (size_t) nread);
      process (conn);
    }
}

static void
start_reading (HttpConn *conn)
{
  if (conn->is_reading || conn->has_ended || conn->state == CONN_CLOSED)
    return;
  if (uv_read_start ((uv_stream_t *) &conn->tcp, on_alloc, on_read) < 0)
    conn_close (conn);
  else
    conn->is_reading = true;
}

void
conn_linger (HttpConn *conn)
{
  if (conn->state == CONN_CLOSED)
    return;
  conn->shutdown.data = conn;
  conn->state = CONN_LINGERING;
  conn->deadline = uv_now (conn->server->config.loop) + LINGER_MS;
  if (uv_shutdown (&conn->shutdown, (uv_stream_t *) &conn->tcp, on_shutdown) < 0 || conn->has_ended)
    conn_close (conn);
  else
    start_reading (conn);
}

void
conn_answered (HttpConn *conn)
{
  if (conn->is_closing)
    {
      conn_linger (conn);
      return;
    }
  http_parser_finish (&conn->parser);
  conn->state = CONN_READING;
  conn->has_continued = false;
  conn->deadline = 0;
  process (conn);
}

static void
await_input (HttpConn *conn)
{
  if (conn->has_ended)
    conn_close (conn);
  else if (http_parser_is_idle (&conn->parser) && conn->server->is_draining)
    conn_close (conn);
  else if (http_parser_is_idle (&conn->parser))
    wait_for (conn, WAIT_IDLE);
  else if (!http_parser_has_head (&conn->parser))
    wait_for (conn, WAIT_HEAD);
  else
    {
      wait_for (conn, WAIT_BODY);
      conn_continue (conn);
    }
}

static bool
step (HttpConn *conn)
{
  switch (http_parser_next (&conn->parser))
    {
    case PARSER_MORE:
      await_input (conn);
      return false;
    case PARSER_HEAD:
      conn_check_head (conn);
      return true;
    case PARSER_BODY:
      conn_check_body (conn);
      return true;
    case PARSER_DONE:
      conn_dispatch (conn);
      return true;
    case PARSER_ERROR:
      exchange_begin (conn);
      http_exchange_fail (&conn->exchange, conn->parser.status, conn->parser.detail, NULL);
      return true;
    }
  return false;
}

/* An answer that is made and taken at once comes back here by conn_answered(): the loop goes on
 * then, instead of a recursion as deep as there are requests in the buffer. */
static void
process (HttpConn *conn)
{
  if (conn->is_processing)
    return;
  conn->is_processing = true;
  while (conn->state == CONN_READING && step (conn))
    ;
  conn->is_processing = false;
  if (conn->state == CONN_READING)
    start_reading (conn);
}

static void
check_input (HttpConn *conn, uint64_t now)
{
  if (now < conn->deadline)
    return;
  if (conn->wait == WAIT_IDLE)
    {
      conn_close (conn);
      return;
    }
  exchange_begin (conn);
  http_exchange_fail (&conn->exchange, 408,
                      conn->wait == WAIT_HEAD
                          ? "The request's header took too long to come: send it at once."
                          : "The request's body took too long to come: send it faster, or less.",
                      NULL);
}

/* A client that takes a few bytes now and then is slow; one that takes none is gone or hostile. */
static void
check_output (HttpConn *conn, uint64_t now)
{
  size_t unwritten = uv_stream_get_write_queue_size ((uv_stream_t *) &conn->tcp);

  if (unwritten == 0 || unwritten != conn->unwritten)
    {
      conn->unwritten = unwritten;
      conn->deadline = now + conn->server->config.write_timeout_ms;
    }
  else if (now >= conn->deadline)
    conn_close (conn);
}

void
conn_check_deadline (HttpConn *conn, uint64_t now)
{
  switch (conn->state)
    {
    case CONN_READING:
      check_input (conn, now);
      break;
    case CONN_WRITING:
    case CONN_STREAMING:
      check_output (conn, now);
      break;
    case CONN_LINGERING:
      if (now >= conn->deadline)
        conn_close (conn);
      break;
    case CONN_HANDLING:
    case CONN_FETCHING:
    case CONN_CLOSED:
      break;
    }
}

HttpConn *
conn_new (HttpServer *server)
{
  HttpConn *conn = g_new0 (HttpConn, 1);

  conn->server = server;
  conn->exchange.conn = conn;
  conn->exchange.fields = g_string_new (NULL);
  conn->out = g_string_sized_new (1024);
  http_parser_init (&conn->parser);
  return conn;
}

void
conn_start (HttpConn *conn)
{
  uv_tcp_nodelay (&conn->tcp, 1);
  wait_for (conn, WAIT_IDLE);
  start_reading (conn);
}

void
conn_refuse (HttpConn *conn)
{
  exchange_begin (conn);
  http_exchange_add_header (&conn->exchange, "Retry-After", "5");
  http_exchange_fail (&conn->exchange, 503,
                      "Too many connections are open: close some, or try again later.", NULL);
}
