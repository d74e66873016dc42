/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Who may ask: the Host that names us (a page that rebinds its name in the DNS names itself), the
 * Origin of our own pages, the token. */

typedef struct Auth Auth;

/* `token` nullable: none is asked for. `hosts`: (nullable) NULL-terminated, besides the loopback's
 * names; an entry with a port is taken as it is. All are copied. */
Auth *auth_new (const char *token, const char *const *hosts, int port);
void auth_free (Auth *auth);

/* "localhost:8001", as a Host header or an absolute target has it. */
bool auth_is_listed_host (const Auth *auth, const char *host, size_t length);

/* Is it the literal of `address` (the connection's own end) with our port? In any spelling. */
bool auth_is_address (const Auth *auth, const char *host, size_t length,
                      const struct sockaddr *address);

/* (nullable) the host and port of an "http://" origin; NULL: the origin can't be ours. */
const char *auth_origin_host (const char *origin);

/* The value of an Authorization header. Takes the same time for every wrong token. */
bool auth_is_authorized (const Auth *auth, const char *authorization);
bool auth_wants_token (const Auth *auth);
