/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestimd/jobs/queue/queue-types.h"
#include "daemon/vestimd/jobs/registry/job-brief.h"

/* All jobs in order of sequence, whether they are in memory or only in the registry: 32 bytes for
 * each. */

typedef struct Job Job;

typedef struct
{
  JobBrief brief;
  QueueGroup *group; /* the owner has a reference */
  Job *job;          /* (nullable) NULL: it is not in memory */
} JobEntry;

/* In `brief.mark`. */
typedef enum
{
  JOB_ENTRY_SOUND,
  JOB_ENTRY_DELETING, /* not in memory, and its deletion is on its way */
  JOB_ENTRY_LOST,     /* its row is missing or wrong, so it is not shown in lists */
  JOB_ENTRY_REMOVED,  /* only in the index, until that is tidied */
} JobEntryMark;

typedef struct
{
  GArray *entries; /* of JobEntry */
  size_t n_removed;
} JobIndex;

void job_index_init (JobIndex *index);
void job_index_clear (JobIndex *index);

/* The sequence is the highest so far. */
void job_index_add (JobIndex *index, const JobBrief *brief, QueueGroup *group);

/* (nullable) Entries are valid until one is added or removed. */
JobEntry *job_index_find (const JobIndex *index, int64_t sequence);
void job_index_remove (JobIndex *index, JobEntry *entry);

/* A place in a walk from the newest job to the oldest, which is valid as long as entries. */
typedef struct
{
  unsigned states; /* of VestimJobState, a bit for each: others are left out */
  unsigned kinds;  /* of VestimJobKind, the same */
  unsigned place;
} JobIndexWalk;

/* Begins with the newest job with a sequence below `before`; 0: with the newest of all. Leaves out
 * none until the owner changes `states` or `kinds`. */
JobIndexWalk job_index_walk (const JobIndex *index, int64_t before);

/* (nullable) the next older one. It takes a few ms to find none among a million. */
JobEntry *job_index_next (const JobIndex *index, JobIndexWalk *walk);
