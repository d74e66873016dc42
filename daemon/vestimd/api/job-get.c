/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/job-fetch.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/responses.h"

/* FNV-1a by words of eight bytes, with a final mix. Collisions can be constructed, but a client
 * that does so only misleads itself. */
static uint64_t
hash_word (uint64_t hash, uint64_t word)
{
  hash = (hash ^ word) * UINT64_C (0x100000001b3);
  return hash ^ hash >> 32;
}

static uint64_t
hash_bytes (const char *data, size_t length)
{
  uint64_t hash = UINT64_C (0xcbf29ce484222325) ^ length;
  uint64_t word;

  for (; length >= sizeof word; length -= sizeof word, data += sizeof word)
    {
      memcpy (&word, data, sizeof word); /* one load: the size is constant */
      hash = hash_word (hash, word);
    }
  word = 0;
  memcpy (&word, data, length);
  return hash_word (hash, word);
}

/* The first part of an entity tag, up to here, names the status. So a client that waits says by its
 * If-None-Match which status it knows, even if the rest of the job has changed since. */
static void
format_known (char *known, size_t size, const VestimJob *job)
{
  g_snprintf (known, size, "\"%s.%d-", vestim_job_state_name (job->state), job->attempt);
}

/* Without a tag, the client knows nothing that could have changed. */
static bool
knows_status (const HttpExchange *exchange, const VestimJob *job)
{
  const char *tags = http_exchange_header (exchange, "If-None-Match");
  char known[40];

  format_known (known, sizeof known, job);
  return tags == NULL || strcmp (tags, "*") == 0 || strstr (tags, known) != NULL;
}

static void
answer (HttpExchange *exchange)
{
  Service *service = api_of (exchange)->config.service;
  Job *job = api_find_job (exchange);
  char known[40], tag[64];
  const char *data;
  GBytes *json;
  size_t length;

  if (job == NULL)
    return;
  json = job_get_json (service, job);
  data = g_bytes_get_data (json, &length);
  format_known (known, sizeof known, job_get (job));
  g_snprintf (tag, sizeof tag, "%s%016" PRIx64 "\"", known, hash_bytes (data, length));
  http_exchange_add_header (exchange, "ETag", tag);
  api_add_event_id (exchange);
  api_respond_bytes (exchange, 200, json);
}

/* A draft may have left memory while the client waited. */
void
api_answer_job (HttpExchange *exchange)
{
  http_exchange_end_wait (exchange);
  api_fetch_job (exchange, answer);
}

static unsigned
read_wait (const HttpExchange *exchange, GPtrArray *errors)
{
  g_auto (Query) query = { .n = 0 };
  const char *text;
  guint64 seconds = 0;

  query_parse (&query, http_exchange_request (exchange)->query, errors);
  text = query_get (&query, "wait");
  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, VESTIM_MAX_WAIT_S, &seconds, NULL))
    vestim_field_errors_add (errors, "wait", "This must be a whole number of seconds from 0 to %d.",
                             VESTIM_MAX_WAIT_S);
  return (unsigned) seconds;
}

void
api_job_get (HttpExchange *exchange)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  unsigned seconds = read_wait (exchange, errors);
  Api *api = api_of (exchange);
  const Job *job = service_find (api->config.service, http_exchange_param (exchange, "id"));

  if (errors->len > 0)
    api_fail_fields (exchange, errors);
  else if (seconds > 0 && job != NULL && !vestim_job_state_is_final (job_get (job)->state)
           && knows_status (exchange, job_get (job)))
    job_waits_add (api->job_waits, exchange, job_get (job), seconds);
  else
    answer (exchange);
}
