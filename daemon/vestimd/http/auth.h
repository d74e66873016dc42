/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Who may use the server. A request must name us in its Host, because a page that rebinds its own
 * name in the DNS sends that name; an Origin must be ours; and the token must be right. */

typedef struct Auth Auth;

/* `token` (nullable) NULL: none is required. `host` (nullable) and `allowed_hosts` (nullable,
 * NULL-terminated) come in addition to the loopback's names. All are copied. An entry without a
 * port stands for `port`; one of `allowed_hosts` also for 80 and 443, the ports of a proxy. */
Auth *auth_new (const char *token, const char *host, const char *const *allowed_hosts, int port);
/* Whether the text is a host with or without a port: an entry of `allowed_hosts`. */
bool auth_is_entry (const char *text);
void auth_free (Auth *auth);

/* "localhost:8001", as a Host header or an absolute target has it. Without a port it stands for 80,
 * and, if it is one of `allowed_hosts`, for 443. */
bool auth_is_listed_host (const Auth *auth, const char *text, size_t length);

/* Whether `host` is `address` (of our end of the connection) with our port, in any spelling. */
bool auth_is_address (const Auth *auth, const char *host, size_t length,
                      const struct sockaddr *address);

/* Whether an Origin is ours: "http://" and a listed host or `address` (nullable), or "https://" and
 * one of `allowed_hosts`. */
bool auth_is_origin (const Auth *auth, const char *origin, const struct sockaddr *address);

/* Checks an Authorization header (nullable). Takes the same time for every wrong token. */
bool auth_is_authorized (const Auth *auth, const char *authorization);
bool auth_wants_token (const Auth *auth);
