/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/list-walk.h"

#include "common/job/vestim-job-words.h"
#include "daemon/vestimd/jobs/service-settings.h"

/* The place of the first of `found` that is below `before`. */
static unsigned
find_place (const GArray *found, int64_t before)
{
  unsigned low = 0;
  unsigned high = found->len;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if (g_array_index (found, int64_t, middle) >= before)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Leaves out the states and kinds of which no job matches. */
static void
leave_out (JobIndexWalk *walk, const JobFilter *filter)
{
  walk->states = walk->kinds = 0;
  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    for (int kind = 0; kind < VESTIM_N_JOB_KINDS; kind++)
      if (job_filter_matches_brief (filter, (VestimJobState) state, (VestimJobKind) kind))
        {
          walk->states |= 1u << state;
          walk->kinds |= 1u << kind;
        }
}

ListWalk
list_walk_begin (const Service *service, const JobFilter *filter, const GArray *found,
                 int64_t before)
{
  ListWalk walk = {
    .service = service,
    .filter = filter,
    .found = found,
    .next_found = found != NULL && before > 0 ? find_place (found, before) : 0,
    .walk = service_walk (service, before),
  };

  leave_out (&walk.walk, filter);
  if (filter->group != NULL)
    walk.group = queue_find_group (service_get_queue (service), filter->group);
  if (filter->group != NULL && walk.group == NULL)
    walk.walk.states = 0;
  return walk;
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
  if (entry->brief.mark == JOB_ENTRY_LOST || (walk->group != NULL && entry->group != walk->group))
    return false;
  if (entry->job != NULL)
    return job_filter_matches (walk->filter, job_get (entry->job));
  if (!job_filter_matches_brief (walk->filter, (VestimJobState) entry->brief.state,
                                 (VestimJobKind) entry->brief.kind))
    return false;
  return !job_filter_needs_row (walk->filter) || is_found (walk, entry->brief.sequence);
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
