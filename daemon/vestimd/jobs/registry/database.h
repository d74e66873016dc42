/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>

/* One connection to SQLite. Functions return SQLite's codes, which stay inside this folder;
 * database_status() turns one into a REGISTRY_E_*. */

/* How long a commit waits for a program that holds the registry's write lock, in ms. */
#define DATABASE_BUSY_TIMEOUT 5000

typedef enum
{
  DATABASE_READ,
  DATABASE_WRITE, /* durable: synchronous=FULL */
} DatabaseUse;

/* `path` contains no symbolic link. The connection is for one thread at a time. On failure `*db` is
 * NULL. */
int database_open (sqlite3 **db, const char *path, DatabaseUse use);

/* Opens a file that nobody writes, for reading. It needs and gets no log beside it. */
int database_open_alone (sqlite3 **db, const char *path);

/* Whether there is something in a log beside the database `path`. */
bool database_has_log (const char *path);

/* Puts an accepted database to use: in WAL mode, with its files made, and with a checkpoint when it
 * is closed. */
int database_settle (sqlite3 *db);

/* From now on failed unlocks are tried again, and noticed. Before the first connection. */
void database_watch_locks (void);

/* Whether an unlock has failed since the last call. SQLite then counts the lock as taken, until all
 * connections of the process are closed. */
bool database_take_failed_unlock (void);

/* Runs one or more statements and ignores their rows. */
int database_exec (sqlite3 *db, const char *sql);

/* The first column of the first row; `*value` is untouched without a row. */
int database_get_int (sqlite3 *db, const char *sql, sqlite3_int64 *value);

/* Prepares a statement for repeated use. */
int database_prepare (sqlite3 *db, const char *sql, sqlite3_stmt **stmt);

/* Runs a prepared statement that returns no row, and resets it. errno is that of the last system
 * call in it that failed, or 0. */
int database_run (sqlite3_stmt *stmt);

/* NULL stays NULL. The text must stay valid until the statement has run. */
int database_bind_text (sqlite3_stmt *stmt, int index, const char *text);

/* 0, REGISTRY_E_FULL, REGISTRY_E_BUSY or REGISTRY_E_FAILED for the code of a call. It also looks at
 * errno, so call it right after the call. */
int database_status (int rc);

/* Whether a statement failed because of its values; the storage is sound. */
bool database_is_conflict (int rc);

/* Whether the file itself is damaged. */
bool database_is_damage (int rc);
