/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/exchange.h"

#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/conditional.h"
#include "daemon/vestimd/http/exchange-private.h"

#define KEEPALIVE_S 60

HttpExchange *
exchange_new (ConnShared *conns, ExchangeShared *shared)
{
  HttpExchange *exchange = g_new0 (HttpExchange, 1);

  conn_init (&exchange->conn, conns);
  exchange->shared = shared;
  exchange->out = g_string_sized_new (1024);
  exchange->fields = g_string_new (NULL);
  return exchange;
}

void
exchange_free (HttpConn *conn)
{
  HttpExchange *exchange = exchange_of (conn);

  conn_deinit (conn);
  g_string_free (exchange->out, TRUE);
  g_string_free (exchange->fields, TRUE);
  g_free (exchange->etag);
  g_free (exchange->path);
  g_free (exchange);
}

void
exchange_closed (HttpConn *conn)
{
  HttpExchange *exchange = exchange_of (conn);
  HttpStream stream = exchange->stream;
  void (*gone) (void *user) = exchange->gone;

  exchange_drop_source (exchange);
  if (stream.closed == NULL && gone == NULL)
    return;
  exchange->stream.closed = NULL;
  if (gone != NULL)
    gone (exchange->gone_user);
  else
    stream.closed (stream.user);
  exchange_take_back (exchange);
}

void
exchange_begin (HttpExchange *exchange)
{
  const HttpParser *parser = &exchange->conn.parser;

  g_string_truncate (exchange->fields, 0);
  g_clear_pointer (&exchange->etag, g_free);
  memset (&exchange->request, 0, sizeof exchange->request);
  memset (&exchange->match, 0, sizeof exchange->match);
  exchange->complete_at = 0;
  exchange->has_cache_control = false;
  exchange->has_continued = false;
  exchange->is_chunked = false;
  exchange->is_head =
      http_parser_has_head (parser) && strcmp (http_parser_method (parser), "HEAD") == 0;
}

void
exchange_hand_over (HttpExchange *exchange)
{
  exchange->has_handler = true;
  conn_hold (&exchange->conn);
}

bool
exchange_take_back (HttpExchange *exchange)
{
  bool is_gone = conn_is_gone (&exchange->conn);

  http_exchange_end_wait (exchange);
  if (exchange->has_handler)
    {
      exchange->has_handler = false;
      conn_release (&exchange->conn);
    }
  return !is_gone;
}

const HttpRequest *
http_exchange_request (const HttpExchange *exchange)
{
  return &exchange->request;
}

const char *
http_exchange_header (const HttpExchange *exchange, const char *name)
{
  return http_parser_header (&exchange->conn.parser, name, NULL);
}

bool
http_exchange_has_twice (const HttpExchange *exchange, const char *name)
{
  const HttpParser *parser = &exchange->conn.parser;
  unsigned from = 0;

  return http_parser_header (parser, name, &from) != NULL
         && http_parser_header (parser, name, &from) != NULL;
}

const char *
http_exchange_param (const HttpExchange *exchange, const char *name)
{
  const RouterMatch *match = &exchange->match;
  size_t length = strlen (name);

  for (size_t i = 0; i < match->n_params; i++)
    if (match->params[i].name_length == length && memcmp (match->params[i].name, name, length) == 0)
      return match->params[i].value;
  return NULL;
}

void *
http_exchange_user (const HttpExchange *exchange)
{
  return exchange->shared->user;
}

const RequestStats *
http_exchange_stats (const HttpExchange *exchange)
{
  return &exchange->shared->stats;
}

void
http_exchange_add_header (HttpExchange *exchange, const char *name, const char *value)
{
  response_append_field (exchange->fields, name, value);
  if (strcasecmp (name, "ETag") == 0)
    {
      g_free (exchange->etag);
      exchange->etag = g_strdup (value);
    }
  else if (strcasecmp (name, "Cache-Control") == 0)
    exchange->has_cache_control = true;
}

bool
exchange_is_unchanged (const HttpExchange *exchange, int status)
{
  const char *list;
  unsigned from = 0;

  if (status != 200 || exchange->etag == NULL || exchange->request.method == NULL
      || strcmp (exchange->request.method, "GET") != 0)
    return false;
  while ((list = http_parser_header (&exchange->conn.parser, "If-None-Match", &from)) != NULL)
    if (conditional_lists_etag (list, exchange->etag))
      return true;
  return false;
}

