/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/job/vestim-job-fields.h"
#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/queue-json.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/api/write-request.h"

/* Changes of the queue: its settings, its pause, its groups and the order of its jobs. */

#define MAX_KEEP (INT64_C (1) << 53) /* what every reader of JSON reads exactly */
#define MAX_KEEP_DAYS 36500

/* ---- Settings ---- */

static char *
render_settings (const ServiceResult *result)
{
  GString *json = g_string_new ("{");

  queue_json_append_settings (json, result->settings);
  g_string_append_c (json, '}');
  return g_string_free (json, false);
}

/* Reads a whole number, and sets `bit` of `given`. The caller has set `*value` to what null means.
 */
static void
read_nullable (const VestimFieldReader *reader, const char *name, int64_t min, int64_t max,
               int64_t *value, unsigned bit, unsigned *given)
{
  if (vestim_json_member (reader->object, name) == NULL)
    return;
  *given |= bit;
  if (vestim_field_reader_is_given (reader, name))
    vestim_field_reader_int64 (reader, name, min, max, value);
}

/* null: all as found. */
static void
read_capacity (const RequestBody *body, ServiceSettings *settings, unsigned *given)
{
  static const char *const known[] = { "cpus", "memory_mb", "gpus", NULL };
  const VestimJsonNode *node = vestim_json_member (body->root, "capacity");
  const VestimFieldReader reader = { node, "capacity", body->errors };
  int64_t cpus = SERVICE_AS_FOUND, memory = SERVICE_AS_FOUND, gpus = SERVICE_AS_FOUND;

  if (node == NULL)
    return;
  if (vestim_json_type (node) == VESTIM_JSON_NULL)
    *given |= SERVICE_CPUS | SERVICE_MEMORY | SERVICE_GPUS;
  else if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    vestim_field_errors_add (body->errors, "capacity",
                             "The capacity must be an object, such as {\"cpus\": 8, "
                             "\"memory_mb\": 16000, \"gpus\": 1}, or null for what was found.");
  else
    {
      read_nullable (&reader, "cpus", 1, VESTIM_MAX_CPUS, &cpus, SERVICE_CPUS, given);
      read_nullable (&reader, "memory_mb", 0, VESTIM_MAX_MEMORY_MB, &memory, SERVICE_MEMORY, given);
      read_nullable (&reader, "gpus", 0, VESTIM_MAX_GPUS, &gpus, SERVICE_GPUS, given);
      vestim_field_reader_refuse_unknown (&reader, known);
    }
  settings->named = (QueueSlots){ (int) cpus, memory, (int) gpus };
}

/* null: no limit at all. */
static void
read_retention (const RequestBody *body, ServiceRetention *retention, unsigned *given)
{
  static const char *const known[] = { "max_jobs", "max_days", "max_bytes", NULL };
  const VestimJsonNode *node = vestim_json_member (body->root, "retention");
  const VestimFieldReader reader = { node, "retention", body->errors };

  if (node == NULL)
    return;
  if (vestim_json_type (node) == VESTIM_JSON_NULL)
    *given |= SERVICE_KEEP_JOBS | SERVICE_KEEP_DAYS | SERVICE_KEEP_BYTES;
  else if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    vestim_field_errors_add (body->errors, "retention",
                             "The retention must be an object, such as {\"max_jobs\": 1000, "
                             "\"max_days\": 30, \"max_bytes\": null}, or null for no limit.");
  else
    {
      read_nullable (&reader, "max_jobs", 1, MAX_KEEP, &retention->max_jobs, SERVICE_KEEP_JOBS,
                     given);
      read_nullable (&reader, "max_days", 1, MAX_KEEP_DAYS, &retention->max_days, SERVICE_KEEP_DAYS,
                     given);
      read_nullable (&reader, "max_bytes", 1, MAX_KEEP, &retention->max_bytes, SERVICE_KEEP_BYTES,
                     given);
      vestim_field_reader_refuse_unknown (&reader, known);
    }
}

/* As vestim_field_reader_int(), but null is wrong. */
static void
read_number (const RequestBody *body, const char *name, int max, int *value, unsigned bit,
             unsigned *given)
{
  int64_t number;

  if (vestim_json_member (body->root, name) == NULL)
    return;
  *given |= bit;
  if (vestim_json_get_int64 (vestim_json_member (body->root, name), &number) && number >= 0
      && number <= max)
    *value = (int) number;
  else
    vestim_field_errors_add (body->errors, name, "This must be a whole number from 0 to %d.", max);
}

static void
handle_settings (WriteRequest *request)
{
  static const char *const known[] = { "max_running", "capacity", "starvation_s", "retention",
                                       NULL };
  g_auto (RequestBody) body = { .doc = NULL };
  ServiceSettings settings = { 0 };
  unsigned given = 0;

  if (!write_request_read_body (request, &body))
    return;
  read_number (&body, "max_running", VESTIM_MAX_RUNNING, &settings.max_running, SERVICE_MAX_RUNNING,
               &given);
  read_capacity (&body, &settings, &given);
  read_number (&body, "starvation_s", SERVICE_MAX_STARVATION_S, &settings.starvation_s,
               SERVICE_STARVATION, &given);
  read_retention (&body, &settings.retention, &given);
  request_body_refuse_unknown (&body, known);
  if (body.errors->len == 0 && given == 0)
    vestim_field_errors_add (body.errors, "max_running",
                             "Give at least one of max_running, capacity, starvation_s and "
                             "retention.");
  if (!write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, 200, render_settings);
  service_set_settings (request->api->config.service, &settings, given, &call);
}

