/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Who may use the server. A request must name us in its Host, because a page that rebinds its own
 * name in the DNS sends that name; an Origin must be ours; and the token must be right. */

typedef struct Auth Auth;

/* `token` (nullable) NULL: none is required. `hosts` (nullable) are NULL-terminated and come in
 * addition to the loopback's names; an entry with a port is used as it is. All are copied. */
Auth *auth_new (const char *token, const char *const *hosts, int port);
void auth_free (Auth *auth);

/* "localhost:8001", as a Host header or an absolute target has it. */
bool auth_is_listed_host (const Auth *auth, const char *host, size_t length);

/* Whether `host` is `address` (of our end of the connection) with our port, in any spelling. */
bool auth_is_address (const Auth *auth, const char *host, size_t length,
                      const struct sockaddr *address);

/* (nullable) the host and port of an "http://" origin; NULL: the origin can't be ours. */
const char *auth_origin_host (const char *origin);

/* Checks an Authorization header (nullable). Takes the same time for every wrong token. */
bool auth_is_authorized (const Auth *auth, const char *authorization);
bool auth_wants_token (const Auth *auth);
