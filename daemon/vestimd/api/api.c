/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/api.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/json/vestim-json.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/queue-json.h"

/* The registry's look-up in the form that idempotency keys need. */
static void
find_key (void *registry, const char *key, IdempotencyFoundFn found, void *user)
{
  registry_find_key (registry, key, found, user);
}

Api *
api_new (const ApiConfig *config)
{
  Api *api = g_new0 (Api, 1);

  api->config = *config;
  api->start_time = uv_hrtime ();
  snprintf (api->stream_epoch, sizeof api->stream_epoch, "%" PRIx64 "-%08x",
            (uint64_t) config->started_at & UINT64_C (0xffffffffffff), g_random_int ());
  api->idempotency_lookup = idempotency_lookup_new (find_key, config->registry);
  api->events = events_new (config->loop, api->stream_epoch);
  api->check_queue = check_queue_new (config->loop, config->estimator);
  api->disk_usage = disk_usage_new (config->loop, config->jobs_dir);
  api->resources = resources_new (config->loop, config->jobs_dir);
  job_watchers_init (&api->watchers);
  api->job_waits = job_waits_new (config->loop, &api->watchers, api_answer_job);
  api->job_follows = job_follows_new (config->loop, &api->watchers, config->jobs_dir);
  api->list_streams = list_streams_new (config->service);
  api->n_open = 7;
  return api;
}

static void
announce_cleared (Api *api, const ServiceEvent *event)
{
  g_autoptr (GString) json = g_string_new ("{\"all\":true}");

  if (!event->all)
    {
      g_string_assign (json, "{\"job_ids\":[");
      for (size_t i = 0; i < event->n_ids; i++)
        {
          if (i > 0)
            g_string_append_c (json, ',');
          vestim_json_append_string (json, event->job_ids[i]);
        }
      g_string_append (json, "]}");
    }
  events_publish (api->events, "cleared", json->str, json->len);
}

static void
announce_deleted (Api *api, const ServiceEvent *event)
{
  g_autoptr (GString) json = g_string_new ("{\"job_id\":");

  vestim_json_append_string (json, event->job_id);
  g_string_append_c (json, '}');
  events_publish (api->events, "deleted", json->str, json->len);
}

static void
tell_watchers (Api *api, const ServiceEvent *event)
{
  if (event->kind == SERVICE_EVENT_JOB)
    job_watchers_tell_change (&api->watchers, job_get (event->job));
  else
    for (size_t i = 0; i < event->n_ids; i++)
      job_watchers_tell_deletion (&api->watchers, event->job_ids[i]);
}

static void
announce_queue (Api *api)
{
  g_autoptr (GString) json = g_string_new ("{");

  queue_json_append_queue (json, api->config.service);
  g_string_append_c (json, '}');
  events_publish (api->events, "queue", json->str, json->len);
}

void
api_announce (Api *api, const ServiceEvent *event)
{
  tell_watchers (api, event);
  if (event->kind == SERVICE_EVENT_JOB)
    {
      size_t length;
      const char *json = g_bytes_get_data (job_get_json (api->config.service, event->job), &length);

      events_publish (api->events, "job", json, length);
    }
  else if (event->kind == SERVICE_EVENT_DELETED)
    announce_deleted (api, event);
  else if (event->kind == SERVICE_EVENT_QUEUE)
    announce_queue (api);
  else
    announce_cleared (api, event);
}

static void
free_if_done (Api *api)
{
  if (api->closed == NULL || api->n_open > 0 || api->n_requests > 0)
    return;
  job_watchers_deinit (&api->watchers);
  idempotency_lookup_free (api->idempotency_lookup);
  g_clear_pointer (&api->list, g_bytes_unref);
  g_free (api->list_query);
  g_free (api->list_next);
  api->closed (api->closed_user);
  g_free (api);
}

void
api_hold (Api *api)
{
  api->n_requests++;
}

void
api_release (Api *api)
{
  assert (api->n_requests > 0);
  api->n_requests--;
  free_if_done (api);
}

int
api_code_after_wait (const Api *api, int code)
{
  return code == 0 && api->closed != NULL ? SERVICE_E_STOPPING : code;
}

static void
on_part_closed (void *user)
{
  Api *api = user;

  api->n_open--;
  free_if_done (api);
}

void
api_end_waits (Api *api, bool with_ends)
{
  job_waits_end (api->job_waits, with_ends);
}

void
api_close (Api *api, void (*closed) (void *user), void *user)
{
  assert (api->closed == NULL);
  api->closed = closed;
  api->closed_user = user;
  events_close (api->events, on_part_closed, api);
  job_waits_close (api->job_waits, on_part_closed, api);
  job_follows_close (api->job_follows, on_part_closed, api);
  list_streams_close (api->list_streams, on_part_closed, api);
  check_queue_close (api->check_queue, on_part_closed, api);
  disk_usage_close (api->disk_usage, on_part_closed, api);
  resources_close (api->resources, on_part_closed, api);
}
