/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/list-walk.h"

ListWalk
list_walk_begin (const Service *service, const JobFilter *filter, const GArray *found,
                 int64_t before)
{
  return (ListWalk){
    .service = service,
    .filter = filter,
    .found = found,
    .walk = service_walk (service, before),
  };
}

static bool
is_found (ListWalk *walk, int64_t sequence)
{
  const GArray *found = walk->found;

  if (found == NULL)
    return false;
  while (walk->next_found < found->len
         && g_array_index (found, int64_t, walk->next_found) > sequence)
    walk->next_found++;
  return walk->next_found < found->len
         && g_array_index (found, int64_t, walk->next_found) == sequence;
}

static bool
matches (ListWalk *walk, const JobEntry *entry)
{
  const JobFilter *filter = walk->filter;

  if (entry->brief.mark == JOB_ENTRY_LOST
      || !job_filter_matches_brief (filter, (VestimJobState) entry->brief.state,
                                    (VestimJobKind) entry->brief.kind))
    return false;
  if (entry->job != NULL)
    return job_filter_matches (filter, job_get (entry->job));
  return !job_filter_needs_row (filter) || is_found (walk, entry->brief.sequence);
}

const JobEntry *
list_walk_next (ListWalk *walk)
{
  const JobEntry *entry;

  while ((entry = service_next_older (walk->service, &walk->walk)) != NULL)
    if (matches (walk, entry))
      return entry;
  return NULL;
}
