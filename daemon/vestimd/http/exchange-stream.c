/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/exchange-private.h"

/* A stream has no length: it ends with its connection. */
void
http_exchange_stream_open (HttpExchange *exchange, const char *content_type,
                           void (*closed) (void *user), void *user)
{
  HttpConn *conn = &exchange->conn;

  if (conn_state (conn) == CONN_CLOSED)
    {
      exchange_take_back (exchange);
      closed (user);
      return;
    }
  exchange->closed = closed;
  exchange->closed_user = user;
  if (conn_is_gone (conn))
    return;
  conn->is_last = true;
  exchange_make_head (exchange, 200, content_type, false, 0);
  if (exchange->is_head)
    conn_answer (conn, exchange->out, NULL, 0, NULL);
  else
    {
      conn_move (conn, CONN_STREAMING);
      conn_send (conn, exchange->out, NULL, 0, NULL);
    }
}

bool
http_exchange_stream_write (HttpExchange *exchange, const HttpBytes *parts, size_t n_parts)
{
  HttpConn *conn = &exchange->conn;
  size_t unread = uv_stream_get_write_queue_size ((uv_stream_t *) &conn->tcp);

  for (size_t i = 0; i < n_parts; i++)
    unread += parts[i].length;
  if (conn_state (conn) == CONN_STREAMING && unread <= conn->shared->config->max_stream_backlog)
    {
      conn_send (conn, NULL, parts, n_parts, NULL);
      return conn_state (conn) == CONN_STREAMING;
    }
  conn_release_parts (parts, n_parts);
  if (conn_state (conn) == CONN_STREAMING)
    conn_close (conn);
  /* To a HEAD request only the head is sent, so nothing was lost. */
  return exchange->is_head && !conn_is_gone (conn);
}

void
http_exchange_stream_close (HttpExchange *exchange)
{
  if (conn_state (&exchange->conn) == CONN_STREAMING)
    conn_linger (&exchange->conn);
}
