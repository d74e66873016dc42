/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "common/vestim-machine.h"
#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/http/conn-shared.h"
#include "daemon/vestimd/http/parser.h"

/* One client: its stream, its parser, its deadlines, and the answer on its way. The connection
 * knows nothing of routes and handlers; it calls its ConnHandler, which answers with conn_answer().
 * It carries one request at a time, which keeps pipelined answers in order. */

/* The allowed moves are in the table in conn.c. */
typedef enum
{
  CONN_IDLE,      /* nothing of a request has come */
  CONN_HEAD,      /* part of a head has come */
  CONN_BODY,      /* the head has come, and the body is awaited */
  CONN_HANDLING,  /* the request was handed over, the answer is awaited */
  CONN_FETCHING,  /* the worker thread reads a piece of the answer */
  CONN_WRITING,   /* the client takes the answer */
  CONN_STREAMING, /* the client takes an answer without end */
  CONN_LINGERING, /* our side is shut down; input is read and dropped */
  CONN_CLOSING,   /* the handle is being closed */
  CONN_CLOSED,    /* only those that hold the connection keep its memory */
} ConnState;

struct HttpConn
{
  uv_tcp_t tcp;
  uv_shutdown_t shutdown;
  ConnShared *shared;
  HttpConn *previous; /* in the owner's list */
  HttpConn *next;
  char id[12];           /* for the log */
  VestimMachine machine; /* its state is a ConnState; moved by conn_move() alone */
  HttpParser parser;
  uint64_t deadline;         /* of the present state; of WRITING and STREAMING the next byte's */
  size_t unwritten;          /* at the last conn_check_deadline() */
  unsigned write_timeout_ms; /* 0: that of the server */
  size_t dropped;            /* bytes of input, in LINGERING */
  unsigned n_holders;
  bool is_processing;
  bool has_ended; /* the client sends no more */
  bool is_last;   /* this answer is the last one */
};

static inline ConnState
conn_state (const HttpConn *conn)
{
  return (ConnState) conn->machine.state;
}

/* The client is gone: nothing can be sent. */
static inline bool
conn_is_gone (const HttpConn *conn)
{
  return conn->machine.state >= CONN_CLOSING;
}

/* In IDLE, with a TCP handle that is ready for uv_accept() and holds the connection. */
void conn_init (HttpConn *conn, ConnShared *shared);
void conn_deinit (HttpConn *conn);
void conn_start (HttpConn *conn); /* accepted: reads requests */
void conn_close (HttpConn *conn); /* idempotent */

/* A connection stays in memory while it is held, also when it is closed. */
void conn_hold (HttpConn *conn);
void conn_release (HttpConn *conn);

/* The only function that changes the state. It sets the deadline of the new state. */
void conn_move (HttpConn *conn, ConnState to);

/* To be called from time to time: ends a connection that is too slow. */
void conn_check_deadline (HttpConn *conn, uint64_t now);

/* Decides, and returns, whether the coming answer is the last one of the connection. */
bool conn_decide_last (HttpConn *conn);

/* Moves to WRITING and sends the answer, or its next piece. `sent` is called when the client has
 * taken it; NULL: the answer is complete, and conn_answered() is called. `head` is nullable and
 * must not change until then. */
void conn_answer (HttpConn *conn, const GString *head, const HttpBytes *parts, size_t n_parts,
                  void (*sent) (HttpConn *conn));
/* The whole answer was taken: goes on with the next request, or ends after the last one. */
void conn_answered (HttpConn *conn);

/* Queues bytes without a change of state. `sent` (nullable) is called when the client has taken
 * them, maybe before this returns; not at all when the connection fails. */
void conn_send (HttpConn *conn, const GString *head, const HttpBytes *parts, size_t n_parts,
                void (*sent) (HttpConn *conn));
void conn_release_parts (const HttpBytes *parts, size_t n_parts);

/* Shuts down our side and drops what still comes, so that the client sees the answer and no reset.
 */
void conn_linger (HttpConn *conn);
