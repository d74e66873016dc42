/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/idempotency-keys.h"

#include <glib.h>
#include <string.h>

#include "daemon/vestimd/jobs/registry/database.h"

#define KEPT_MS (INT64_C (24) * 3600 * 1000)

/* ?2 is now. Times are those of key-clock.h; the wall clock's in keys of version 0.1. */
#define EXPIRED "?2 - created_at >= 86400000"

int
idempotency_keys_open (IdempotencyKeys *table, sqlite3 *db)
{
  int rc = database_prepare (
      db, "INSERT INTO answers (key, digest, body, created_at) VALUES (?1, ?2, ?3, ?4)",
      &table->insert);

  if (rc == SQLITE_OK)
    rc = database_prepare (db, "DELETE FROM answers WHERE key = ?1 AND " EXPIRED, &table->expire);
  if (rc == SQLITE_OK)
    rc = database_prepare (db, "SELECT created_at FROM answers ORDER BY number LIMIT 1",
                           &table->oldest);
  if (rc == SQLITE_OK)
    rc = database_prepare (db,
                           "DELETE FROM answers WHERE number IN"
                           " (SELECT number FROM answers ORDER BY number LIMIT ?1) AND " EXPIRED,
                           &table->purge);
  return rc;
}

void
idempotency_keys_close (IdempotencyKeys *table)
{
  sqlite3_finalize (table->insert);
  sqlite3_finalize (table->expire);
  sqlite3_finalize (table->oldest);
  sqlite3_finalize (table->purge);
  *table = (IdempotencyKeys){ 0 };
}

/* If the key is there, it may be expired but not purged yet: then it is replaced. */
int
idempotency_keys_insert (IdempotencyKeys *table, const TransactionKey *key, int64_t now,
                         bool *exists)
{
  sqlite3_stmt *insert = table->insert;
  int rc;

  database_bind_text (insert, 1, key->text);
  sqlite3_bind_blob (insert, 2, key->digest, sizeof key->digest, SQLITE_STATIC);
  sqlite3_bind_text64 (insert, 3, key->length > 0 ? key->body : "", key->length, SQLITE_STATIC,
                       SQLITE_UTF8);
  sqlite3_bind_int64 (insert, 4, now);
  rc = database_run (insert);
  if (!database_is_conflict (rc))
    return rc;

  database_bind_text (table->expire, 1, key->text);
  sqlite3_bind_int64 (table->expire, 2, now);
  rc = database_run (table->expire);
  if (rc != SQLITE_OK)
    return rc;
  *exists = sqlite3_changes (sqlite3_db_handle (insert)) == 0;
  return *exists ? SQLITE_OK : database_run (insert);
}

int
idempotency_keys_newest (sqlite3 *db, int64_t *created_at)
{
  sqlite3_stmt *newest = NULL;
  int rc =
      database_prepare (db, "SELECT created_at FROM answers ORDER BY number DESC LIMIT 1", &newest);

  if (rc == SQLITE_OK && sqlite3_step (newest) == SQLITE_ROW)
    *created_at = sqlite3_column_int64 (newest, 0);
  return sqlite3_finalize (newest);
}

bool
idempotency_keys_exist (IdempotencyKeys *table, int64_t now, bool *expired)
{
  bool exist = sqlite3_step (table->oldest) == SQLITE_ROW;

  *expired = exist && now - sqlite3_column_int64 (table->oldest, 0) >= KEPT_MS;
  sqlite3_reset (table->oldest);
  return exist;
}

int
idempotency_keys_purge (IdempotencyKeys *table, int64_t now, int limit, int *n)
{
  int rc;

  sqlite3_bind_int (table->purge, 1, limit);
  sqlite3_bind_int64 (table->purge, 2, now);
  rc = database_run (table->purge);
  *n = rc == SQLITE_OK ? sqlite3_changes (sqlite3_db_handle (table->purge)) : 0;
  return rc;
}

int
idempotency_keys_find (sqlite3 *db, const char *key, int64_t now, uint8_t digest[32], char **body,
                       size_t *length)
{
  sqlite3_stmt *find = NULL;
  int rc = sqlite3_prepare_v2 (
      db, "SELECT digest, body FROM answers WHERE key = ?1 AND NOT (" EXPIRED ")", -1, &find, NULL);

  if (rc != SQLITE_OK)
    return rc;
  database_bind_text (find, 1, key);
  sqlite3_bind_int64 (find, 2, now);
  rc = sqlite3_step (find);
  if (rc == SQLITE_ROW && sqlite3_column_bytes (find, 0) != 32)
    rc = SQLITE_CORRUPT;
  if (rc == SQLITE_ROW)
    {
      const void *text = sqlite3_column_text (find, 1);

      memcpy (digest, sqlite3_column_blob (find, 0), 32);
      *length = (size_t) sqlite3_column_bytes (find, 1);
      *body = g_memdup2 (text, *length + 1);
    }
  sqlite3_finalize (find);
  return rc;
}
