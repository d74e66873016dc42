/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/http/request-stats.h"

/* One request and its answer. A handler gets an exchange, keeps it as long as it needs, and answers
 * exactly once. It does not have to care about the connection. */

typedef struct HttpExchange HttpExchange;

typedef struct
{
  const char *method; /* "GET"; a HEAD request is given to GET's handler and looks like GET */
  const char *path;   /* as received, without query */
  const char *query;  /* (nullable) as received, without the '?' */
  const char *body;   /* also NUL-terminated */
  size_t body_length;
} HttpRequest;

const HttpRequest *http_exchange_request (const HttpExchange *exchange);

/* (nullable) a header's value, name in any case. */
const char *http_exchange_header (const HttpExchange *exchange, const char *name);

/* Whether the request has that header more than once. */
bool http_exchange_has_twice (const HttpExchange *exchange, const char *name);

/* (nullable) the decoded value of a `{name}` of the route's pattern. */
const char *http_exchange_param (const HttpExchange *exchange, const char *name);

/* (nullable) the `user` pointer of the server's configuration. */
void *http_exchange_user (const HttpExchange *exchange);

/* The requests that the server has answered so far. */
const RequestStats *http_exchange_stats (const HttpExchange *exchange);

/* The handler, which has not returned yet, will answer at an event that may take long to come.
 * `gone` is called if the client goes away before the answer; the exchange is then gone, too. The
 * time until the answer does not count in the statistics. */
void http_exchange_wait (HttpExchange *exchange, void (*gone) (void *user), void *user);

/* The event has come, and the answer follows soon: `gone` is not called any more. */
void http_exchange_end_wait (HttpExchange *exchange);

/* Adds a header to the coming answer. Content-Length, Date, Connection and Content-Type are the
 * server's. */
void http_exchange_add_header (HttpExchange *exchange, const char *name, const char *value);

/* Whether the client has what the added ETag names: an answer with the status 200 will be 304. */
bool http_exchange_is_unchanged (const HttpExchange *exchange);

/* Answers. The exchange is gone after each of these. For HEAD and 304, the body is not sent. Safe
 * if the client is already gone. */
void http_exchange_respond (HttpExchange *exchange, int status, const char *content_type,
                            const char *body, size_t length); /* copied */

void http_exchange_respond_bytes (HttpExchange *exchange, int status, const char *content_type,
                                  const HttpBytes *parts, size_t n_parts);

/* application/problem+json. `errors`: (nullable) array of VestimFieldError. */
struct _GPtrArray;
void http_exchange_fail (HttpExchange *exchange, int status, const char *detail,
                         const struct _GPtrArray *errors);
/* `more`: (nullable) JSON text of further members, each after a comma. */
void http_exchange_fail_with (HttpExchange *exchange, int status, const char *detail,
                              const struct _GPtrArray *errors, const char *more);

/* A body made piece by piece off the loop: `read` runs on a worker thread, fills `buffer` from
 * `offset` of the whole representation and returns the number of bytes, or a negative errno.
 * `release` is called at the end, or when the client is gone. `Range: bytes=` is supported: 206,
 * 416, `Accept-Ranges`. */
typedef struct
{
  uint64_t size;
  int64_t (*read) (void *source, uint64_t offset, char *buffer, size_t length);
  void (*release) (void *source);
  void *source;
  bool ranges;
} HttpSource;
void http_exchange_respond_source (HttpExchange *exchange, int status, const char *content_type,
                                   const HttpSource *source);

/* An answer without end (Server-Sent Events). The exchange stays until `closed` is called; then it
 * is gone. In HTTP/1.1 each write is a chunk, so a client can tell the end of a stream from a
 * broken connection. `half_closed`: the client has shut down its side, or is gone. Only a write
 * shows which, so write something. */
typedef struct
{
  void (*closed) (void *user);
  void (*half_closed) (void *user);
  void (*taken) (void *user); /* (nullable) after each write: the client has taken it, maybe before
                                 the write returns */
  void *user;
  unsigned write_timeout_ms; /* 0: that of the server */
} HttpStream;
void http_exchange_stream_open (HttpExchange *exchange, const char *content_type,
                                const HttpStream *stream);
/* False if the client has too much unread; it is then dropped, and `closed` follows. */
bool http_exchange_stream_write (HttpExchange *exchange, const HttpBytes *parts, size_t n_parts);
/* Writes something that does not belong to the body, to see whether the client is gone. False:
 * HTTP/1.0 has nothing like that. */
bool http_exchange_stream_probe (HttpExchange *exchange);
/* Ends the stream from our side; `closed` follows. */
void http_exchange_stream_close (HttpExchange *exchange);
/* The same, but in HTTP/1.1 the client sees that the end is missing. */
void http_exchange_stream_abort (HttpExchange *exchange);
