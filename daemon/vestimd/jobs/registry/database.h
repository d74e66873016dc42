/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>

/* One connection to SQLite, and what its codes mean to us. Functions return SQLite's codes, which
 * stay inside registry/; database_status() turns one into a REGISTRY_E_*. */

typedef enum
{
  DATABASE_READ,
  DATABASE_WRITE, /* durable: synchronous=FULL */
} DatabaseUse;

/* `path` has no symbolic link in it. The connection is for one thread at a time. On failure `*db`
 * is NULL. */
int database_open (sqlite3 **db, const char *path, DatabaseUse use);

/* From here on the database is ours: WAL mode with its files made, and a checkpoint when it is
 * closed. */
int database_settle (sqlite3 *db);

/* Runs one or more statements that return nothing of interest. */
int database_exec (sqlite3 *db, const char *sql);

/* The first column of the first row; `*value` is untouched when there is no row. */
int database_get_int (sqlite3 *db, const char *sql, sqlite3_int64 *value);

/* Prepares a statement that is kept. */
int database_prepare (sqlite3 *db, const char *sql, sqlite3_stmt **stmt);

/* Runs a kept statement that returns no row, and makes it ready to be bound again. errno is that of
 * the last system call in it that failed, 0 when there was none. */
int database_run (sqlite3_stmt *stmt);

/* NULL stays NULL. The text must stay valid until the statement has run. */
int database_bind_text (sqlite3_stmt *stmt, int index, const char *text);

/* 0, REGISTRY_E_FULL or REGISTRY_E_FAILED for the outcome of a call, right after it: looks at
 * errno. */
int database_status (int rc);

/* Whether a statement was refused for what it wants to store, the storage being sound. */
bool database_is_conflict (int rc);

/* Whether the file itself is not what it should be. */
bool database_is_damage (int rc);

/* Whether an errno says that there is no room. */
bool database_errno_is_full (int code);
