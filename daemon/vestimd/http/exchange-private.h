/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/conn.h"

/* What the parts of an exchange share: the checks before the handler, the answer, its source. */

/* request-pipeline.c: what is checked of a request before its handler gets it. Each answers what it
 * refuses. */
void conn_check_head (HttpConn *conn);
void conn_check_body (HttpConn *conn);
void conn_continue (HttpConn *conn);
void conn_dispatch (HttpConn *conn);

/* exchange.c */
void exchange_begin (HttpConn *conn);
/* Is it 304, by the ETag that was added and the request's If-None-Match? */
bool exchange_is_unchanged (const HttpExchange *exchange, int status);
/* Puts the head of the answer into `conn->out`. */
void exchange_make_head (HttpExchange *exchange, int status, const char *content_type,
                         bool has_length, uint64_t length);
/* The handler has given the exchange back. False when the client is gone: nothing is to be sent. */
bool exchange_take_back (HttpExchange *exchange);

/* exchange-source.c: the connection is being closed; its handle is closed. */
void source_abandon (HttpConn *conn);
void source_closed (HttpConn *conn);
