/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#include "daemon/vestimd/http/conn.h"

/* Bytes that the client did not take at once. */
typedef struct
{
  uv_write_t request;
  HttpConn *conn;
  void (*sent) (HttpConn *conn);
  size_t n_parts;
  HttpBytes parts[];
} Write;

void
conn_release_parts (const HttpBytes *parts, size_t n_parts)
{
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i].release != NULL)
      parts[i].release (parts[i].owner);
}

static uv_buf_t *
get_bufs (ConnShared *shared, size_t n)
{
  if (n > shared->n_bufs)
    {
      shared->bufs = g_renew (uv_buf_t, shared->bufs, n);
      shared->n_bufs = n;
    }
  return shared->bufs;
}

static size_t
fill_bufs (uv_buf_t *bufs, const GString *head, const HttpBytes *parts, size_t n_parts)
{
  size_t n = 0;

  if (head != NULL)
    bufs[n++] = uv_buf_init (head->str, (unsigned) head->len);
  for (size_t i = 0; i < n_parts; i++)
    if (parts[i].length > 0)
      {
        bufs[n].base = (char *) parts[i].data;
        bufs[n++].len = parts[i].length;
      }
  return n;
}

static void
skip_bytes (uv_buf_t **bufs, size_t *n, size_t length)
{
  while (*n > 0 && length >= (*bufs)->len)
    {
      length -= (*bufs)->len;
      (*bufs)++;
      (*n)--;
    }
  if (length > 0)
    {
      (*bufs)->base += length;
      (*bufs)->len -= length;
    }
}

/* 0, or an error other than UV_EAGAIN. */
static int
write_at_once (HttpConn *conn, uv_buf_t **bufs, size_t *n)
{
  size_t left = *n;

  while (left > 0)
    {
      int r = uv_try_write ((uv_stream_t *) &conn->tcp, *bufs, (unsigned) left);

      if (r < 0)
        return r == UV_EAGAIN ? 0 : r;
      skip_bytes (bufs, n, (size_t) r);
      /* One call takes IOV_MAX buffers; a shorter write means that the socket is full. */
      if (left - *n < IOV_MAX)
        break;
      left = *n;
    }
  return 0;
}

static void
on_written (uv_write_t *request, int status)
{
  Write *write = (Write *) request;
  HttpConn *conn = write->conn;
  void (*sent) (HttpConn * conn) = write->sent;

  conn_release_parts (write->parts, write->n_parts);
  g_free (write);
  if (conn_is_gone (conn))
    return;
  if (status < 0)
    conn_close (conn);
  else if (sent != NULL)
    sent (conn);
}

static int
write_later (HttpConn *conn, const uv_buf_t *bufs, size_t n, const HttpBytes *parts, size_t n_parts,
             void (*sent) (HttpConn *conn))
{
  Write *write = g_malloc (sizeof *write + n_parts * sizeof *parts);
  int r;

  write->conn = conn;
  write->sent = sent;
  write->n_parts = n_parts;
  if (n_parts > 0)
    memcpy (write->parts, parts, n_parts * sizeof *parts);
  r = uv_write (&write->request, (uv_stream_t *) &conn->tcp, bufs, (unsigned) n, on_written);
  if (r < 0)
    g_free (write);
  return r;
}

void
conn_send (HttpConn *conn, const GString *head, const HttpBytes *parts, size_t n_parts,
           void (*sent) (HttpConn *conn))
{
  bool is_late = false;
  uv_buf_t *bufs;
  size_t n;
  int r = UV_ECANCELED;

  if (!conn_is_gone (conn))
    {
      bufs = get_bufs (conn->shared, n_parts + 1);
      n = fill_bufs (bufs, head, parts, n_parts);
      r = write_at_once (conn, &bufs, &n);
      is_late = r == 0 && n > 0;
      if (is_late)
        r = write_later (conn, bufs, n, parts, n_parts, sent);
    }
  if (is_late && r == 0)
    return;
  conn_release_parts (parts, n_parts);
  if (r < 0)
    conn_close (conn);
  else if (sent != NULL)
    sent (conn);
}
