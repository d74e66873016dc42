/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/conn.h"
#include "daemon/vestimd/http/exchange.h"
#include "daemon/vestimd/http/request-stats.h"
#include "daemon/vestimd/http/response.h"
#include "daemon/vestimd/http/router.h"

/* An exchange is a connection together with the request that it carries at the moment, so both have
 * one life. The layer below sees the HttpConn only. */

/* What the exchanges of one server share. */
typedef struct
{
  ResponseCommon common;
  RequestStats stats;
  void *user; /* http_exchange_user() */
} ExchangeShared;

typedef struct SourceRead SourceRead;

struct HttpExchange
{
  HttpConn conn; /* the first member */
  ExchangeShared *shared;
  HttpRequest request;
  RouterMatch match;
  GString *out;       /* the head of the answer, and a short body */
  GString *fields;    /* those that were added to the coming answer */
  char *etag;         /* (nullable) */
  SourceRead *source; /* (nullable) */
  char *path;         /* scratch memory of the router */
  size_t path_size;
  uint64_t complete_at; /* uv_hrtime() when the request was complete; 0: it is not */
  bool is_head;
  bool has_cache_control;
  bool has_continued;        /* 100 was sent, or no longer has to be */
  bool has_handler;          /* a handler has the exchange, and holds the connection */
  bool is_chunked;           /* a stream whose client knows chunks */
  HttpStream stream;         /* its `closed` is NULL if there is none */
  void (*gone) (void *user); /* (nullable) of http_exchange_wait() */
  void *gone_user;
};

static inline HttpExchange *
exchange_of (HttpConn *conn)
{
  return (HttpExchange *) conn;
}

HttpExchange *exchange_new (ConnShared *conns, ExchangeShared *shared);
void exchange_free (HttpConn *conn);
void exchange_closed (HttpConn *conn);     /* the connection is closed */
void exchange_client_end (HttpConn *conn); /* the client sends no more while it is waiting */

/* Forgets the previous request. */
void exchange_begin (HttpExchange *exchange);

/* Between these two a handler has the exchange. */
void exchange_hand_over (HttpExchange *exchange);
/* False when the client is gone: send nothing. The exchange may have been freed. */
bool exchange_take_back (HttpExchange *exchange);

/* Is it 304, by the ETag that was added and the request's If-None-Match? */
bool exchange_is_unchanged (const HttpExchange *exchange, int status);
/* Puts the head of the answer into `out`. */
void exchange_make_head (HttpExchange *exchange, int status, const char *content_type,
                         bool has_length, uint64_t length);

/* exchange-source.c: the connection is closed. */
void exchange_drop_source (HttpExchange *exchange);
