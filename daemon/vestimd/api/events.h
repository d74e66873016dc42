/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/http/exchange.h"

/* The event streams of GET /events. */

typedef struct Events Events;

/* `epoch` is copied. It differs in each run of the daemon, so that IDs of another run are known. */
Events *events_new (uv_loop_t *loop, const char *epoch);

/* "<epoch>:<number>" of the latest event, valid until the next one. */
const char *events_current_id (const Events *events);

/* The number of open streams. */
size_t events_count_subscribers (const Events *events);

void events_publish (Events *events, const char *event, const char *data, size_t length);

/* Makes the exchange a stream, which continues after the event `last_id` (nullable), or begins with
 * `reset` if that is not possible. */
void events_subscribe (Events *events, HttpExchange *exchange, const char *last_id);

/* Ends all streams, then calls `closed`. */
void events_close (Events *events, void (*closed) (void *user), void *user);
