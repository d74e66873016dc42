/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/server-private.h"

/* A stream has no length: it ends with its connection. */
void
http_exchange_stream_open (HttpExchange *exchange, const char *content_type,
                           void (*closed) (void *user), void *user)
{
  HttpConn *conn = exchange->conn;

  if (conn->is_handle_closed)
    {
      exchange_take_back (exchange);
      closed (user);
      return;
    }
  exchange->closed = closed;
  exchange->closed_user = user;
  if (conn->state == CONN_CLOSED)
    return;
  conn->is_closing = true;
  exchange_make_head (exchange, 200, content_type, false, 0);
  conn->state = exchange->is_head ? CONN_WRITING : CONN_STREAMING;
  conn_send (conn, conn->out, NULL, 0, exchange->is_head ? conn_answered : NULL);
}

bool
http_exchange_stream_write (HttpExchange *exchange, const HttpBytes *parts, size_t n_parts)
{
  HttpConn *conn = exchange->conn;
  size_t unread = uv_stream_get_write_queue_size ((uv_stream_t *) &conn->tcp);

  for (size_t i = 0; i < n_parts; i++)
    unread += parts[i].length;
  if (conn->state == CONN_STREAMING && unread <= conn->server->config.max_stream_backlog)
    {
      conn_send (conn, NULL, parts, n_parts, NULL);
      return conn->state == CONN_STREAMING;
    }
  conn_release_parts (parts, n_parts);
  if (conn->state == CONN_STREAMING)
    conn_close (conn);
  /* What follows the head of an answer to HEAD is not sent, which is no fault of the client. */
  return exchange->is_head && conn->state != CONN_CLOSED;
}

void
http_exchange_stream_close (HttpExchange *exchange)
{
  if (exchange->conn->state == CONN_STREAMING)
    conn_linger (exchange->conn);
}