bool
http_exchange_is_unchanged (const HttpExchange *exchange)
{
  return exchange_is_unchanged (exchange, 200);
}

/* Each answer has one head. */
static void
count_answer (const HttpExchange *exchange, int status)
{
  uint64_t start = exchange->complete_at;

  request_stats_add (&exchange->shared->stats, exchange->match.route, exchange->is_head, status,
                     start > 0 ? uv_hrtime () - start : 0);
}

void
exchange_make_head (HttpExchange *exchange, int status, const char *content_type, bool has_length,
                    uint64_t length)
{
  ResponseHead head = { .status = status,
                        .content_type = content_type,
                        .fields = exchange->fields->str,
                        .length = length,
                        .has_length = has_length,
                        .is_chunked = exchange->is_chunked,
                        .is_closing = conn_decide_last (&exchange->conn),
                        .has_cache_control = exchange->has_cache_control,
                        .has_etag = exchange->etag != NULL };

  count_answer (exchange, status);
  g_string_truncate (exchange->out, 0);
  response_append_head (exchange->out, &exchange->shared->common, &head);
}

/* Makes the head, and sends it when there is no body to follow: then false. */
static bool
begin_answer (HttpExchange *exchange, int status, const char *content_type, uint64_t length)
{
  bool is_unchanged = exchange_is_unchanged (exchange, status);

  if (is_unchanged)
    exchange_make_head (exchange, 304, NULL, false, 0);
  else
    exchange_make_head (exchange, status, content_type, status != 204, length);
  if (!is_unchanged && !exchange->is_head && status != 204)
    return true;
  conn_answer (&exchange->conn, exchange->out, NULL, 0, NULL);
  return false;
}

void
http_exchange_respond (HttpExchange *exchange, int status, const char *content_type,
                       const char *body, size_t length)
{
  if (!exchange_take_back (exchange) || !begin_answer (exchange, status, content_type, length))
    return;
  g_string_append_len (exchange->out, body, (gssize) length);
  conn_answer (&exchange->conn, exchange->out, NULL, 0, NULL);
}

void
http_exchange_respond_bytes (HttpExchange *exchange, int status, const char *content_type,
                             const HttpBytes *parts, size_t n_parts)
{
  uint64_t length = 0;

  for (size_t i = 0; i < n_parts; i++)
    length += parts[i].length;
  if (exchange_take_back (exchange) && begin_answer (exchange, status, content_type, length))
    conn_answer (&exchange->conn, exchange->out, parts, n_parts, NULL);
  else
    conn_release_parts (parts, n_parts);
}

void
http_exchange_fail (HttpExchange *exchange, int status, const char *detail,
                    const struct _GPtrArray *errors)
{
  http_exchange_fail_with (exchange, status, detail, errors, NULL);
}

void
http_exchange_fail_with (HttpExchange *exchange, int status, const char *detail,
                         const struct _GPtrArray *errors, const char *more)
{
  g_autoptr (GString) body = g_string_new (NULL);

  response_append_problem (body, status, detail, errors, more);
  http_exchange_respond (exchange, status, "application/problem+json", body->str, body->len);
}

/* ---- Waiting ---- */

/* The client sends no more, and may be gone. Only a write shows which. An interim answer is no part
 * of the answer, and HTTP/1.1 lets clients expect one at any time. */
static void
probe (HttpConn *conn)
{
  static const HttpBytes part = { .data = "HTTP/1.1 102 Processing\r\n\r\n", .length = 27 };

  if (conn->parser.head.minor_version > 0)
    conn_send (conn, NULL, &part, 1, NULL);
}

void
http_exchange_wait (HttpExchange *exchange, void (*gone) (void *user), void *user)
{
  exchange->gone = gone;
  exchange->gone_user = user;
  if (exchange->conn.has_ended)
    probe (&exchange->conn);
}

void
http_exchange_end_wait (HttpExchange *exchange)
{
  if (exchange->gone != NULL)
    exchange->complete_at = uv_hrtime ();
  exchange->gone = NULL;
}

void
exchange_client_end (HttpConn *conn)
{
  const HttpExchange *exchange = exchange_of (conn);

  if (exchange->stream.closed != NULL)
    exchange->stream.half_closed (exchange->stream.user);
  else if (exchange->gone != NULL)
    probe (conn);
}

