/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include "daemon/vestimd/sys/worker.h"

/* A thread that reads the registry. It has its own connection, so it finds what is committed and
 * never waits for the writer. The first query starts it. Queries are answered in their order. */

typedef struct
{
  Worker worker;
  char *path;
  Completion *first; /* the queue of queries, guarded by the worker's lock */
  Completion **end;
  uv_mutex_t connection_lock; /* guards the next one */
  sqlite3 *db;                /* (nullable) */
  void (*closed) (void *user);
  void *user;
} Reader;

typedef struct ReaderQuery ReaderQuery;

struct ReaderQuery
{
  Completion completion; /* first; its `deliver` is called on the loop and owns the query */
  /* On the thread: a code of SQLite. SQLITE_DONE: not found; SQLITE_ROW is as good as SQLITE_OK. */
  int (*run) (ReaderQuery *query, sqlite3 *db);
  int status; /* 0 or a REGISTRY_E_* */
};

void reader_open (Reader *reader, CompletionQueue *completions, const char *path);

/* Starts the thread now: later there may be no room for it. */
void reader_start (Reader *reader);

/* On the loop. Takes `query`. */
void reader_submit (Reader *reader, ReaderQuery *query);

/* From any thread: closes the connection, after a query that is under way. The next query opens it
 * again. */
void reader_release (Reader *reader);

/* Finishes the queue and closes the connection, then calls `closed`. */
void reader_close (Reader *reader, void (*closed) (void *user), void *user);

/* After that, when no thread calls reader_release() any more. */
void reader_deinit (Reader *reader);