void
api_settings_patch (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_settings);
}

/* ---- The pause ---- */

static char *
render_pause (const ServiceResult *result)
{
  return g_strdup_printf ("{\"paused\":%s}", result->settings->is_paused ? "true" : "false");
}

/* False: the request is over. */
static bool
has_no_members (WriteRequest *request)
{
  static const char *const known[] = { NULL };
  g_auto (RequestBody) body = { .doc = NULL };

  if (!write_request_read_body (request, &body))
    return false;
  request_body_refuse_unknown (&body, known);
  return write_request_is_valid (request, &body);
}

static void
set_paused (WriteRequest *request, bool is_paused)
{
  const ServiceSettings settings = { .is_paused = is_paused };

  if (!has_no_members (request))
    return;
  ServiceCall call = write_request_call (request, 200, render_pause);
  service_set_settings (request->api->config.service, &settings, SERVICE_PAUSED, &call);
}

static void
handle_pause (WriteRequest *request)
{
  set_paused (request, true);
}

static void
handle_resume (WriteRequest *request)
{
  set_paused (request, false);
}

void
api_server_pause (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_pause);
}

void
api_server_resume (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_resume);
}

/* ---- Groups ---- */

void
api_groups_get (HttpExchange *exchange)
{
  g_autoptr (GString) json = g_string_new (NULL);

  queue_json_append_groups (json, api_of (exchange)->config.service);
  api_respond_json (exchange, 200, json);
}

static char *
render_group (const ServiceResult *result)
{
  GString *json = g_string_new (NULL);

  queue_json_append_group (json, result->group);
  return g_string_free (json, false);
}

static void
read_limit (const RequestBody *body, int *max_running, unsigned *given)
{
  const VestimJsonNode *node = vestim_json_member (body->root, "max_running");

  if (node == NULL || vestim_json_type (node) != VESTIM_JSON_NULL)
    {
      read_number (body, "max_running", VESTIM_MAX_RUNNING, max_running, SERVICE_GROUP_LIMIT,
                   given);
      return;
    }
  *given |= SERVICE_GROUP_LIMIT;
  *max_running = QUEUE_NO_LIMIT;
}

static void
handle_group (WriteRequest *request)
{
  static const char *const known[] = { "max_running", "paused", NULL };
  const char *name = http_exchange_param (request->exchange, "name");
  g_auto (RequestBody) body = { .doc = NULL };
  int max_running = QUEUE_NO_LIMIT;
  bool is_paused = false;
  unsigned given = 0;

  if (!write_request_read_body (request, &body))
    return;
  vestim_job_group_check (name, "name", body.errors);
  read_limit (&body, &max_running, &given);
  if (vestim_json_member (body.root, "paused") != NULL)
    given |= SERVICE_GROUP_PAUSED;
  request_body_get_bool (&body, "paused", &is_paused);
  request_body_refuse_unknown (&body, known);
  if (body.errors->len == 0 && given == 0)
    vestim_field_errors_add (body.errors, "", "Give max_running, paused or both.");
  if (!write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, 200, render_group);
  service_set_group (request->api->config.service, name, max_running, is_paused, given, &call);
}

void
api_group_patch (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_group);
}

/* ---- Moves ---- */

static const struct
{
  const char *member;
  const char *value; /* (nullable) NULL: the ID of another job */
  ServiceMove where;
} moves[] = {
  { "to", "front", SERVICE_MOVE_FRONT },
  { "to", "back", SERVICE_MOVE_BACK },
  { "before", NULL, SERVICE_MOVE_BEFORE },
  { "after", NULL, SERVICE_MOVE_AFTER },
};

/* The only member of the body. False: it is wrong. */
static bool
read_move (const RequestBody *body, ServiceMove *where, char **other)
{
  for (size_t i = 0; i < G_N_ELEMENTS (moves) && vestim_json_size (body->root) == 1; i++)
    {
      const VestimJsonNode *node = vestim_json_member (body->root, moves[i].member);
      g_autofree char *value = vestim_json_dup_string (node);

      if (value == NULL || (moves[i].value != NULL && strcmp (value, moves[i].value) != 0))
        continue;
      *where = moves[i].where;
      *other = moves[i].value == NULL ? g_steal_pointer (&value) : NULL;
      return true;
    }
  return false;
}

static void
handle_move (WriteRequest *request)
{
  g_auto (RequestBody) body = { .doc = NULL };
  g_autofree char *other = NULL;
  ServiceMove where = SERVICE_MOVE_FRONT;

  if (!write_request_read_body (request, &body))
    return;
  if (body.errors->len == 0 && !read_move (&body, &where, &other))
    vestim_field_errors_add (body.errors, "",
                             "Give one of {\"to\": \"front\"}, {\"to\": \"back\"}, {\"before\": "
                             "\"JOB_ID\"} and {\"after\": \"JOB_ID\"}.");
  if (!write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, 200, NULL);
  service_move (request->api->config.service, http_exchange_param (request->exchange, "id"), where,
                other, &call);
}

void
api_job_move (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_move);
}