/* ---- Streams ---- */

/* HTTP/1.0 has no chunks: there a stream ends with its connection. */
void
http_exchange_stream_open (HttpExchange *exchange, const char *content_type,
                           const HttpStream *stream)
{
  HttpConn *conn = &exchange->conn;

  if (conn_state (conn) == CONN_CLOSED)
    {
      exchange_take_back (exchange);
      stream->closed (stream->user);
      return;
    }
  exchange->stream = *stream;
  if (conn_is_gone (conn))
    return;
  conn->is_last = true;
  conn->write_timeout_ms = stream->write_timeout_ms;
  uv_tcp_keepalive (&conn->tcp, 1, KEEPALIVE_S); /* a stream may be silent for days */
  exchange->is_chunked = conn->parser.head.minor_version > 0;
  exchange_make_head (exchange, 200, content_type, false, 0);
  if (exchange->is_head)
    conn_answer (conn, exchange->out, NULL, 0, NULL);
  else
    {
      conn_move (conn, CONN_STREAMING);
      conn_send (conn, exchange->out, NULL, 0, NULL);
      if (conn->has_ended && conn_state (conn) == CONN_STREAMING)
        stream->half_closed (stream->user);
    }
}

static void
on_taken (HttpConn *conn)
{
  const HttpStream *stream = &exchange_of (conn)->stream;

  if (stream->closed != NULL)
    stream->taken (stream->user);
}

/* `length` is not 0: an empty chunk would end the stream. */
static void
send_chunk (HttpConn *conn, const HttpBytes *parts, size_t n_parts, size_t length,
            void (*sent) (HttpConn *conn))
{
  g_autofree HttpBytes *chunk = g_new (HttpBytes, n_parts + 2);
  char *size = g_strdup_printf ("%zx\r\n", length);

  chunk[0] = (HttpBytes){ size, strlen (size), g_free, size };
  memcpy (chunk + 1, parts, n_parts * sizeof *parts);
  chunk[n_parts + 1] = (HttpBytes){ "\r\n", 2, NULL, NULL };
  conn_send (conn, NULL, chunk, n_parts + 2, sent);
}

bool
http_exchange_stream_write (HttpExchange *exchange, const HttpBytes *parts, size_t n_parts)
{
  HttpConn *conn = &exchange->conn;
  void (*sent) (HttpConn * conn) = exchange->stream.taken != NULL ? on_taken : NULL;
  size_t unread = uv_stream_get_write_queue_size ((uv_stream_t *) &conn->tcp), length = 0;

  for (size_t i = 0; i < n_parts; i++)
    length += parts[i].length;
  if (conn_state (conn) == CONN_STREAMING
      && unread + length <= conn->shared->config->max_stream_backlog)
    {
      if (exchange->is_chunked)
        send_chunk (conn, parts, n_parts, length, sent);
      else
        conn_send (conn, NULL, parts, n_parts, sent);
      return conn_state (conn) == CONN_STREAMING;
    }
  conn_release_parts (parts, n_parts);
  if (conn_state (conn) == CONN_STREAMING)
    conn_close (conn);
  /* To a HEAD request only the head is sent, so nothing was lost. */
  return exchange->is_head && !conn_is_gone (conn);
}

/* The size of a chunk may have leading zeros. */
bool
http_exchange_stream_probe (HttpExchange *exchange)
{
  static const HttpBytes zero = { .data = "0", .length = 1 };

  if (!exchange->is_chunked)
    return false;
  if (conn_state (&exchange->conn) == CONN_STREAMING)
    conn_send (&exchange->conn, NULL, &zero, 1, NULL);
  return true;
}

void
http_exchange_stream_close (HttpExchange *exchange)
{
  static const HttpBytes last_chunk = { .data = "0\r\n\r\n", .length = 5 };
  HttpConn *conn = &exchange->conn;

  if (conn_state (conn) == CONN_STREAMING && exchange->is_chunked)
    conn_send (conn, NULL, &last_chunk, 1, NULL);
  if (conn_state (conn) == CONN_STREAMING)
    conn_linger (conn);
}

void
http_exchange_stream_abort (HttpExchange *exchange)
{
  conn_close (&exchange->conn);
}
