/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/dependencies-private.h"

#include <string.h>

/* Checks of the dependencies that clients give. They cannot form a cycle: a new job can only name
 * older ones. Only PATCH can name a younger job, and only then there is something to search
 * (`has_forward`). */

static bool
has_dependency (const VestimJob *data, const char *id)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", id);

  return data->depends_on != NULL && strstr (data->depends_on, quoted) != NULL;
}

/* A deletion that is being stored comes before what a client asks now. */
static bool
stays (const JobEntry *entry)
{
  return entry != NULL && entry->brief.mark != JOB_ENTRY_DELETING
         && (entry->job == NULL || !entry->job->is_leaving);
}

bool
service_is_dependency (Service *service, const Job *job, const char *job_id)
{
  return stays (service_find_entry (service, job_id))
         || (job != NULL && has_dependency (job->data, job_id));
}

bool
dependencies_exist (Service *service, const Job *job, const char *depends_on)
{
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (depends_on);

  for (unsigned i = 0; i < list->len; i++)
    if (!service_is_dependency (service, job, ((VestimDependency *) list->pdata[i])->job_id))
      return false;
  return true;
}

/* Adds the sequences of the jobs in `depends_on` (nullable) that were not seen yet. */
static void
add_unseen (const char *depends_on, GHashTable *seen, GArray *next)
{
  g_autoptr (GPtrArray) list = NULL;

  if (depends_on == NULL)
    return;
  list = vestim_dependencies_parse (depends_on);
  for (unsigned i = 0; i < list->len; i++)
    {
      const VestimDependency *dependency = list->pdata[i];
      int64_t sequence = vestim_job_id_sequence (dependency->job_id);

      if (g_hash_table_add (seen, g_memdup2 (&sequence, sizeof sequence)))
        g_array_append_val (next, sequence);
    }
}

/* The same of the jobs on which `on` depends, or is about to. What a job depends on that is over
 * does not matter before it is queued again; then it is asked whether that closes a cycle. */
static void
add_dependencies (const Job *on, GHashTable *seen, GArray *next)
{
  const JobLinks *links = on->links;

  for (unsigned i = 0; links != NULL && i < links->n; i++)
    if (g_hash_table_add (seen, g_memdup2 (&links->links[i].target->sequence, sizeof (int64_t))))
      g_array_append_val (next, links->links[i].target->sequence);
  if (on->data->state == VESTIM_JOB_RUNNING)
    add_unseen (on->data->depends_on, seen, next);
  add_unseen (on->coming_depends_on, seen, next);
}

bool
dependencies_name_younger (int64_t sequence, const char *depends_on)
{
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (depends_on);

  for (unsigned i = 0; i < list->len; i++)
    if (vestim_job_id_sequence (((VestimDependency *) list->pdata[i])->job_id) >= sequence)
      return true;
  return false;
}

bool
dependencies_make_cycle (Service *service, const Job *job, const char *depends_on)
{
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GArray) next = NULL;
  bool found = false;

  if (!service->dependencies.has_forward
      && !dependencies_name_younger (job->data->sequence, depends_on))
    return false;
  service->dependencies.has_forward = true;
  seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  next = g_array_new (false, false, sizeof (int64_t));
  add_unseen (depends_on, seen, next);
  while (next->len > 0 && !found)
    {
      int64_t sequence = g_array_index (next, int64_t, next->len - 1);
      const JobEntry *entry = job_index_find (&service->index, sequence);
      const Job *on = entry != NULL ? entry->job : NULL;

      g_array_set_size (next, next->len - 1);
      found = sequence == job->data->sequence;
      if (on != NULL)
        add_dependencies (on, seen, next);
    }
  return found;
}

bool
dependencies_close_cycle (const Job *job)
{
  return job->data->depends_on != NULL
         && dependencies_make_cycle (job->service, job, job->data->depends_on);
}
