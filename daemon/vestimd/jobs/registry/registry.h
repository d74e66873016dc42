/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "common/job/vestim-job.h"
#include "daemon/vestimd/jobs/registry/job-brief.h"
#include "daemon/vestimd/jobs/registry/registry-stats.h"
#include "daemon/vestimd/jobs/registry/registry-status.h"
#include "daemon/vestimd/jobs/registry/registry-transaction.h"

/* The registry of jobs: SQLite in WAL mode with synchronous=FULL. One writer thread commits all
 * transactions that arrived during the last flush together. Opening and loading block, and belong
 * to the start. Everything later is asynchronous and calls back on the loop's thread, in the order
 * of submission. */

typedef struct Registry Registry;

typedef struct
{
  const char *path;            /* registry.db */
  const char *jobs_dir;        /* the folders of new jobs are made here */
  const char *trash_dir;       /* the folders of deleted jobs are moved here */
  size_t n_recent;             /* of the jobs that need nothing, the newest that are loaded */
  bool create_new;             /* --new-registry: the registry may be missing beside job folders */
  int64_t (*uptime_ms) (void); /* (nullable) uptime for tests, called on threads */
} RegistryConfig;

/* Blocking. On REGISTRY_E_REFUSED `*message` (transfer full) is a sentence that names the file and
 * says what to do. An existing registry is never erased or overwritten; before a migration it is
 * copied to registry.db.v<N>.bak. */
int registry_open (Registry **out, uv_loop_t *loop, const RegistryConfig *config, char **message);

/* Blocking, before the first submit: (nullable, transfer full) a stored setting. */
char *registry_get_setting (Registry *registry, const char *key);

/* The same for all settings whose key starts with `prefix`. */
typedef void (*RegistrySettingFn) (void *user, const char *key, const char *value);
void registry_each_setting (Registry *registry, const char *prefix, RegistrySettingFn fn,
                            void *user);

/* Blocking; starts before the first submit. Repairs the job folders from the registry: makes
 * missing ones, finishes deletions, moves unknown ones to `orphans_dir` (removes empty ones), and
 * logs what it did. May run on a worker thread. */
int registry_repair_folders (Registry *registry, const char *orphans_dir);

/* The highest sequence that a stored job ever had, or 0. */
int64_t registry_last_sequence (const Registry *registry);

/* `status` 0 or a REGISTRY_E_*. */
typedef void (*RegistryDoneFn) (void *user, int status);

/* Takes `transaction`. Calls `done` exactly once, never from within this call. */
void registry_submit (Registry *registry, RegistryTransaction *transaction, RegistryDoneFn done,
                      void *user);

const RegistryStats *registry_get_stats (const Registry *registry);

/* Looks up an idempotency key on a thread, among what is committed. `status` 0: `digest` and `body`
 * are valid during the callback; or REGISTRY_E_NOT_FOUND, or why it cannot be known. */
typedef void (*RegistryKeyFn) (void *user, int status, const uint8_t digest[32], const char *body,
                               size_t length);
void registry_find_key (Registry *registry, const char *key, RegistryKeyFn fn, void *user);

/* Finishes all that was submitted, callbacks included, then frees the registry and calls `closed`.
 */
void registry_close (Registry *registry, void (*closed) (void *user), void *user);
