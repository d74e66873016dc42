/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/exchange.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/conditional.h"
#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/server-private.h"

void
exchange_begin (HttpConn *conn)
{
  HttpExchange *exchange = &conn->exchange;

  g_string_truncate (exchange->fields, 0);
  g_clear_pointer (&exchange->etag, g_free);
  memset (&exchange->request, 0, sizeof exchange->request);
  memset (&exchange->match, 0, sizeof exchange->match);
  exchange->has_cache_control = false;
  exchange->is_head = http_parser_has_head (&conn->parser)
                      && strcmp (http_parser_method (&conn->parser), "HEAD") == 0;
}

const HttpRequest *
http_exchange_request (const HttpExchange *exchange)
{
  return &exchange->request;
}

const char *
http_exchange_header (const HttpExchange *exchange, const char *name)
{
  return http_parser_header (&exchange->conn->parser, name, NULL);
}

bool
http_exchange_has_twice (const HttpExchange *exchange, const char *name)
{
  const HttpParser *parser = &exchange->conn->parser;
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
  return exchange->conn->server->config.user;
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
exchange_take_back (HttpExchange *exchange)
{
  HttpConn *conn = exchange->conn;

  conn->is_pending = false;
  if (conn->state != CONN_CLOSED)
    return true;
  conn_free_if_unused (conn);
  return false;
}

bool
exchange_is_unchanged (const HttpExchange *exchange, int status)
{
  const char *list;
  unsigned from = 0;

  if (status != 200 || exchange->etag == NULL || exchange->request.method == NULL
      || strcmp (exchange->request.method, "GET") != 0)
    return false;
  while ((list = http_parser_header (&exchange->conn->parser, "If-None-Match", &from)) != NULL)
    if (conditional_lists_etag (list, exchange->etag))
      return true;
  return false;
}

void
exchange_make_head (HttpExchange *exchange, int status, const char *content_type, bool has_length,
                    uint64_t length)
{
  HttpConn *conn = exchange->conn;
  ResponseHead head = { .status = status,
                        .content_type = content_type,
                        .fields = exchange->fields->str,
                        .length = length,
                        .has_length = has_length,
                        .has_cache_control = exchange->has_cache_control,
                        .has_etag = exchange->etag != NULL };

  conn->is_closing = conn->is_closing || conn->parser.head.is_closing || conn->server->is_draining
                     || !http_parser_is_complete (&conn->parser);
  head.is_closing = conn->is_closing;
  g_string_truncate (conn->out, 0);
  response_append_head (conn->out, &conn->server->common, &head);
}

static void
send_head (HttpExchange *exchange)
{
  HttpConn *conn = exchange->conn;

  conn->state = CONN_WRITING;
  conn_send (conn, conn->out, NULL, 0, conn_answered);
}

/* Makes the head, and sends it when there is no body to follow. */
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
  send_head (exchange);
  return false;
}

void
http_exchange_respond (HttpExchange *exchange, int status, const char *content_type,
                       const char *body, size_t length)
{
  HttpConn *conn = exchange->conn;

  if (!exchange_take_back (exchange) || !begin_answer (exchange, status, content_type, length))
    return;
  g_string_append_len (conn->out, body, (gssize) length);
  send_head (exchange);
}

void
http_exchange_respond_bytes (HttpExchange *exchange, int status, const char *content_type,
                             const HttpBytes *parts, size_t n_parts)
{
  HttpConn *conn = exchange->conn;
  uint64_t length = 0;

  for (size_t i = 0; i < n_parts; i++)
    length += parts[i].length;
  if (!exchange_take_back (exchange) || !begin_answer (exchange, status, content_type, length))
    {
      conn_release_parts (parts, n_parts);
      return;
    }
  conn->state = CONN_WRITING;
  conn_send (conn, conn->out, parts, n_parts, conn_answered);
}

void
http_exchange_fail (HttpExchange *exchange, int status, const char *detail,
                    const struct _GPtrArray *errors)
{
  g_autoptr (GString) body = g_string_new (NULL);

  response_append_problem (body, status, detail, errors);
  http_exchange_respond (exchange, status, "application/problem+json", body->str, body->len);
}
