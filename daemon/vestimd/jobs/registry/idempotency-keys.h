/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/registry/transaction.h"

/* The SQL of the answers to requests with an Idempotency-Key, which are kept 24 hours. Functions
 * return SQLite's codes. */

typedef struct
{
  sqlite3_stmt *insert;
  sqlite3_stmt *expire; /* one key, if its time is over */
  sqlite3_stmt *remove;
  sqlite3_stmt *oldest;
  sqlite3_stmt *purge;
} IdempotencyKeys;

int idempotency_keys_open (IdempotencyKeys *table, sqlite3 *db);
void idempotency_keys_close (IdempotencyKeys *table);

/* `*repeat`: the key is there already, and nothing was stored. */
int idempotency_keys_insert (IdempotencyKeys *table, const TransactionKey *answer, int64_t now,
                             bool *repeat);

int idempotency_keys_remove (IdempotencyKeys *table, const char *key);

/* Whether there is something to purge. */
bool idempotency_keys_has_expired (IdempotencyKeys *table, int64_t now);

/* Removes the oldest ones whose time is over, `limit` at most; `*n` is how many. */
int idempotency_keys_purge (IdempotencyKeys *table, int64_t now, int limit, int *n);

/* Prepares, on a connection that reads, what idempotency_keys_find() works with. */
int idempotency_keys_prepare_find (sqlite3 *db, sqlite3_stmt **find);

/* SQLITE_ROW: there is one, `*body` is (transfer full); SQLITE_DONE: there is none. */
int idempotency_keys_find (sqlite3_stmt *find, const char *key, int64_t now, uint8_t digest[32],
                           char **body, size_t *length);
