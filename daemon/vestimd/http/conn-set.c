/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/conn-set.h"

static void
on_closed (void *owner, HttpConn *conn)
{
  ConnSet *set = owner;

  if (conn->previous != NULL)
    conn->previous->next = conn->next;
  else
    set->first = conn->next;
  if (conn->next != NULL)
    conn->next->previous = conn->previous;
  set->n_open--;
  set->gone (set->user);
}

static void
on_freed (void *owner)
{
  ConnSet *set = owner;

  set->n_in_memory--;
  set->gone (set->user);
}

void
conn_set_init (ConnSet *set, const HttpServerConfig *config, const ConnHandler *handler,
               void *handler_user, void (*gone) (void *user), void *user)
{
  set->shared.config = config;
  set->shared.handler = handler;
  set->shared.handler_user = handler_user;
  set->shared.closed = on_closed;
  set->shared.freed = on_freed;
  set->shared.owner = set;
  set->gone = gone;
  set->user = user;
}

void
conn_set_deinit (ConnSet *set)
{
  g_free (set->shared.bufs);
}

void
conn_set_add (ConnSet *set, HttpConn *conn)
{
  conn->next = set->first;
  if (set->first != NULL)
    set->first->previous = conn;
  set->first = conn;
  set->n_open++;
  set->n_in_memory++;
}

void
conn_set_check_deadlines (ConnSet *set, uint64_t now)
{
  for (HttpConn *conn = set->first; conn != NULL; conn = conn->next)
    conn_check_deadline (conn, now);
}

void
conn_set_drain (ConnSet *set)
{
  set->shared.is_draining = true;
  for (HttpConn *conn = set->first; conn != NULL; conn = conn->next)
    if (conn_state (conn) == CONN_IDLE)
      conn_close (conn);
}

static bool
is_answering (const HttpConn *conn)
{
  switch (conn_state (conn))
    {
    case CONN_HANDLING:
    case CONN_FETCHING:
    case CONN_WRITING:
      return true;
    case CONN_LINGERING:
      return uv_stream_get_write_queue_size ((const uv_stream_t *) &conn->tcp) > 0;
    case CONN_IDLE:
    case CONN_HEAD:
    case CONN_BODY:
    case CONN_STREAMING:
    case CONN_CLOSING:
    case CONN_CLOSED:
      break;
    }
  return false;
}

bool
conn_set_is_idle (const ConnSet *set)
{
  for (const HttpConn *conn = set->first; conn != NULL; conn = conn->next)
    if (is_answering (conn))
      return false;
  return true;
}

void
conn_set_close_all (ConnSet *set)
{
  for (HttpConn *conn = set->first; conn != NULL; conn = conn->next)
    conn_close (conn);
}
