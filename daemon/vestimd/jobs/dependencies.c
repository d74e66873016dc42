/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/dependencies-private.h"

#include <string.h>

#include "common/job/vestim-dependencies.h"
#include "daemon/vestimd/jobs/job-store.h"

/* A job that may still start has a link to each of its dependencies. The links to one job are in a
 * list, which is found by that job's sequence. So a change of a job costs as much as there are jobs
 * that depend on it, and each of these only counts.
 *
 * A dependency that is gone is met if any end would do. If it had to be completed, the registry
 * remembers that it was: a setting with the job's ID, which lasts until no link needs it. A job
 * that was started once (`is_released`) needs nothing of what is gone. */

#define MEMORY_PREFIX "completed:"

/* ---- Judging ---- */

/* The status of a job, or what is about to be stored. False if there is no such job. */
static bool
find_state (Service *service, const char *job_id, VestimJobState *state)
{
  const JobEntry *entry = service_find_entry (service, job_id);

  if (entry == NULL)
    return false;
  *state = entry->job != NULL ? job_coming_state (entry->job) : (VestimJobState) entry->brief.state;
  return true;
}

/* For a dependency that exists. */
static DependencyStatus
judge_state (VestimJobState state, const VestimDependency *dependency)
{
  bool is_over = vestim_job_state_is_final (state);

  if (state == VESTIM_JOB_COMPLETED || (is_over && dependency->when == VESTIM_WHEN_OVER))
    return DEPENDENCY_MET;
  return is_over ? DEPENDENCY_BROKEN : DEPENDENCY_UNMET;
}

/* For one that is gone. */
static DependencyStatus
judge_gone (Service *service, const VestimJob *data, const VestimDependency *dependency)
{
  return dependency->when == VESTIM_WHEN_OVER || data->is_released
                 || g_hash_table_contains (service->dependencies.completed, dependency->job_id)
             ? DEPENDENCY_MET
             : DEPENDENCY_BROKEN;
}

static DependencyStatus
judge (Service *service, const VestimJob *data, const VestimDependency *dependency)
{
  VestimJobState state;

  return find_state (service, dependency->job_id, &state) ? judge_state (state, dependency)
                                                          : judge_gone (service, data, dependency);
}

DependencyStatus
dependencies_status (const Job *job)
{
  if (job->links == NULL)
    return DEPENDENCY_MET;
  if (job->links->counts[DEPENDENCY_BROKEN] > 0)
    return DEPENDENCY_BROKEN;
  return job->links->counts[DEPENDENCY_UNMET] > 0 ? DEPENDENCY_UNMET : DEPENDENCY_MET;
}

unsigned
dependencies_first (const Job *job)
{
  DependencyStatus status = dependencies_status (job);
  unsigned first = 0;

  if (status != DEPENDENCY_MET)
    while (job->links->links[first].status != status)
      first++;
  return first;
}

DependencyStatus
dependencies_judge (Service *service, const VestimJob *data, char **which)
{
  g_autoptr (GPtrArray) list = NULL;
  const VestimDependency *found = NULL;
  DependencyStatus worst = DEPENDENCY_MET;

  if (data->depends_on == NULL)
    return DEPENDENCY_MET;
  list = vestim_dependencies_parse (data->depends_on);
  for (unsigned i = 0; i < list->len && worst != DEPENDENCY_BROKEN; i++)
    {
      DependencyStatus status = judge (service, data, list->pdata[i]);

      if (status == DEPENDENCY_MET || (status == DEPENDENCY_UNMET && found != NULL))
        continue;
      worst = status;
      found = list->pdata[i];
    }
  if (which != NULL && found != NULL)
    *which = g_strdup (found->job_id);
  return worst;
}

char *
dependencies_dup_reason (Service *service, const VestimJob *data)
{
  static const char *const ends[VESTIM_N_JOB_STATES] = {
    [VESTIM_JOB_FAILED] = "failed",
    [VESTIM_JOB_STOPPED] = "was stopped",
    [VESTIM_JOB_INTERRUPTED] = "was interrupted",
  };
  g_autofree char *id = NULL;
  VestimJobState state;
  const char *end;

  dependencies_judge (service, data, &id);
  end = find_state (service, id, &state) ? ends[state] : "was deleted";
  return g_strdup_printf ("job %s %s", id, end != NULL ? end : "cannot complete");
}

/* ---- Links ---- */

static Target *
get_target (Dependencies *dependencies, int64_t sequence)
{
  Target *target = g_hash_table_lookup (dependencies->targets, &sequence);

  if (target == NULL)
    {
      target = g_new0 (Target, 1);
      target->sequence = sequence;
      g_hash_table_insert (dependencies->targets, &target->sequence, target);
    }
  return target;
}

static void
open_link (Job *job, const VestimDependency *dependency)
{
  JobLinks *links = job->links;
  Link *link = &links->links[links->n++];
  Target *target =
      get_target (&job->service->dependencies, vestim_job_id_sequence (dependency->job_id));

  *link = (Link){ .job = job, .target = target, .next = target->first, .dependency = dependency };
  if (target->first != NULL)
    target->first->previous = link;
  target->first = link;
  link->status = judge (job->service, job->data, dependency);
  links->counts[link->status]++;
}

