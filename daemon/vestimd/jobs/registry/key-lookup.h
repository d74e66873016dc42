/* SPDX-License-Identifier: MIT */
#pragma once

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
  bool is_running;   /* guarded by it, as the next one */
  bool must_release; /* the thread shall close its connection */
  uv_cond_t released;
  void (*closed) (void *user);
  void *user;
} KeyLookup;

void key_lookup_open (KeyLookup *lookup, CompletionQueue *completions, const char *path,
                      const KeyClock *clock);

/* See registry_find_key(). */
void key_lookup_find (KeyLookup *lookup, const char *key, RegistryKeyFn fn, void *user);

/* From any thread: has the connection closed, and waits a moment for that. The next query opens it
 * again. */
void key_lookup_release (KeyLookup *lookup);

/* Finishes the queue, then calls `closed`. */
void key_lookup_close (KeyLookup *lookup, void (*closed) (void *user), void *user);
