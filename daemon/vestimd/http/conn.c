/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/conn.h"

#include <stdio.h>
#include <sys/socket.h>

#include "daemon/vestimd/sys/log.h"

/* Input flows from on_read() into the parser, whose events go to the ConnHandler. The handler
 * answers with conn_answer(), at once or later; conn_answered() then goes on with the next request.
 *
 * An answer that was sent before its request was read in full must not end in a reset, which could
 * destroy it on its way: so our side is shut down, and for a while input is read and dropped
 * (LINGERING).
 *
 * A closed connection stays in memory while a handler has its request or a worker thread reads for
 * it: each of them holds it, and so does the open handle. */

#define LINGER_MS 2000
#define LINGER_BYTES (8 * 1024 * 1024)

#define TO(state) VESTIM_MACHINE_TO (CONN_##state)

/* A request goes from IDLE to WRITING, and skips the states in which nothing has to be waited for.
 * CLOSING can follow any state: the client has gone or is too slow, or the server closes.
 *
 * Invariants: the handle is open up to CLOSING, and closed in CLOSED. Input goes to the parser up
 * to WRITING, and is dropped in STREAMING and LINGERING. HANDLING and FETCHING have no deadline,
 * because the client is waiting for the daemon. */
static const VestimMachineState states[] = {
  [CONN_IDLE] = { "idle", TO (HEAD) | TO (BODY) | TO (HANDLING) | TO (WRITING) | TO (CLOSING) },
  [CONN_HEAD] = { "head", TO (BODY) | TO (HANDLING) | TO (WRITING) | TO (CLOSING) },
  [CONN_BODY] = { "body", TO (HANDLING) | TO (WRITING) | TO (CLOSING) },
  [CONN_HANDLING] = { "handling", TO (FETCHING) | TO (WRITING) | TO (STREAMING) | TO (CLOSING) },
  [CONN_FETCHING] = { "fetching", TO (WRITING) | TO (CLOSING) },
  [CONN_WRITING] = { "writing", TO (FETCHING) | TO (IDLE) | TO (LINGERING) | TO (CLOSING) },
  [CONN_STREAMING] = { "streaming", TO (LINGERING) | TO (CLOSING) },
  [CONN_LINGERING] = { "lingering", TO (CLOSING) },
  [CONN_CLOSING] = { "closing", TO (CLOSED) },
  [CONN_CLOSED] = { "closed", 0 },
};

#undef TO

static const VestimMachineType machine_type = { "connection", states, G_N_ELEMENTS (states),
                                                log_transition };

static void process (HttpConn *conn);

static unsigned
write_timeout (const HttpConn *conn)
{
  return conn->write_timeout_ms > 0 ? conn->write_timeout_ms
                                    : conn->shared->config->write_timeout_ms;
}

static unsigned
time_limit (const HttpConn *conn, ConnState state)
{
  const HttpServerConfig *config = conn->shared->config;

  switch (state)
    {
    case CONN_IDLE:
      return config->idle_timeout_ms;
    case CONN_HEAD:
      return config->header_timeout_ms;
    case CONN_BODY:
      return config->body_timeout_ms;
    case CONN_WRITING:
    case CONN_STREAMING:
      return write_timeout (conn);
    case CONN_LINGERING:
      return LINGER_MS;
    case CONN_HANDLING:
    case CONN_FETCHING:
    case CONN_CLOSING:
    case CONN_CLOSED:
      break;
    }
  return 0; /* none */
}

void
conn_move (HttpConn *conn, ConnState to)
{
  vestim_machine_move (&conn->machine, to, conn->id);
  conn->deadline = uv_now (conn->shared->config->loop) + time_limit (conn, to);
}

static bool
is_reading (const HttpConn *conn)
{
  return conn_state (conn) <= CONN_BODY;
}

void
conn_hold (HttpConn *conn)
{
  conn->n_holders++;
}

void
conn_release (HttpConn *conn)
{
  ConnShared *shared = conn->shared;

  if (--conn->n_holders > 0)
    return;
  shared->handler->free (conn);
  shared->freed (shared->owner);
}

