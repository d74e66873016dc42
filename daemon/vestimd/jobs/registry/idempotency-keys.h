/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/registry/transaction.h"

/* The SQL of the idempotency keys: the first answer to each request that had one, kept for 24
 * hours of key-clock.h. Functions return SQLite's codes. */

typedef struct
{
  sqlite3_stmt *insert;
  sqlite3_stmt *expire; /* removes one key if it is expired */
  sqlite3_stmt *oldest;
  sqlite3_stmt *purge;
} IdempotencyKeys;

int idempotency_keys_open (IdempotencyKeys *table, sqlite3 *db);
void idempotency_keys_close (IdempotencyKeys *table);

/* `*exists`: the key was stored before, and nothing changed. */
int idempotency_keys_insert (IdempotencyKeys *table, const TransactionKey *key, int64_t now,
                             bool *exists);

/* The time of the key that was stored last; unchanged if there is none. */
int idempotency_keys_newest (sqlite3 *db, int64_t *created_at);

/* Whether there are keys; `*expired`: the oldest one is. */
bool idempotency_keys_exist (IdempotencyKeys *table, int64_t now, bool *expired);

/* Removes expired keys, the oldest first, at most `limit`; `*n` is their number. */
int idempotency_keys_purge (IdempotencyKeys *table, int64_t now, int limit, int *n);

/* On a connection that reads. SQLITE_ROW: found, `*body` is (transfer full); SQLITE_DONE: not
 * found.
 */
int idempotency_keys_find (sqlite3 *db, const char *key, int64_t now, uint8_t digest[32],
                           char **body, size_t *length);
