/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/responses.h"

#include <assert.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/api/api-private.h"

#define MAX_PREFIX 255

typedef struct
{
  int code;   /* SERVICE_E_* */
  int status; /* of HTTP */
  const char *detail;
} ErrorRow;

static const ErrorRow rows[] = {
  { SERVICE_E_NOT_FOUND, 404, "There is no job with this ID. GET /jobs lists the jobs." },
  { SERVICE_E_STATE, 409, "The job's status does not allow this." },
  { SERVICE_E_INVALID, 422, "The request is not valid. See errors for each field." },
  { SERVICE_E_FULL, 507,
    "The disk of the data directory is full, so nothing was stored. Free some space and send the "
    "request again. The server does not need a restart." },
  { SERVICE_E_FAILED, 500,
    "The registry could not store this, so nothing was changed. The server's log says why." },
  { SERVICE_E_BUSY, 503,
    "Another program has locked the registry, or memory or descriptors are lacking, so nothing was "
    "stored. Send the request again soon. The server's log says why." },
  { SERVICE_E_DAMAGED, 500,
    "Another program changed the registry's files while the server was running, so nothing was "
    "stored. The server's log says what to do." },
  { SERVICE_E_UNIQUE, 409,
    "Another job with this unique name is queued or runs. Wait for its end, or use another "
    "name." },
  { SERVICE_E_STOPPING, 503,
    "The server is stopping. Send the request again after the server has started." },
  { SERVICE_E_UNREAD, 500, "The registry could not be read. The server's log says why." },
  { SERVICE_E_UNREAD_NOW, 503,
    "The registry could not be read, because memory or descriptors are lacking. Send the request "
    "again soon." },
};

Api *
api_of (const HttpExchange *exchange)
{
  return http_exchange_user (exchange);
}

void
api_respond_bytes (HttpExchange *exchange, int status, GBytes *json)
{
  HttpBytes parts[] = { http_bytes_share (json), { "\n", 1, NULL, NULL } };

  http_exchange_respond_bytes (exchange, status, API_JSON, parts, G_N_ELEMENTS (parts));
}

void
api_respond_body (HttpExchange *exchange, int status, const char *json, size_t length)
{
  char *line;

  /* The estimator's output already has one. */
  if (length > 0 && json[length - 1] == '\n')
    length--;
  line = g_malloc (length + 1);
  memcpy (line, json, length);
  line[length] = '\n';
  http_exchange_respond_bytes (exchange, status, API_JSON,
                               &(HttpBytes){ line, length + 1, g_free, line }, 1);
}

void
api_respond_json (HttpExchange *exchange, int status, const GString *json)
{
  api_respond_body (exchange, status, json->str, json->len);
}

static const ErrorRow *
find_row (int code)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].code == code)
      return &rows[i];
  assert (!"every SERVICE_E_* has a row");
  return NULL;
}

void
api_fail_result (HttpExchange *exchange, const ServiceResult *result)
{
  const ErrorRow *row = find_row (result->code);
  const char *detail = result->detail != NULL ? result->detail : row->detail;
  g_autoptr (GPtrArray) errors = NULL;
  g_autofree char *more = NULL;
  g_autofree char *named = NULL;

  if (row->status == 422)
    {
      errors = vestim_field_errors_new ();
      vestim_field_errors_add (errors, result->field != NULL ? result->field : "", "%s", detail);
    }
  if (row->status == 503)
    http_exchange_add_header (exchange, "Retry-After", "5");
  if (result->other_id != NULL)
    {
      more = g_strdup_printf (",\"job_id\":\"%s\"", result->other_id);
      named = g_strdup_printf ("%s It is %s.", detail, result->other_id);
    }
  http_exchange_fail_with (exchange, row->status, named != NULL ? named : detail, errors, more);
}

const char *
api_detail_of (int code)
{
  return find_row (code)->detail;
}

Job *
api_find_job (HttpExchange *exchange)
{
  Job *job = service_find (api_of (exchange)->config.service, http_exchange_param (exchange, "id"));

  if (job == NULL)
    api_fail_result (exchange, &(ServiceResult){ .code = SERVICE_E_NOT_FOUND });
  return job;
}

void
api_fail_stopping (HttpExchange *exchange)
{
  api_fail_result (exchange, &(ServiceResult){ .code = SERVICE_E_STOPPING });
}

void
api_fail_fields (HttpExchange *exchange, const GPtrArray *errors)
{
  http_exchange_fail (exchange, 422, api_detail_of (SERVICE_E_INVALID), errors);
}

/* The length of the prefix without slashes at its end. 0 if it is not a plain path, which needs no
 * quoting anywhere: a second slash would begin the name of another host. */
static size_t
prefix_length (const char *prefix)
{
  static const char plain[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/";
  size_t length = strlen (prefix);

  if (prefix[0] != '/' || prefix[1] == '/' || length > MAX_PREFIX
      || strspn (prefix, plain) != length)
    return 0;
  while (length > 0 && prefix[length - 1] == '/')
    length--;
  return length;
}

char *
api_dup_reference (const HttpExchange *exchange, const char *path)
{
  static const char name[] = "X-Forwarded-Prefix";
  const char *prefix = http_exchange_header (exchange, name);

  if (prefix == NULL || http_exchange_has_twice (exchange, name))
    return g_strdup (path);
  return g_strdup_printf ("%.*s%s", (int) prefix_length (prefix), prefix, path);
}

void
api_add_event_id (HttpExchange *exchange)
{
  http_exchange_add_header (exchange, "Vestim-Event-Id",
                            events_current_id (api_of (exchange)->events));
}
