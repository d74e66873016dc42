/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-clear.h"

#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"

/* Jobs that are not in memory need no lock: nothing but a clear changes them. They are deleted in
 * transactions of their own, so that a million deletions neither stop the loop nor the changes of
 * other clients. A job that leaves memory meanwhile is found by another walk. */

#define JOBS_PER_TRANSACTION 500

typedef struct
{
  Service *service;
  ServiceStates states;
  int64_t before; /* the walk goes on below this sequence */
  int64_t last;   /* younger jobs stay */
  size_t n_cleared;
  GArray *sequences; /* int64_t: those of the transaction under way */
  GPtrArray *ids;    /* (char *) theirs */
  ClearFn fn;
  void *user;
} Clear;

static void
clear_free (Clear *clear)
{
  g_array_unref (clear->sequences);
  g_ptr_array_unref (clear->ids);
  g_free (clear);
}

static void
finish (Clear *clear, int code)
{
  clear->fn (clear->user, code, clear->n_cleared);
  clear_free (clear);
}

/* What dependencies need to know of a job. */
static VestimJob
outline (const JobEntry *entry, char *id)
{
  return (VestimJob){
    .id = id,
    .sequence = entry->brief.sequence,
    .state = (VestimJobState) entry->brief.state,
  };
}

static void
add (Clear *clear, JobEntry *entry, RegistryTransaction *transaction)
{
  char *id = vestim_job_id_of_stamp (entry->brief.stamp, entry->brief.sequence);
  const VestimJob data = outline (entry, id);

  dependencies_remember (clear->service, transaction, &data);
  entry->brief.mark = JOB_ENTRY_DELETING;
  registry_transaction_delete (transaction, entry->brief.sequence, id);
  g_array_append_val (clear->sequences, entry->brief.sequence);
  g_ptr_array_add (clear->ids, id);
}

/* Adds the next jobs below `before`. */
static void
collect (Clear *clear, RegistryTransaction *transaction)
{
  const JobIndex *index = &clear->service->index;
  JobIndexWalk walk = job_index_walk (index, clear->before);
  JobEntry *entry;

  walk.states = clear->states;
  while (clear->ids->len < JOBS_PER_TRANSACTION && (entry = job_index_next (index, &walk)) != NULL)
    {
      clear->before = entry->brief.sequence;
      if (entry->job == NULL && entry->brief.mark != JOB_ENTRY_DELETING)
        add (clear, entry, transaction);
    }
}

/* The transaction is over: its jobs are gone, or they stay. */
static void
settle (Clear *clear, bool is_stored)
{
  Service *service = clear->service;

  for (unsigned i = 0; i < clear->sequences->len; i++)
    {
      int64_t sequence = g_array_index (clear->sequences, int64_t, i);
      JobEntry *entry = job_index_find (&service->index, sequence);

      if (is_stored)
        {
          const VestimJob data = outline (entry, clear->ids->pdata[i]);

          service_remove_entry (service, entry);
          dependencies_note_deletion (service, &data);
        }
      else
        entry->brief.mark = JOB_ENTRY_SOUND;
    }
  if (is_stored)
    {
      const ServiceEvent event = {
        .kind = SERVICE_EVENT_CLEARED,
        .job_ids = (const char *const *) clear->ids->pdata,
        .n_ids = clear->ids->len,
        .all = service_total (service) == 0,
      };

      service_announce (service, &event);
      clear->n_cleared += clear->ids->len;
    }
  g_array_set_size (clear->sequences, 0);
  g_ptr_array_set_size (clear->ids, 0);
  memory_fetch_waiting (service);
}

static void go_on (Clear *clear);

static void
on_stored (void *user, int status)
{
  Clear *clear = user;

  settle (clear, status == 0);
  if (status != 0)
    finish (clear, service_code_of (status));
  else if (clear->service->is_stopping)
    finish (clear, SERVICE_E_STOPPING);
  else
    go_on (clear);
}

static void
go_on (Clear *clear)
{
  RegistryTransaction *transaction = registry_transaction_new ();

  collect (clear, transaction);
  if (clear->ids->len == 0)
    {
      clear->before = clear->last + 1;
      collect (clear, transaction);
    }
  if (clear->ids->len > 0)
    {
      service_submit (clear->service, transaction, on_stored, clear);
      return;
    }
  registry_transaction_free (transaction);
  finish (clear, 0);
}

void
service_clear_absent (Service *service, ServiceStates states, int64_t last, ClearFn fn, void *user)
{
  Clear *clear = g_new0 (Clear, 1);

  clear->service = service;
  clear->states = states;
  clear->before = last + 1;
  clear->last = last;
  clear->sequences = g_array_new (false, false, sizeof (int64_t));
  clear->ids = g_ptr_array_new_with_free_func (g_free);
  clear->fn = fn;
  clear->user = user;
  go_on (clear);
}
