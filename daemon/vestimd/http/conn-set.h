/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/conn.h"

/* The connections of one server. */

typedef struct
{
  ConnShared shared;
  HttpConn *first;
  size_t n_open;             /* not yet CLOSED */
  size_t n_in_memory;        /* not yet freed */
  void (*gone) (void *user); /* one of the two counts has dropped */
  void *user;
} ConnSet;

/* `config` and `handler` are borrowed. */
void conn_set_init (ConnSet *set, const HttpServerConfig *config, const ConnHandler *handler,
                    void *handler_user, void (*gone) (void *user), void *user);
void conn_set_deinit (ConnSet *set);

void conn_set_add (ConnSet *set, HttpConn *conn);

void conn_set_check_deadlines (ConnSet *set, uint64_t now);

/* From now on each answer is the last one of its connection; idle connections are closed. */
void conn_set_drain (ConnSet *set);

/* No answer is in progress. Streams do not count. */
bool conn_set_is_idle (const ConnSet *set);

void conn_set_close_all (ConnSet *set);
