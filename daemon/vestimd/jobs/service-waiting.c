/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-waiting.h"

#include <string.h>

#include "common/job/vestim-job-json.h"
#include "common/json/vestim-json.h"
#include "common/vestim-size.h"
#include "daemon/vestimd/jobs/job-slots.h"

/* A detail has no number that other jobs could change: else their changes would be changes of this
 * job. */

/* Beside the QueueWait. */
enum
{
  WAIT_HELD = QUEUE_WAIT_PAUSED + 1,
  WAIT_EXECUTOR,
  WAIT_NO_EXECUTOR,
  WAIT_NOTHING,
  N_WAITS,
};

/* (nullable) */
static const Job *
find_job (const Service *service, const VestimJob *data)
{
  const JobEntry *entry = job_index_find (&service->index, data->sequence);

  return entry != NULL ? entry->job : NULL;
}

static bool
is_at_executor (const Service *service, const VestimJob *data)
{
  const Job *job = find_job (service, data);

  return job != NULL && job_is_handed_over (job);
}

static int
find_reason (const Service *service, const VestimJob *data)
{
  static const QueueGroup new_group = { .max_running = QUEUE_NO_LIMIT };
  const QueueGroup *group = queue_find_group (service->queue, vestim_job_group (data));
  QueueSlots needs;

  if (data->state != VESTIM_JOB_QUEUED)
    return WAIT_NOTHING;
  if (data->paused)
    return WAIT_HELD;
  if (is_at_executor (service, data))
    return WAIT_EXECUTOR;
  if (service->config.executors->by_name[data->executor] == NULL)
    return WAIT_NO_EXECUTOR;
  needs = job_needs (data);
  return queue_explain (service->queue, group != NULL ? group : &new_group, &needs);
}

unsigned
service_waiting_version (const Service *service, const VestimJob *data)
{
  return service->capacity_version * N_WAITS + (unsigned) find_reason (service, data);
}

enum
{
  NAME_CPUS = 1 << 0,
  NAME_MEMORY = 1 << 1,
  NAME_GPUS = 1 << 2,
};

/* (transfer full) as users type it. `is_exact`: not rounded. */
static char *
dup_memory (int64_t memory_mb, bool is_exact)
{
  return is_exact ? g_strdup_printf ("%" G_GINT64_FORMAT "M", memory_mb)
                  : vestim_size_text (memory_mb << 20);
}

/* "4 CPUs, 8G of memory and 1 GPU": those that are `named`. */
static void
append_slots (GString *out, const QueueSlots *slots, unsigned named, bool is_exact)
{
  g_autofree char *memory = dup_memory (slots->memory_mb, is_exact);

  if ((named & NAME_CPUS) != 0)
    g_string_append_printf (out, "%d CPU%s", slots->cpus, slots->cpus == 1 ? "" : "s");
  if ((named & NAME_MEMORY) != 0)
    g_string_append_printf (out, "%s%s of memory",
                            (named & NAME_CPUS) == 0   ? ""
                            : (named & NAME_GPUS) != 0 ? ", "
                                                       : " and ",
                            memory);
  if ((named & NAME_GPUS) != 0)
    g_string_append_printf (out, "%s%d GPU%s", named == NAME_GPUS ? "" : " and ", slots->gpus,
                            slots->gpus == 1 ? "" : "s");
}

static void
append_needs (GString *out, const QueueSlots *needs)
{
  append_slots (out, needs,
                NAME_CPUS | (needs->memory_mb > 0 ? NAME_MEMORY : 0)
                    | (needs->gpus > 0 ? NAME_GPUS : 0),
                false);
}

/* Only what does not suffice. Sizes that would look equal are not rounded. */
static void
append_lack (GString *out, const QueueSlots *needs, const QueueSlots *capacity)
{
  unsigned named = (needs->cpus > capacity->cpus ? NAME_CPUS : 0)
                   | (needs->memory_mb > capacity->memory_mb ? NAME_MEMORY : 0)
                   | (needs->gpus > capacity->gpus ? NAME_GPUS : 0);
  g_autofree char *needed = dup_memory (needs->memory_mb, false);
  g_autofree char *present = dup_memory (capacity->memory_mb, false);
  bool is_exact = strcmp (needed, present) == 0;

  g_string_append (out, "The job needs ");
  append_slots (out, needs, named, is_exact);
  g_string_append (out, ", but the server has ");
  append_slots (out, capacity, named, is_exact);
  g_string_append (
      out,
      ". Ask for less, or raise the capacity of the server (vestimd --capacity), if it has more.");
}

