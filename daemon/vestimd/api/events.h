/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/http/exchange.h"

/* The subscribers of GET /events and what they are sent. */

typedef struct Events Events;

/* `epoch` is copied: it tells this life of the daemon from others. */
Events *events_new (uv_loop_t *loop, const char *epoch);

/* "<epoch>:<number>" of the latest event, valid until the next one. */
const char *events_current_id (const Events *events);

void events_publish (Events *events, const char *event, const char *data, size_t length);

/* Makes the exchange a stream. `last_id` (nullable): it goes on behind that event, or is told to
 * start over. */
void events_subscribe (Events *events, HttpExchange *exchange, const char *last_id);

/* Ends all streams; `closed` follows. */
void events_close (Events *events, void (*closed) (void *user), void *user);
