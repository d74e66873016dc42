/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/registry/registry.h"

/* What the registry knows of jobs that are over, for retention. A job is "seen" once retention has
 * noted when it ended, by its own clock, and the size of its folder. The registry forgets both when
 * the job is retried. */

typedef struct
{
  int64_t sequence;
  char *job_id;
  int64_t finished_at; /* of an unseen job */
  int64_t seen_at;     /* of a seen one */
  int64_t bytes;
} RetentionRow;
void retention_row_free (void *row);

typedef struct
{
  int64_t sequence;
  int64_t finished_at; /* when it was read: a job that was retried since is not noted */
  int64_t seen_at;
  int64_t bytes;
} RetentionNote;

/* In the order of `seen_at`, then `sequence`. */
typedef struct
{
  int64_t seen_at;
  int64_t sequence;
} RetentionPlace;

/* Of the seen jobs that are not pinned. */
typedef struct
{
  int64_t n_jobs;
  int64_t bytes;
} RetentionTotal;

void registry_transaction_note_end (RegistryTransaction *transaction, const RetentionNote *note);

/* Reads on a thread. `rows`: (transfer full) of RetentionRow. `total` is NULL for unseen jobs. */
typedef void (*RegistryRetentionFn) (void *user, int status, GPtrArray *rows,
                                     const RetentionTotal *total);
void registry_read_unseen (Registry *registry, unsigned limit, RegistryRetentionFn fn, void *user);

/* The first jobs after that place that are not pinned. */
void registry_read_seen (Registry *registry, const RetentionPlace *after, unsigned limit,
                         RegistryRetentionFn fn, void *user);