static void
append_detail (GString *out, const Service *service, const VestimJob *data, int reason)
{
  const char *group = vestim_job_group (data);
  QueueSlots needs = job_needs (data);
  const char *reported;

  switch (reason)
    {
    case WAIT_HELD:
      g_string_append (out, "The job is on hold: resume it.");
      return;
    case WAIT_EXECUTOR:
      reported = find_job (service, data)->wait_reason;
      g_string_append (out, reported != NULL ? reported : "The job is being started.");
      return;
    case WAIT_NO_EXECUTOR:
      g_string_append_printf (out,
                              "This server has no executor \"%s\" any more. Configure it, or "
                              "change the executor of the job.",
                              vestim_executor_words[data->executor]);
      return;
    case QUEUE_WAIT_PAUSED:
      g_string_append (out, "The queue is paused. Resume it to start jobs.");
      return;
    case QUEUE_WAIT_GROUP_PAUSED:
      g_string_append_printf (out, "The group \"%s\" is paused. Resume it to start its jobs.",
                              group);
      return;
    case QUEUE_WAIT_GROUP_FULL:
      g_string_append_printf (out, "The group \"%s\" runs as many jobs as it may.", group);
      return;
    case QUEUE_WAIT_DRAINED:
      g_string_append (out, "The server starts no jobs, because its max_running is 0.");
      return;
    case QUEUE_WAIT_TOO_LARGE:
      append_lack (out, &needs, &service->settings.capacity);
      return;
    default:
      g_string_append (out, "The job starts when it is its turn and ");
      append_needs (out, &needs);
      g_string_append (out, needs.cpus == 1 && needs.memory_mb == 0 && needs.gpus == 0
                                ? " is free."
                                : " are free.");
    }
}

static char *
dup_detail (const Service *service, const VestimJob *data, int reason)
{
  GString *out = g_string_new (NULL);

  append_detail (out, service, data, reason);
  return g_string_free (out, false);
}

static const char *
word_of (int reason)
{
  if (reason == WAIT_HELD || reason == QUEUE_WAIT_PAUSED || reason == QUEUE_WAIT_GROUP_PAUSED)
    return "paused";
  if (reason == WAIT_EXECUTOR || reason == WAIT_NO_EXECUTOR)
    return "executor";
  return reason == QUEUE_WAIT_GROUP_FULL ? "group" : "slot";
}

void
service_count_waiting (const Service *service, size_t counts[N_WAITING])
{
  const Waits *waits = &service->waits;
  size_t in_queue[QUEUE_N_WAITS] = { 0 }, n_others = 0;

  queue_count_waiting (service->queue, in_queue);
  counts[WAITING_GROUP] = in_queue[QUEUE_WAIT_GROUP_FULL];
  counts[WAITING_PAUSED] =
      service->n_held + in_queue[QUEUE_WAIT_PAUSED] + in_queue[QUEUE_WAIT_GROUP_PAUSED];
  counts[WAITING_DEPENDENCY] = waits->n_waiting[JOB_WAIT_DEPENDENCY];
  counts[WAITING_TIME] = waits->n_waiting[JOB_WAIT_TIME];
  counts[WAITING_RETRY] = waits->n_waiting[JOB_WAIT_RETRY];
  for (int i = WAITING_SLOT + 1; i < N_WAITING; i++)
    n_others += counts[i];
  counts[WAITING_SLOT] = service->counts[VESTIM_JOB_QUEUED] - n_others;
}

char *
service_dup_waiting (Service *service, const VestimJob *data)
{
  int reason = find_reason (service, data);
  const char *word = word_of (reason);
  g_autofree char *detail = NULL;
  bool is_too_large;
  GString *json;

  if (reason == WAIT_NOTHING)
    return NULL;
  if (reason < WAIT_HELD)
    detail = waits_dup_detail (service, data, &word);
  is_too_large = detail == NULL && reason == QUEUE_WAIT_TOO_LARGE;
  if (detail == NULL)
    detail = dup_detail (service, data, reason);
  json = g_string_new (NULL);
  g_string_append_printf (json, "{\"for\":\"%s\",\"detail\":", word);
  vestim_json_append_string (json, detail);
  g_string_append (json, is_too_large ? ",\"too_large\":true}" : "}");
  return g_string_free (json, false);
}

void
service_append_job (Service *service, GString *out, const VestimJob *data)
{
  VestimJob shown = *data;

  shown.waiting = service_dup_waiting (service, data);
  vestim_job_json_append (out, &shown, service->config.jobs_dir);
  g_free (shown.waiting);
}
