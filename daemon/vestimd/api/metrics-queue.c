/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/metrics-queue.h"

#include "daemon/vestimd/jobs/service-settings.h"

/* Users choose the names of groups, and each label costs Prometheus a series. So only the first
 * groups by name have series of their own; the others share one, whose label no group can have. */
#define MAX_GROUPS 100
#define OTHER_GROUPS "(others)"

#define MIB (1024.0 * 1024.0)

typedef double (*GroupValue) (const QueueGroup *group);

/* ---- Slots ---- */

static void
append_slots (MetricsText *text, const Queue *queue)
{
  const QueueSlots *capacity = queue_get_capacity (queue), *used = queue_get_used (queue);

  metrics_text_single (text, METRIC_GAUGE, "vestim_capacity_cpus", "CPUs that jobs can reserve.",
                       capacity->cpus);
  metrics_text_single (text, METRIC_GAUGE, "vestim_reserved_cpus",
                       "CPUs that running jobs have reserved.", used->cpus);
  metrics_text_single (text, METRIC_GAUGE, "vestim_capacity_memory_bytes",
                       "Memory that jobs can reserve.", (double) capacity->memory_mb * MIB);
  metrics_text_single (text, METRIC_GAUGE, "vestim_reserved_memory_bytes",
                       "Memory that running jobs have reserved.", (double) used->memory_mb * MIB);
  metrics_text_single (text, METRIC_GAUGE, "vestim_capacity_gpus", "GPUs that jobs can reserve.",
                       capacity->gpus);
  metrics_text_single (text, METRIC_GAUGE, "vestim_reserved_gpus",
                       "GPUs that running jobs have reserved.", used->gpus);
}

/* ---- Groups ---- */

static double
get_running (const QueueGroup *group)
{
  return (double) group->n_shown;
}

static double
get_queued (const QueueGroup *group)
{
  return (double) group->n_queued;
}

static double
get_paused (const QueueGroup *group)
{
  return group->is_paused;
}

/* Below 0: none. */
static double
get_limit (const QueueGroup *group)
{
  return group->max_running;
}

/* A metric without any sample is left out. */
static void
append_groups (MetricsText *text, const GPtrArray *groups, const char *name, const char *help,
               GroupValue get)
{
  bool has_begun = false;

  for (unsigned i = 0; i < MIN (groups->len, MAX_GROUPS); i++)
    {
      const QueueGroup *group = groups->pdata[i];

      if (get (group) < 0)
        continue;
      if (!has_begun)
        metrics_text_begin (text, METRIC_GAUGE, name, help);
      has_begun = true;
      metrics_text_add (text, METRIC_LABELS ("group", group->name), get (group));
    }
}

static void
append_sums (MetricsText *text, const GPtrArray *groups, const char *name, const char *help,
             GroupValue get)
{
  double sum = 0;

  append_groups (text, groups, name, help, get);
  for (unsigned i = MAX_GROUPS; i < groups->len; i++)
    sum += get (groups->pdata[i]);
  if (groups->len > MAX_GROUPS)
    metrics_text_add (text, METRIC_LABELS ("group", OTHER_GROUPS), sum);
}

static void
append_all_groups (MetricsText *text, const Queue *queue)
{
  g_autoptr (GPtrArray) groups = queue_list_groups (queue);

  append_sums (text, groups, "vestim_group_running_jobs", "Running jobs by group.", get_running);
  append_sums (text, groups, "vestim_group_queued_jobs", "Queued jobs by group.", get_queued);
  append_groups (text, groups, "vestim_group_paused", "1 if the group is paused.", get_paused);
  append_groups (text, groups, "vestim_group_max_running_jobs",
                 "Jobs of the group that may run at the same time, for groups with a limit.",
                 get_limit);
}

/* ---- The queue ---- */

static void
append_waiting (MetricsText *text, const Service *service)
{
  static const char *const reasons[N_WAITING] = {
    [WAITING_SLOT] = "slot",     [WAITING_GROUP] = "group",
    [WAITING_PAUSED] = "paused", [WAITING_DEPENDENCY] = "dependency",
    [WAITING_TIME] = "time",     [WAITING_RETRY] = "retry",
  };
  size_t counts[N_WAITING];

  service_count_waiting (service, counts);
  metrics_text_begin (text, METRIC_GAUGE, "vestim_waiting_jobs",
                      "Queued jobs by what they wait for.");
  for (int i = 0; i < N_WAITING; i++)
    metrics_text_add (text, METRIC_LABELS ("reason", reasons[i]), (double) counts[i]);
}

void
metrics_append_queue (MetricsText *text, const Service *service)
{
  const Queue *queue = service_get_queue (service);

  append_waiting (text, service);
  metrics_text_single (text, METRIC_GAUGE, "vestim_paused_jobs",
                       "Running jobs whose processes stand still.", queue_count_frozen (queue));
  metrics_text_single (text, METRIC_GAUGE, "vestim_queue_paused", "1 if the queue is paused.",
                       queue_is_paused (queue));
  append_slots (text, queue);
  append_all_groups (text, queue);
}

/* ---- Hooks and retention ---- */

void
metrics_append_upkeep (MetricsText *text, const ApiConfig *config)
{
  static const char *const outcomes[N_HOOK_OUTCOMES] = { "done", "failed", "timed_out" };
  const UpkeepStats *stats = config->upkeep_stats;

  metrics_text_begin (text, METRIC_COUNTER, "vestim_hooks_ended_total",
                      "Hooks that have ended, by outcome.");
  for (int i = 0; i < N_HOOK_OUTCOMES; i++)
    metrics_text_add (text, METRIC_LABELS ("outcome", outcomes[i]), (double) stats->n_hooks[i]);
  metrics_text_single (text, METRIC_GAUGE, "vestim_hooks_pending",
                       "Hooks that run or wait for their turn.",
                       (double) registry_get_stats (config->registry)->n_hooks);
  metrics_text_single (text, METRIC_COUNTER, "vestim_retention_deleted_jobs_total",
                       "Jobs that retention has deleted.", (double) stats->n_deleted);
}
