/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/vestimd/http/conditional.h"
#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/sys/log.h"

/* A body that is read piece by piece: a worker thread reads a piece, the client takes it, and only
 * then the next one is read. The head goes with the first piece, so that a source that cannot be
 * read at all gets an error as its answer.
 *
 * A source being read holds the connection: the worker thread may come back after the client has
 * gone. */

#define PIECE_SIZE (256 * 1024)

struct SourceRead
{
  uv_work_t work;
  HttpExchange *exchange;
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

static void fetch (SourceRead *read);

static void
release_source (const HttpSource *source)
{
  if (source->release != NULL)
    source->release (source->source);
}

static void
free_read (SourceRead *read)
{
  HttpExchange *exchange = read->exchange;

  exchange->source = NULL;
  release_source (&read->source);
  g_free (read->content_type);
  g_free (read->buffer);
  g_free (read);
  conn_release (&exchange->conn);
}

/* While the worker thread reads, the memory stays; on_worked() then frees it. */
void
exchange_drop_source (HttpExchange *exchange)
{
  SourceRead *read = exchange->source;

  if (read == NULL)
    return;
  if (read->is_working)
    uv_cancel ((uv_req_t *) &read->work);
  else
    free_read (read);
}

static void
on_work (uv_work_t *work)
{
  SourceRead *read = work->data;

  read->result = read->source.read (read->source.source, read->offset, read->buffer, read->wanted);
}

static void
on_piece_sent (HttpConn *conn)
{
  SourceRead *read = exchange_of (conn)->source;

  if (read->offset < read->end)
    {
      fetch (read);
      return;
    }
  free_read (read);
  conn_answered (conn);
}

static void
fail (SourceRead *read)
{
  HttpExchange *exchange = read->exchange;
  bool is_head_sent = read->is_head_sent;

  log_warning ("http", "source not read error=%s",
               read->result < 0 ? strerror ((int) -read->result) : "the file became shorter");
  free_read (read);
  /* In the middle of a body only the end of the connection tells the client. */
  if (is_head_sent)
    conn_close (&exchange->conn);
  else
    {
      exchange_begin (exchange);
      http_exchange_fail (exchange, 500,
                          "The file could not be read: see the server's log for the reason.", NULL);
    }
}

static void
send_piece (SourceRead *read)
{
  HttpExchange *exchange = read->exchange;
  HttpBytes part = { .data = read->buffer, .length = (size_t) read->result };
  bool is_first = !read->is_head_sent;

  if (is_first)
    exchange_make_head (exchange, read->status, read->content_type, true, read->total);
  read->is_head_sent = true;
  read->offset += part.length;
  conn_answer (&exchange->conn, is_first ? exchange->out : NULL, &part, 1, on_piece_sent);
}

static void
on_worked (uv_work_t *work, int status)
{
  SourceRead *read = work->data;
  ConnState state = conn_state (&read->exchange->conn);

  read->is_working = false;
  if (state == CONN_CLOSED)
    free_read (read);
  else if (state == CONN_CLOSING)
    return; /* exchange_drop_source() follows */
  else if (read->result > 0 && (uint64_t) read->result <= read->wanted)
    send_piece (read);
  else
    fail (read);
}

static void
fetch (SourceRead *read)
{
  HttpConn *conn = &read->exchange->conn;
  uint64_t left = read->end - read->offset;

  read->wanted = left < PIECE_SIZE ? (size_t) left : PIECE_SIZE;
  if (read->buffer == NULL)
    read->buffer = g_malloc (read->wanted);
  read->work.data = read;
  read->is_working = true;
  conn_move (conn, CONN_FETCHING);
  uv_queue_work (conn->shared->config->loop, &read->work, on_work, on_worked);
}

static RangeKind
find_range (HttpExchange *exchange, int status, const HttpSource *source, uint64_t *first,
            uint64_t *length)
{
  const char *range = http_exchange_header (exchange, "Range");
  const char *if_range = http_exchange_header (exchange, "If-Range");

  *first = 0;
  *length = source->size;
  if (status != 200 || !source->ranges || range == NULL || exchange->is_head)
    return RANGE_WHOLE;
  if (if_range != NULL
      && (exchange->etag == NULL || !conditional_is_same (if_range, exchange->etag)))
    return RANGE_WHOLE;
  if (http_exchange_has_twice (exchange, "Range"))
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
start (HttpExchange *exchange, int status, const char *content_type, const HttpSource *source,
       uint64_t first, uint64_t length)
{
  SourceRead *read = g_new0 (SourceRead, 1);

  read->exchange = exchange;
  read->source = *source;
  read->status = status;
  read->content_type = g_strdup (content_type);
  read->total = length;
  read->offset = first;
  read->end = first + length;
  exchange->source = read;
  conn_hold (&exchange->conn);
  fetch (read);
}

static void
send_without_body (HttpExchange *exchange, int status, const char *content_type,
                   const HttpSource *source)
{
  release_source (source);
  exchange_make_head (exchange, status, content_type, status != 304, source->size);
  conn_answer (&exchange->conn, exchange->out, NULL, 0, NULL);
}

void
http_exchange_respond_source (HttpExchange *exchange, int status, const char *content_type,
                              const HttpSource *source)
{
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
      http_exchange_fail (exchange, 416,
                          "The range starts after the end: see the size in Content-Range.", NULL);
    }
  else if (exchange->is_head || length == 0)
    send_without_body (exchange, status, content_type, source);
  else
    start (exchange, kind == RANGE_PART ? 206 : status, content_type, source, first, length);
}
