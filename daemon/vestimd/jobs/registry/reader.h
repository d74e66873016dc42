/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/registry/worker.h"

/* A thread with a connection of its own that looks up what is committed. It is started by the first
 * look-up. */

typedef struct
{
  Worker worker;
  char *path;
  int64_t (*now_ms) (void);
  int *n_restored; /* atomic: it grows when there is a new file at `path` */
  Letter *first;   /* the queue of look-ups, guarded by the worker's lock */
  Letter **end;
  void (*closed) (void *user);
  void *user;
} Reader;

void reader_open (Reader *reader, Mailbox *mailbox, const char *path, int64_t (*now_ms) (void),
                  int *n_restored);

/* See registry_find_answer(). */
void reader_find_answer (Reader *reader, const char *key, RegistryAnswerFn fn, void *user);

/* Finishes the queue. */
void reader_close (Reader *reader, void (*closed) (void *user), void *user);
