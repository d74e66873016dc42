/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/sys/worker.h"

/* A thread with a connection of its own that looks up what is committed. It is started by the first
 * look-up. */

typedef struct
{
  Worker worker;
  char *path;
  int64_t (*now_ms) (void);
  Completion *first; /* the queue of look-ups, guarded by the worker's lock */
  Completion **end;
  void (*closed) (void *user);
  void *user;
} KeyLookup;

void key_lookup_open (KeyLookup *lookup, CompletionQueue *completions, const char *path,
                      int64_t (*now_ms) (void));

/* See registry_find_key(). */
void key_lookup_find (KeyLookup *lookup, const char *key, RegistryKeyFn fn, void *user);

/* Finishes the queue. */
void key_lookup_close (KeyLookup *lookup, void (*closed) (void *user), void *user);
