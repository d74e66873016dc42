/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Who may ask: the Host that names us (a page that rebinds its name in the DNS names itself), the
 * Origin of our own pages, the token. */

typedef struct Guard Guard;

/* `token` nullable: none is asked for. `hosts`: (nullable) NULL-terminated, besides the loopback's
 * names; an entry with a port is taken as it is. All are copied. */
Guard *guard_new (const char *token, const char *const *hosts, int port);
void guard_free (Guard *guard);

/* "localhost:8001", as a Host header or an absolute target has it. */
bool guard_is_listed_host (const Guard *guard, const char *host, size_t length);

/* Is it the literal of `address` (the connection's own end) with our port? In any spelling. */
bool guard_is_address (const Guard *guard, const char *host, size_t length,
                       const struct sockaddr *address);

/* (nullable) the host and port of an "http://" origin; NULL: the origin can't be ours. */
const char *guard_origin_host (const char *origin);

/* The value of an Authorization header. Takes the same time for every wrong token. */
bool guard_is_authorized (const Guard *guard, const char *authorization);
bool guard_wants_token (const Guard *guard);
