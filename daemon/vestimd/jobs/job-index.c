/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-index.h"

#include <assert.h>

/* A sorted array. A removed entry stays in it, marked, until half of the entries are removed: so a
 * removal takes constant time on the average, also when a million jobs are deleted. */

#define FEW 1024

static JobEntry *
entry_at (const JobIndex *index, unsigned place)
{
  return &g_array_index (index->entries, JobEntry, place);
}

/* The place of the first entry with at least that sequence. */
static unsigned
find_place (const JobIndex *index, int64_t sequence)
{
  unsigned low = 0;
  unsigned high = index->entries->len;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if (entry_at (index, middle)->brief.sequence < sequence)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
job_index_init (JobIndex *index)
{
  index->entries = g_array_new (false, false, sizeof (JobEntry));
  index->n_removed = 0;
}

void
job_index_clear (JobIndex *index)
{
  g_array_unref (index->entries);
}

void
job_index_add (JobIndex *index, const JobBrief *brief, QueueGroup *group)
{
  const JobEntry entry = { .brief = *brief, .group = group };
  unsigned n = index->entries->len;

  assert (n == 0 || entry_at (index, n - 1)->brief.sequence < brief->sequence);
  g_array_append_val (index->entries, entry);
}

JobEntry *
job_index_find (const JobIndex *index, int64_t sequence)
{
  unsigned place = find_place (index, sequence);
  JobEntry *entry;

  if (place == index->entries->len)
    return NULL;
  entry = entry_at (index, place);
  return entry->brief.sequence == sequence && entry->brief.mark != JOB_ENTRY_REMOVED ? entry : NULL;
}

static void
tidy (JobIndex *index)
{
  unsigned n = 0;

  for (unsigned i = 0; i < index->entries->len; i++)
    if (entry_at (index, i)->brief.mark != JOB_ENTRY_REMOVED)
      *entry_at (index, n++) = *entry_at (index, i);
  g_array_set_size (index->entries, n);
  index->n_removed = 0;
}

void
job_index_remove (JobIndex *index, JobEntry *entry)
{
  entry->brief.mark = JOB_ENTRY_REMOVED;
  entry->job = NULL;
  index->n_removed++;
  if (index->n_removed > FEW && index->n_removed > index->entries->len / 2)
    tidy (index);
}

JobIndexWalk
job_index_walk (const JobIndex *index, int64_t before)
{
  return (JobIndexWalk){
    .states = ~0u,
    .kinds = ~0u,
    .place = before > 0 ? find_place (index, before) : index->entries->len,
  };
}

JobEntry *
job_index_next (const JobIndex *index, JobIndexWalk *walk)
{
  JobEntry *entries = (JobEntry *) (void *) index->entries->data;
  unsigned place = walk->place;
  JobEntry *found = NULL;

  while (place > 0 && found == NULL)
    {
      const JobBrief *brief = &entries[--place].brief;

      if ((walk->states >> brief->state & walk->kinds >> brief->kind & 1) != 0
          && brief->mark != JOB_ENTRY_REMOVED)
        found = &entries[place];
    }
  walk->place = place;
  return found;
}