static void
on_closed (uv_handle_t *handle)
{
  HttpConn *conn = handle->data;

  conn_move (conn, CONN_CLOSED);
  conn->shared->handler->on_closed (conn);
  conn->shared->closed (conn->shared->owner, conn);
  conn_release (conn);
}

void
conn_close (HttpConn *conn)
{
  if (conn_is_gone (conn))
    return;
  conn_move (conn, CONN_CLOSING);
  uv_close ((uv_handle_t *) &conn->tcp, on_closed);
}

static void
on_shutdown (uv_shutdown_t *request, int status)
{
  HttpConn *conn = request->data;

  if (status < 0 || conn->has_ended)
    conn_close (conn);
}

static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
  HttpConn *conn = handle->data;
  size_t size = 0;

  if (conn_state (conn) == CONN_LINGERING || conn_state (conn) == CONN_STREAMING)
    {
      *buf = uv_buf_init (conn->shared->discard, CONN_DISCARD_SIZE);
      return;
    }
  buf->base = http_parser_get_room (&conn->parser, &size);
  buf->len = size;
}

static void
drop_input (HttpConn *conn, size_t length)
{
  if (conn_state (conn) != CONN_LINGERING)
    return;
  conn->dropped += length;
  if (conn->dropped >= LINGER_BYTES)
    conn_close (conn);
}

static bool
has_written_all (const HttpConn *conn)
{
  return uv_stream_get_write_queue_size ((const uv_stream_t *) &conn->tcp) == 0;
}

/* A client may send all its requests, shut down its side, and then read the answers, even one
 * without end. In LINGERING, what is not written yet is written first; on_shutdown() follows. */
static void
on_end (HttpConn *conn)
{
  conn->has_ended = true;
  if (is_reading (conn))
    process (conn);
  else if (conn_state (conn) == CONN_STREAMING || conn_state (conn) == CONN_HANDLING)
    conn->shared->handler->on_client_end (conn);
  else if (conn_state (conn) == CONN_LINGERING && has_written_all (conn))
    conn_close (conn);
}

static void
on_read (uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
  HttpConn *conn = stream->data;

  if (conn_is_gone (conn) || nread == 0)
    return;
  if (nread == UV_EOF)
    on_end (conn);
  else if (nread == UV_ENOBUFS) /* until the next request */
    uv_read_stop (stream);
  else if (nread < 0)
    conn_close (conn);
  else if (buf->base == conn->shared->discard)
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
  int r;

  if (conn->has_ended || conn_is_gone (conn))
    return;
  r = uv_read_start ((uv_stream_t *) &conn->tcp, on_alloc, on_read);
  if (r < 0 && r != UV_EALREADY)
    conn_close (conn);
}

void
conn_linger (HttpConn *conn)
{
  if (conn_is_gone (conn))
    return;
  conn->shutdown.data = conn;
  conn_move (conn, CONN_LINGERING);
  if (uv_shutdown (&conn->shutdown, (uv_stream_t *) &conn->tcp, on_shutdown) < 0)
    conn_close (conn);
  else
    start_reading (conn);
}

bool
conn_decide_last (HttpConn *conn)
{
  conn->is_last = conn->is_last || conn->parser.head.is_closing || conn->shared->is_draining
                  || !http_parser_is_complete (&conn->parser);
  return conn->is_last;
}

void
conn_answer (HttpConn *conn, const GString *head, const HttpBytes *parts, size_t n_parts,
             void (*sent) (HttpConn *conn))
{
  conn_move (conn, CONN_WRITING);
  conn_send (conn, head, parts, n_parts, sent != NULL ? sent : conn_answered);
}

void
conn_answered (HttpConn *conn)
{
  if (conn->is_last)
    {
      conn_linger (conn);
      return;
    }
  http_parser_finish (&conn->parser);
  conn_move (conn, CONN_IDLE);
  process (conn);
}

