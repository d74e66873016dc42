/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/job/vestim-job.h"

/* Changes that are stored together or not at all. */
typedef struct RegistryTransaction RegistryTransaction;

RegistryTransaction *registry_transaction_new (void);
void registry_transaction_free (RegistryTransaction *transaction); /* only before it is submitted */

/* The job is copied. An insert also makes the job's folder, but soon after the commit: the folder
 * may be missing when the job is announced. */
void registry_transaction_insert (RegistryTransaction *transaction, const VestimJob *job);
void registry_transaction_update (RegistryTransaction *transaction, const VestimJob *job);

/* Removes the row. After the commit, and before the callback, the folder is moved to the trash,
 * which a thread empties later. */
void registry_transaction_delete (RegistryTransaction *transaction, int64_t sequence,
                                  const char *job_id);

/* A job's place in the queue. Only this changes it: an update does not, so that a change that was
 * made before cannot undo a move. No effect if the job is gone. */
void registry_transaction_set_rank (RegistryTransaction *transaction, int64_t sequence,
                                    int64_t rank);

/* `value` (nullable) NULL removes the setting. */
void registry_transaction_set_setting (RegistryTransaction *transaction, const char *key,
                                       const char *value);

/* A job object that waits for its hook, or whose hook runs. */
typedef struct
{
  int64_t id; /* rises */
  char *job_id;
  char *status;
  char *job; /* JSON */
} RegistryHook;
void registry_hook_free (void *hook);

void registry_transaction_add_hook (RegistryTransaction *transaction, const VestimJob *job,
                                    const char *json);
void registry_transaction_remove_hook (RegistryTransaction *transaction, int64_t id);

/* Stores an idempotency key with the first answer, for 24 hours. `digest`: SHA-256 of the request.
 */
void registry_transaction_set_key (RegistryTransaction *transaction, const char *key,
                                   const uint8_t digest[32], const char *body, size_t length);
