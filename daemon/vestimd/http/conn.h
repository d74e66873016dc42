/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/http/parser.h"
#include "daemon/vestimd/http/router.h"

/* One client: its stream, its parser, its one exchange at a time, its deadlines.
 *
 *   READING ──request──▶ HANDLING ──answer──▶ WRITING ──all taken──▶ READING, or LINGERING
 *      │                    │  └─source─▶ FETCHING ─piece─▶ WRITING ─▶ FETCHING …
 *      │                    └─stream─▶ STREAMING ──closed by us──▶ LINGERING
 *      └──error──▶ WRITING ──▶ LINGERING ──end of input, or too long──▶ CLOSED
 *
 * Any state may go to CLOSED, when the client is gone or a deadline has passed. A closed connection
 * lives on until the handler has answered and the worker thread has come back. */

typedef struct HttpConn HttpConn;
typedef struct SourceJob SourceJob;

typedef enum
{
  CONN_READING,   /* waits for a request, or for the rest of one */
  CONN_HANDLING,  /* a handler has the exchange */
  CONN_FETCHING,  /* the worker thread reads a piece of the answer */
  CONN_WRITING,   /* the client takes the answer */
  CONN_STREAMING, /* an open-ended answer */
  CONN_LINGERING, /* our side is shut down; input is read and dropped */
  CONN_CLOSED,
} ConnState;

typedef enum
{
  WAIT_IDLE,
  WAIT_HEAD,
  WAIT_BODY,
} ConnWait;

struct HttpExchange
{
  HttpConn *conn;
  HttpRequest request;
  RouterMatch match;
  GString *fields; /* those that were added to the coming answer */
  char *etag;      /* (nullable) */
  bool is_head;
  bool has_cache_control;
  void (*closed) (void *user); /* (nullable) of a stream */
  void *closed_user;
};

struct HttpConn
{
  uv_tcp_t tcp;
  uv_shutdown_t shutdown;
  HttpServer *server;
  HttpConn *previous;
  HttpConn *next;
  HttpParser parser;
  HttpExchange exchange;
  SourceJob *source; /* (nullable) */
  GString *out;      /* the head of the answer, and a short body */
  char *path;        /* scratch memory of the router */
  size_t path_size;
  ConnState state;
  ConnWait wait;
  uint64_t deadline; /* of READING and LINGERING, and of a write in progress */
  size_t unwritten;  /* when it was last looked at */
  size_t dropped;    /* bytes of input, while lingering */
  bool is_processing;
  bool is_reading;
  bool has_ended;     /* the client sends no more */
  bool is_closing;    /* this answer is the last */
  bool has_continued; /* 100 was sent */
  bool is_pending;    /* a handler has the exchange */
  bool is_handle_closed;
};

/* `accepted`: done by the caller with `uv_accept ((uv_stream_t *) &conn->tcp)`. */
HttpConn *conn_new (HttpServer *server);
void conn_start (HttpConn *conn);
/* Answers 503 without looking at a request. */
void conn_refuse (HttpConn *conn);
void conn_close (HttpConn *conn); /* idempotent */
void conn_free_if_unused (HttpConn *conn);

/* Called from time to time: ends what is too slow. */
void conn_check_deadline (HttpConn *conn, uint64_t now);

/* The answer is written: goes on with the next request, or ends. */
void conn_answered (HttpConn *conn);
/* Shuts down our side and drops what still comes, so that the client sees the answer and no reset.
 */
void conn_linger (HttpConn *conn);

/* Sends `head` (nullable) and the parts, in order and behind what is not yet taken. `sent`
 * (nullable) is called when all is taken, maybe from within; not at all when the connection fails.
 */
void conn_send (HttpConn *conn, const GString *head, const HttpBytes *parts, size_t n_parts,
                void (*sent) (HttpConn *conn));
void conn_release_parts (const HttpBytes *parts, size_t n_parts);