static void
await_input (HttpConn *conn)
{
  bool is_idle = http_parser_is_idle (&conn->parser);

  if (conn->has_ended || (is_idle && conn->shared->is_draining))
    conn_close (conn);
  else if (is_idle)
    return;
  else if (!http_parser_has_head (&conn->parser))
    {
      if (conn_state (conn) == CONN_IDLE)
        conn_move (conn, CONN_HEAD);
    }
  else
    {
      if (conn_state (conn) != CONN_BODY)
        conn_move (conn, CONN_BODY);
      conn->shared->handler->on_body_wait (conn);
    }
}

/* False when more input is needed. */
static bool
step (HttpConn *conn)
{
  const ConnHandler *handler = conn->shared->handler;

  switch (http_parser_next (&conn->parser))
    {
    case PARSER_MORE:
      await_input (conn);
      return false;
    case PARSER_HEAD:
      handler->on_head (conn);
      break;
    case PARSER_BODY:
      handler->on_body (conn);
      break;
    case PARSER_DONE:
      handler->on_request (conn);
      break;
    case PARSER_ERROR:
      handler->on_error (conn, conn->parser.status, conn->parser.detail);
      break;
    }
  return true;
}

/* An answer that is made and taken at once comes back here by conn_answered(): the loop then goes
 * on, instead of a recursion as deep as there are requests in the buffer. */
static void
process (HttpConn *conn)
{
  if (conn->is_processing)
    return;
  conn->is_processing = true;
  while (is_reading (conn) && step (conn))
    ;
  conn->is_processing = false;
  if (is_reading (conn))
    start_reading (conn);
}

/* A client that has closed its socket refuses what we send, but libuv does not look any more once
 * the client has ended its side. */
static bool
has_refused (const HttpConn *conn)
{
  int error = 0;
  socklen_t length = sizeof error;
  uv_os_fd_t fd;

  return conn->has_ended && uv_fileno ((const uv_handle_t *) &conn->tcp, &fd) == 0
         && getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0;
}

/* A client that takes a few bytes now and then is slow; one that takes none is gone or hostile. */
static void
check_output (HttpConn *conn, uint64_t now)
{
  size_t unwritten = uv_stream_get_write_queue_size ((uv_stream_t *) &conn->tcp);

  if (unwritten == 0 || unwritten != conn->unwritten)
    {
      conn->unwritten = unwritten;
      conn->deadline = now + write_timeout (conn);
    }
  else if (now >= conn->deadline)
    conn_close (conn);
  if (has_refused (conn))
    conn_close (conn);
}

void
conn_check_deadline (HttpConn *conn, uint64_t now)
{
  const ConnHandler *handler = conn->shared->handler;
  bool is_late = now >= conn->deadline;

  switch (conn_state (conn))
    {
    case CONN_HEAD:
      if (is_late)
        handler->on_error (conn, 408,
                           "The request's header took too long to arrive: send it without pauses.");
      break;
    case CONN_BODY:
      if (is_late)
        handler->on_error (
            conn, 408, "The request's body took too long to arrive: send it faster, or send less.");
      break;
    case CONN_WRITING:
    case CONN_STREAMING:
      check_output (conn, now);
      break;
    case CONN_IDLE:
    case CONN_LINGERING:
      if (is_late)
        conn_close (conn);
      break;
    case CONN_HANDLING:
      if (has_refused (conn))
        conn_close (conn);
      break;
    case CONN_FETCHING:
    case CONN_CLOSING:
    case CONN_CLOSED:
      break;
    }
}

void
conn_init (HttpConn *conn, ConnShared *shared)
{
  conn->shared = shared;
  conn->n_holders = 1;
  snprintf (conn->id, sizeof conn->id, "%u", ++shared->n_accepted);
  vestim_machine_init (&conn->machine, &machine_type, CONN_IDLE);
  http_parser_init (&conn->parser);
  uv_tcp_init (shared->config->loop, &conn->tcp);
  conn->tcp.data = conn;
  conn->deadline = uv_now (shared->config->loop) + shared->config->idle_timeout_ms;
}

void
conn_deinit (HttpConn *conn)
{
  http_parser_deinit (&conn->parser);
}

void
conn_start (HttpConn *conn)
{
  uv_tcp_nodelay (&conn->tcp, 1);
  start_reading (conn);
}
