/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "common/job/vestim-job.h"

/* The registry of jobs: SQLite in WAL mode with synchronous=FULL, behind one writer thread that
 * puts all changes which arrived during the last flush into the next transaction. Opening and
 * loading block and belong to the start; everything after that is asynchronous and reports on the
 * loop's thread, in the order of submission. */

typedef struct Registry Registry;

enum
{
  REGISTRY_E_FULL = 1,   /* no room on the disk: nothing of the change was stored */
  REGISTRY_E_FAILED,     /* another failure of the storage, logged; nothing was stored */
  REGISTRY_E_KEY_EXISTS, /* the answer key is stored already; nothing was stored */
  REGISTRY_E_NOT_FOUND,
  REGISTRY_E_DAMAGED, /* its files were changed by another program: nothing was stored */
  REGISTRY_E_REFUSED, /* open: the message says why and what to do */
};

typedef struct
{
  const char *path;         /* registry.db */
  const char *jobs_dir;     /* folders of new jobs are made here, by the writer thread */
  const char *trash_dir;    /* deleted jobs' folders are renamed into it */
  bool create_new;          /* --new-registry: a missing registry beside job folders is no fault */
  int64_t (*now_ms) (void); /* (nullable) wall clock, called on threads; a seam for tests */
} RegistryConfig;

/* Blocking. On REGISTRY_E_REFUSED `*message` (transfer full) is a sentence that names the file and
 * the way out. An existing registry is never erased or overwritten; before a migration it is copied
 * to registry.db.v<N>.bak. */
int registry_open (Registry **out, uv_loop_t *loop, const RegistryConfig *config, char **message);

/* Blocking, before the first submit. `fn` gets each job in order of sequence, (transfer full). */
typedef void (*RegistryJobFn) (void *user, VestimJob *job);
int registry_load (Registry *registry, RegistryJobFn fn, void *user);

/* Blocking, before the first submit: (nullable, transfer full) a stored setting. */
char *registry_get_setting (Registry *registry, const char *key);

/* Blocking, before the first submit: repairs the folders from the registry: makes missing ones,
 * finishes deletions that were under way, moves unknown ones to `orphans_dir` (empty ones are
 * removed), and logs each. Safe to run on a worker thread. */
int registry_repair_folders (Registry *registry, const char *orphans_dir);

/* The highest sequence ever given to a stored job, 0 when there was none. */
int64_t registry_last_sequence (const Registry *registry);

/* What is to be stored as one unit. */
typedef struct RegistryTransaction RegistryTransaction;

RegistryTransaction *registry_transaction_new (void);
void registry_transaction_free (
    RegistryTransaction *transaction); /* only for one that was not submitted */

/* The job is copied. An insert also makes the job's folder; when that fails, nothing is stored. A
 * change that inserts holds nothing else but inserts and an answer. */
void registry_transaction_insert (RegistryTransaction *transaction, const VestimJob *job);
void registry_transaction_update (RegistryTransaction *transaction, const VestimJob *job);

/* Removes the row; after the commit, and before the callback, the folder is renamed into the trash.
 * What is in the trash is removed by the writer's helper thread later. */
void registry_transaction_delete (RegistryTransaction *transaction, int64_t sequence,
                                  const char *job_id);
void registry_transaction_set_setting (RegistryTransaction *transaction, const char *key,
                                       const char *value);

/* The first answer to a request with an Idempotency-Key, kept 24 hours. `digest`: SHA-256 of the
 * request. */
void registry_transaction_set_key (RegistryTransaction *transaction, const char *key,
                                   const uint8_t digest[32], const char *body, size_t length);

/* `status` 0 or a REGISTRY_E_*. */
typedef void (*RegistryDoneFn) (void *user, int status);

/* Takes `change`. `done` is called exactly once, never from within this call. */
void registry_submit (Registry *registry, RegistryTransaction *transaction, RegistryDoneFn done,
                      void *user);

/* Looks an answer key up, off the loop, among what is committed. `status` 0: `digest` and `body`
 * are valid during the callback; REGISTRY_E_NOT_FOUND; REGISTRY_E_FAILED. */
typedef void (*RegistryKeyFn) (void *user, int status, const uint8_t digest[32], const char *body,
                               size_t length);
void registry_find_key (Registry *registry, const char *key, RegistryKeyFn fn, void *user);

/* Finishes all that was submitted (callbacks included), then calls `closed`, after which the
 * registry is gone. */
void registry_close (Registry *registry, void (*closed) (void *user), void *user);
