/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "daemon/vestimd/http/server-config.h"

/* What connections get from the layers above them. */

typedef struct HttpConn HttpConn;

/* What the layer above does at each event. The first five may answer at once. */
typedef struct
{
  void (*on_head) (HttpConn *conn);      /* the head has come */
  void (*on_body) (HttpConn *conn);      /* a body that is not empty begins */
  void (*on_body_wait) (HttpConn *conn); /* the rest of the body has not come yet */
  void (*on_request) (HttpConn *conn);   /* the whole request has come; move to CONN_HANDLING */
  void (*on_error) (HttpConn *conn, int status, const char *detail); /* malformed or too slow */
  void (*on_client_end) (HttpConn *conn); /* in HANDLING and STREAMING: the client sends no more */
  void (*on_closed) (HttpConn *conn);     /* the connection is CONN_CLOSED */
  void (*free) (HttpConn *conn); /* nobody holds it: calls conn_deinit(), frees the memory */
} ConnHandler;

#define CONN_DISCARD_SIZE (64 * 1024)

/* What the connections of one server share. */
typedef struct
{
  const HttpServerConfig *config;
  const ConnHandler *handler;
  void *handler_user;
  /* The owner of the connections, which outlives them. */
  void (*closed) (void *owner, HttpConn *conn); /* the connection is CONN_CLOSED */
  void (*freed) (void *owner);                  /* and its memory was freed */
  void *owner;
  unsigned n_accepted;
  bool is_draining; /* each answer is the last one of its connection */
  /* Scratch memory. */
  uv_buf_t *bufs;
  size_t n_bufs;
  char discard[CONN_DISCARD_SIZE]; /* input that nobody looks at */
} ConnShared;
