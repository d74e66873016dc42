/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/vestimd/http/conditional.h"
#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/server-private.h"
#include "daemon/vestimd/sys/log.h"

#define PIECE_SIZE (256 * 1024)

/* A body that is read piece by piece: a piece is read on a worker thread, written, and only when
 * the client has taken it the next one is read. The head goes with the first piece, so that a
 * source that cannot be read at all is answered with an error. */
struct SourceJob
{
  uv_work_t work;
  HttpConn *conn;
  HttpSource source;
  char *content_type;
  int status;
  uint64_t total;  /* bytes of the whole answer's body */
  uint64_t offset; /* of the next piece */
  uint64_t end;
  char *buffer;
  size_t wanted;
  int64_t result;
  bool is_head_sent;
  bool is_working;
};

static void fetch (HttpConn *conn);

static void
release_source (const HttpSource *source)
{
  if (source->release != NULL)
    source->release (source->source);
}

static void
free_job (SourceJob *job)
{
  job->conn->source = NULL;
  release_source (&job->source);
  g_free (job->content_type);
  g_free (job->buffer);
  g_free (job);
}

/* While the worker thread reads, the job stays; it is freed when that comes back. The write of a
 * piece is cancelled before the connection's last callback, so its bytes must outlive this call,
 * too. */
void
source_abandon (HttpConn *conn)
{
  if (conn->source != NULL && conn->source->is_working)
    uv_cancel ((uv_req_t *) &conn->source->work);
}

void
source_closed (HttpConn *conn)
{
  if (conn->source != NULL && !conn->source->is_working)
    free_job (conn->source);
}

static void
on_work (uv_work_t *work)
{
  SourceJob *job = work->data;

  job->result = job->source.read (job->source.source, job->offset, job->buffer, job->wanted);
}

static void
on_piece_sent (HttpConn *conn)
{
  SourceJob *job = conn->source;

  if (job->offset < job->end)
    {
      fetch (conn);
      return;
    }
  free_job (job);
  conn_answered (conn);
}

static void
fail (SourceJob *job)
{
  HttpConn *conn = job->conn;
  bool is_head_sent = job->is_head_sent;

  log_warning ("http", "source not read error=%s",
               job->result < 0 ? strerror ((int) -job->result) : "shorter than it was");
  free_job (job);
  /* In the middle of a body only the end of the connection tells the client. */
  if (is_head_sent)
    conn_close (conn);
  else
    {
      exchange_begin (conn);
      http_exchange_fail (&conn->exchange, 500,
                          "The file could not be read: see the server's log for the reason.", NULL);
    }
}

static void
send_piece (SourceJob *job)
{
  HttpConn *conn = job->conn;
  HttpBytes part = { .data = job->buffer, .length = (size_t) job->result };
  bool is_first = !job->is_head_sent;

  if (is_first)
    exchange_make_head (&conn->exchange, job->status, job->content_type, true, job->total);
  job->is_head_sent = true;
  job->offset += part.length;
  conn->state = CONN_WRITING;
  conn_send (conn, is_first ? conn->out : NULL, &part, 1, on_piece_sent);
}

static void
on_worked (uv_work_t *work, int status)
{
  SourceJob *job = work->data;
  HttpConn *conn = job->conn;

  job->is_working = false;
  if (conn->state == CONN_CLOSED)
    {
      if (conn->is_handle_closed)
        free_job (job);
      conn_free_if_unused (conn);
      return;
    }
  if (job->result > 0 && (uint64_t) job->result <= job->wanted)
    send_piece (job);
  else
    fail (job);
}

static void
fetch (HttpConn *conn)
{
  SourceJob *job = conn->source;
  uint64_t left = job->end - job->offset;

  job->wanted = left < PIECE_SIZE ? (size_t) left : PIECE_SIZE;
  if (job->buffer == NULL)
    job->buffer = g_malloc (job->wanted);
  job->work.data = job;
  job->is_working = true;
  conn->state = CONN_FETCHING;
  uv_queue_work (conn->server->config.loop, &job->work, on_work, on_worked);
}

static RangeKind
find_range (HttpExchange *exchange, int status, const HttpSource *source, uint64_t *first,
            uint64_t *length)
{
  const char *range = http_exchange_header (exchange, "Range");
  const char *if_range = http_exchange_header (exchange, "If-Range");
  unsigned from = 0;

  *first = 0;
  *length = source->size;
  if (status != 200 || !source->ranges || range == NULL || exchange->is_head)
    return RANGE_WHOLE;
  if (if_range != NULL
      && (exchange->etag == NULL || !conditional_is_same (if_range, exchange->etag)))
    return RANGE_WHOLE;
  http_parser_header (&exchange->conn->parser, "Range", &from);
  if (http_parser_header (&exchange->conn->parser, "Range", &from) != NULL)
    return RANGE_WHOLE;
  return range_parse (range, source->size, first, length);
}

static void
add_content_range (HttpExchange *exchange, RangeKind kind, uint64_t first, uint64_t length,
                   uint64_t size)
{
  char text[96];

  if (kind == RANGE_UNSATISFIABLE)
    snprintf (text, sizeof text, "bytes */%" G_GUINT64_FORMAT, size);
  else
    snprintf (text, sizeof text,
              "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, first,
              first + length - 1, size);
  http_exchange_add_header (exchange, "Content-Range", text);
}

static void
start (HttpConn *conn, int status, const char *content_type, const HttpSource *source,
       uint64_t first, uint64_t length)
{
  SourceJob *job = g_new0 (SourceJob, 1);

  job->conn = conn;
  job->source = *source;
  job->status = status;
  job->content_type = g_strdup (content_type);
  job->total = length;
  job->offset = first;
  job->end = first + length;
  conn->source = job;
  fetch (conn);
}

static void
send_without_body (HttpExchange *exchange, int status, const char *content_type,
                   const HttpSource *source)
{
  HttpConn *conn = exchange->conn;

  release_source (source);
  exchange_make_head (exchange, status, content_type, status != 304, source->size);
  conn->state = CONN_WRITING;
  conn_send (conn, conn->out, NULL, 0, conn_answered);
}

void
http_exchange_respond_source (HttpExchange *exchange, int status, const char *content_type,
                              const HttpSource *source)
{
  HttpConn *conn = exchange->conn;
  uint64_t first, length;
  RangeKind kind;

  if (!exchange_take_back (exchange))
    {
      release_source (source);
      return;
    }
  if (source->ranges)
    http_exchange_add_header (exchange, "Accept-Ranges", "bytes");
  if (exchange_is_unchanged (exchange, status))
    {
      send_without_body (exchange, 304, NULL, source);
      return;
    }
  kind = find_range (exchange, status, source, &first, &length);
  if (kind != RANGE_WHOLE)
    add_content_range (exchange, kind, first, length, source->size);
  if (kind == RANGE_UNSATISFIABLE)
    {
      release_source (source);
      http_exchange_fail (exchange, 416, "The range begins behind the end: ask for less.", NULL);
    }
  else if (exchange->is_head || length == 0)
    send_without_body (exchange, status, content_type, source);
  else
    start (conn, kind == RANGE_PART ? 206 : status, content_type, source, first, length);
}
