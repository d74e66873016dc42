/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/key-clock.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/sys/worker.h"

/* The thread that looks up idempotency keys. It has its own connection, so it finds what is
 * committed and never waits for the writer. The first look-up starts it. */

typedef struct
{
  Worker worker;
  char *path;
  const KeyClock *clock;
  Completion *first; /* the queue of queries, guarded by the worker's lock */
  Completion **end;
  uv_mutex_t connection_lock; /* guards the next two */
  sqlite3 *db;                /* (nullable) */
  sqlite3_stmt *find;
  void (*closed) (void *user);
  void *user;
} KeyLookup;

void key_lookup_open (KeyLookup *lookup, CompletionQueue *completions, const char *path,
                      const KeyClock *clock);

/* See registry_find_key(). */
void key_lookup_find (KeyLookup *lookup, const char *key, RegistryKeyFn fn, void *user);

/* From any thread: closes the connection, after a query that is under way. The next query opens it
 * again. */
void key_lookup_release (KeyLookup *lookup);

/* Finishes the queue and closes the connection, then calls `closed`. */
void key_lookup_close (KeyLookup *lookup, void (*closed) (void *user), void *user);

/* After that, when no thread calls key_lookup_release() any more. */
void key_lookup_deinit (KeyLookup *lookup);
