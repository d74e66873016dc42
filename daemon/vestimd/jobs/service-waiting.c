/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-waiting.h"

#include "common/job/vestim-job-json.h"
#include "common/json/vestim-json.h"
#include "daemon/vestimd/jobs/job-slots.h"

/* A detail has no number that other jobs could change: else their changes would be changes of this
 * job. */

/* Beside the QueueWait. */
enum
{
  WAIT_HELD = QUEUE_WAIT_PAUSED + 1,
  WAIT_NOTHING,
  N_WAITS,
};

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
  needs = job_needs (data);
  return queue_explain (service->queue, group != NULL ? group : &new_group, &needs);
}

unsigned
service_waiting_version (const Service *service, const VestimJob *data)
{
  return service->capacity_version * N_WAITS + (unsigned) find_reason (service, data);
}

/* "4 CPUs, 8192 MB of memory and 1 GPU". */
static void
append_slots (GString *out, const QueueSlots *slots)
{
  g_string_append_printf (out, "%d CPU%s", slots->cpus, slots->cpus == 1 ? "" : "s");
  if (slots->memory_mb > 0)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT " MB of memory",
                            slots->gpus > 0 ? ", " : " and ", slots->memory_mb);
  if (slots->gpus > 0)
    g_string_append_printf (out, " and %d GPU%s", slots->gpus, slots->gpus == 1 ? "" : "s");
}

static void
append_detail (GString *out, const Service *service, const VestimJob *data, int reason)
{
  const char *group = vestim_job_group (data);
  QueueSlots needs = job_needs (data);

  switch (reason)
    {
    case WAIT_HELD:
      g_string_append (out, "The job is on hold: resume it.");
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
      g_string_append (out, "The job needs ");
      append_slots (out, &needs);
      g_string_append (out, ", but this computer has ");
      append_slots (out, &service->settings.capacity);
      g_string_append (out, ". Change the resources of the job or the capacity of the server.");
      return;
    default:
      g_string_append (out, "The job starts when it is its turn and ");
      append_slots (out, &needs);
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
  return reason == QUEUE_WAIT_GROUP_FULL ? "group" : "slot";
}

char *
service_dup_waiting (Service *service, const VestimJob *data)
{
  int reason = find_reason (service, data);
  const char *word = word_of (reason);
  g_autofree char *detail = NULL;
  GString *json;

  if (reason == WAIT_NOTHING)
    return NULL;
  if (reason != WAIT_HELD)
    detail = waits_dup_detail (service, data, &word);
  if (detail == NULL)
    detail = dup_detail (service, data, reason);
  json = g_string_new (NULL);
  g_string_append_printf (json, "{\"for\":\"%s\",\"detail\":", word);
  vestim_json_append_string (json, detail);
  g_string_append_c (json, '}');
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
