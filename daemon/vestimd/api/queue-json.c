/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/queue-json.h"

#include "common/json/vestim-json.h"

void
queue_json_append_slots (GString *json, const QueueSlots *slots)
{
  g_string_append_printf (json, "{\"cpus\":%d,\"memory_mb\":%" G_GINT64_FORMAT ",\"gpus\":%d}",
                          slots->cpus, slots->memory_mb, slots->gpus);
}

void
queue_json_append_group (GString *json, const QueueGroup *group)
{
  g_string_append (json, "{\"name\":");
  vestim_json_append_string (json, group->name);
  if (group->max_running == QUEUE_NO_LIMIT)
    g_string_append (json, ",\"max_running\":null");
  else
    g_string_append_printf (json, ",\"max_running\":%d", group->max_running);
  g_string_append_printf (json, ",\"paused\":%s,\"queued\":%zu,\"running\":%zu}",
                          group->is_paused ? "true" : "false", group->n_queued, group->n_shown);
}

void
queue_json_append_groups (GString *json, const Service *service)
{
  g_autoptr (GPtrArray) groups = queue_list_groups (service_get_queue (service));

  g_string_append_c (json, '[');
  for (unsigned i = 0; i < groups->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      queue_json_append_group (json, groups->pdata[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_limit (GString *json, const char *name, int64_t value)
{
  if (value > 0)
    g_string_append_printf (json, "%s:%" G_GINT64_FORMAT, name, value);
  else
    g_string_append_printf (json, "%s:null", name);
}

static void
append_retention (GString *json, const ServiceRetention *retention)
{
  append_limit (json, ",\"retention\":{\"max_jobs\"", retention->max_jobs);
  append_limit (json, ",\"max_days\"", retention->max_days);
  append_limit (json, ",\"max_bytes\"", retention->max_bytes);
  g_string_append_c (json, '}');
}

void
queue_json_append_settings (GString *json, const ServiceSettings *settings)
{
  g_string_append_printf (json, "\"max_running\":%d,\"capacity\":", settings->max_running);
  queue_json_append_slots (json, &settings->capacity);
  g_string_append_printf (json, ",\"starvation_s\":%d", settings->starvation_s);
  append_retention (json, &settings->retention);
}

void
queue_json_append_queue (GString *json, const Service *service)
{
  const ServiceSettings *settings = service_get_settings (service);

  queue_json_append_settings (json, settings);
  g_string_append_printf (json,
                          ",\"paused\":%s,\"groups\":", settings->is_paused ? "true" : "false");
  queue_json_append_groups (json, service);
}
