/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/http/server.h"
#include "tests/support/service-fixture.h"

/* The whole API on a real socket, with the real route table. */

#define SITE_TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct
{
  Fixture *service;
  Api *api; /* (nullable) NULL when it closes */
  HttpServer *server;
  int port;
  bool is_api_closed;
  bool is_server_closed;
  bool is_stop_requested;
  bool keeps_jobs;
} Site;

/* For g_test_add(). With `data`, the service keeps no finished jobs and no drafts in memory. */
void site_set_up (Site *site, const void *data);
void site_tear_down (Site *site, const void *data);

/* Begins to close the API; `is_api_closed` says when that is done. */
void site_close_api (Site *site);

int site_connect (const Site *site);

/* Runs the loop and reads until `fd` ends, or until `until` (nullable) was received. */
void site_receive (const Site *site, int fd, GString *answer, const char *until);

/* `(transfer full)` the header lines Host and Authorization, and `more`. */
char *site_headers (const Site *site, const char *more);

/* Sends a request of these header lines and this body over a new connection, which it returns. */
int site_send (const Site *site, const char *method, const char *path, const char *headers,
               const char *body);

/* `(transfer full)` the whole answer to such a request. */
char *site_exchange (const Site *site, const char *method, const char *path, const char *headers,
                     const char *body);