/* Remembers that the job was completed, or removes that with NULL. */
static void
store_memory (Service *service, const char *id, const char *value)
{
  g_autofree char *key = g_strconcat (MEMORY_PREFIX, id, NULL);
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_transaction_set_setting (transaction, key, value);
  service_submit (service, transaction, NULL, NULL);
}

static void
close_link (Service *service, Link *link, bool forgets)
{
  Target *target = link->target;

  if (link->previous != NULL)
    link->previous->next = link->next;
  else
    target->first = link->next;
  if (link->next != NULL)
    link->next->previous = link->previous;
  if (target->first != NULL)
    return;
  if (forgets && g_hash_table_remove (service->dependencies.completed, link->dependency->job_id))
    store_memory (service, link->dependency->job_id, NULL);
  g_hash_table_remove (service->dependencies.targets, &target->sequence);
}

static void
close_links (Job *job, bool forgets)
{
  JobLinks *links = g_steal_pointer (&job->links);

  if (links == NULL)
    return;
  for (unsigned i = 0; i < links->n; i++)
    close_link (job->service, &links->links[i], forgets);
  g_ptr_array_unref (links->list);
  g_free (links);
}

bool
dependencies_matter (const VestimJob *data)
{
  return data->depends_on != NULL
         && (data->state == VESTIM_JOB_CREATED || data->state == VESTIM_JOB_QUEUED
             || data->is_blocked);
}

/* The new links are made before the old ones are closed, so that nothing is forgotten between. */
void
dependencies_link (Job *job)
{
  JobLinks *old = g_steal_pointer (&job->links);
  GPtrArray *list;

  if (dependencies_matter (job->data))
    {
      list = vestim_dependencies_parse (job->data->depends_on);
      job->links = g_malloc0 (sizeof *job->links + list->len * sizeof (Link));
      job->links->list = list;
      for (unsigned i = 0; i < list->len; i++)
        open_link (job, list->pdata[i]);
    }
  if (old != NULL)
    {
      JobLinks *links = g_steal_pointer (&job->links);

      job->links = old;
      close_links (job, true);
      job->links = links;
    }
}

void
dependencies_unlink (Job *job)
{
  close_links (job, true);
}

void
dependencies_drop (Job *job)
{
  close_links (job, false);
}

/* ---- Changes ---- */

/* One job may have ten thousand dependants. */
static void
judge_target (Service *service, Target *target)
{
  VestimJobState state;
  bool exists = find_state (service, target->first->dependency->job_id, &state);

  for (Link *link = target->first; link != NULL; link = link->next)
    {
      DependencyStatus status = exists ? judge_state (state, link->dependency)
                                       : judge_gone (service, link->job->data, link->dependency);

      if (status == link->status)
        continue;
      link->job->links->counts[link->status]--;
      link->job->links->counts[status]++;
      link->status = status;
      service_recheck (link->job);
    }
}

/* (nullable) */
static Target *
find_target (Service *service, int64_t sequence)
{
  return g_hash_table_lookup (service->dependencies.targets, &sequence);
}

bool
service_is_needed (const Service *service, int64_t sequence)
{
  return g_hash_table_contains (service->dependencies.targets, &sequence);
}

void
dependencies_note_status (Job *job)
{
  Target *target = find_target (job->service, job->data->sequence);

  if (target != NULL)
    judge_target (job->service, target);
}

void
dependencies_remember (Service *service, RegistryTransaction *transaction, const VestimJob *data)
{
  g_autofree char *key = g_strconcat (MEMORY_PREFIX, data->id, NULL);

  if (data->state == VESTIM_JOB_COMPLETED && find_target (service, data->sequence) != NULL)
    registry_transaction_set_setting (transaction, key, "1");
}

void
dependencies_note_deletion (Service *service, const VestimJob *data)
{
  Target *target = find_target (service, data->sequence);

  if (target == NULL)
    return;
  if (data->state == VESTIM_JOB_COMPLETED)
    {
      g_hash_table_add (service->dependencies.completed, g_strdup (data->id));
      store_memory (service, data->id, "1"); /* a job that needs it may be new */
    }
  judge_target (service, target);
}

/* ---- Life ---- */

void
dependencies_init (Service *service)
{
  service->dependencies = (Dependencies){
    .targets = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free),
    .completed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
}

void
dependencies_clear (Service *service)
{
  g_hash_table_unref (service->dependencies.targets);
  g_hash_table_unref (service->dependencies.completed);
}

/* What the registry remembers of dependencies that are gone. */
static void
recall (Service *service, const VestimJob *data)
{
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (data->depends_on);

  for (unsigned i = 0; i < list->len; i++)
    {
      const char *id = ((VestimDependency *) list->pdata[i])->job_id;
      g_autofree char *key = g_strconcat (MEMORY_PREFIX, id, NULL);
      g_autofree char *value = NULL;

      if (service_find_entry (service, id) != NULL)
        continue;
      value = registry_get_setting (service->config.registry, key);
      if (value != NULL)
        g_hash_table_add (service->dependencies.completed, g_strdup (id));
    }
}

void
dependencies_note_read (Service *service, const VestimJob *data)
{
  if (data->depends_on != NULL && dependencies_name_younger (data->sequence, data->depends_on))
    service->dependencies.has_forward = true;
}

void
dependencies_load (Service *service)
{
  for (Job *job = service->first; job != NULL; job = job->next)
    {
      const VestimJob *data = job->data;

      if (!dependencies_matter (data))
        continue;
      recall (service, data);
      dependencies_link (job);
    }
}
