/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-search.h"

#include "daemon/vestimd/jobs/service-private.h"

/* A search reads what is committed, at some time after it began. Of a job that changes meanwhile it
 * may find an old or the new state; but such a job is in memory, and stays there while the search
 * exists. So whoever combines memory with what was found sees all jobs as they are now.
 *
 * A list fetches what it lacks and then looks again. It holds what it has seen. Otherwise new jobs
 * and other lists could displace it again and again, and the list would never be complete. */

struct ServiceHold
{
  Service *service;
  GList link;        /* in the service's holds */
  uint64_t began_at; /* the service's version */
  GArray *sequences; /* int64_t: the jobs that it holds, or that were deleted */
};

struct ServiceSearch
{
  ServiceHold *hold;
  GArray *found; /* int64_t, highest first */
  ServiceSearchFn fn;
  void *user;
};

/* ---- Holds ---- */

bool
hold_needs (const GQueue *holds, const Job *job)
{
  const ServiceHold *first = holds->head != NULL ? holds->head->data : NULL;

  return job->n_holds > 0 || (first != NULL && job->changed_at > first->began_at);
}

ServiceHold *
service_hold_new (Service *service)
{
  ServiceHold *hold = g_new0 (ServiceHold, 1);

  hold->service = service;
  hold->began_at = service->version;
  hold->sequences = g_array_new (false, false, sizeof (int64_t));
  hold->link.data = hold;
  g_queue_push_tail_link (&service->memory.holds, &hold->link);
  return hold;
}

void
service_hold_job (ServiceHold *hold, Job *job)
{
  job->n_holds++;
  g_array_append_val (hold->sequences, job->data->sequence);
}

void
service_hold_free (ServiceHold *hold)
{
  Service *service = hold->service;

  for (unsigned i = 0; i < hold->sequences->len; i++)
    {
      const JobEntry *entry =
          job_index_find (&service->index, g_array_index (hold->sequences, int64_t, i));

      if (entry != NULL)
        entry->job->n_holds--;
    }
  g_queue_unlink (&service->memory.holds, &hold->link);
  g_array_unref (hold->sequences);
  g_free (hold);
  memory_drop_later (service);
}

/* ---- Searches ---- */

static void
on_found (void *user, int status, GArray *found)
{
  ServiceSearch *search = user;
  Service *service = search->hold->service;

  search->found = g_array_ref (found);
  service->n_in_flight--;
  search->fn (search->user, memory_code_of (status), search);
  service_check_stopped (service);
}

void
service_search (Service *service, RegistryMatchFn matches, const void *filter, ServiceSearchFn fn,
                void *user)
{
  ServiceSearch *search = g_new0 (ServiceSearch, 1);

  search->hold = service_hold_new (service);
  search->fn = fn;
  search->user = user;
  service->n_in_flight++;
  registry_search (service->config.registry, matches, filter, on_found, search);
}

const GArray *
service_search_found (const ServiceSearch *search)
{
  return search->found;
}

void
service_search_free (ServiceSearch *search)
{
  service_hold_free (search->hold);
  g_array_unref (search->found);
  g_free (search);
}
