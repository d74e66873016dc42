/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/attempt/attempt.h"
#include "daemon/attempt/log-ring.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/fetch.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/jobs/executor/progress-series.h"

/* ---- The log ---- */

typedef struct
{
  LogReader *log;
  uint64_t start; /* the representation begins here */
} LogSource;

static int64_t
read_log (void *user, uint64_t offset, char *buffer, size_t length)
{
  const LogSource *source = user;

  return log_reader_read (source->log, source->start + offset, buffer, length);
}

static void
release_log (void *user)
{
  LogSource *source = user;

  log_reader_close (source->log);
  g_free (source);
}

static int
prepare_log (Fetch *fetch)
{
  LogReader *log = NULL;
  uint64_t start = 0;
  int r = log_reader_open (&log, fetch->folder);

  if (r < 0)
    return r;
  r = log_reader_find_end (log, fetch->tail, fetch->bytes, &start);
  if (r < 0)
    {
      log_reader_close (log);
      return r;
    }

  LogSource *source = g_new (LogSource, 1);
  *source = (LogSource){ log, start };
  fetch->source = (HttpSource){ .size = log_reader_size (log) - start,
                                .read = read_log,
                                .release = release_log,
                                .source = source,
                                .ranges = true };
  return 0;
}

/* Tells a client that follows a log which part it got: the part that is left out grows, while the
 * size stays the same. */
static void
add_gap (const Fetch *fetch, const LogSource *source)
{
  char text[128];
  LogGap gap;

  if (!log_reader_get_gap (source->log, &gap) || source->start > gap.offset)
    return;
  g_snprintf (text, sizeof text,
              "offset=%" G_GUINT64_FORMAT ", length=%" G_GUINT64_FORMAT
              ", left-out=%" G_GUINT64_FORMAT,
              gap.offset - source->start, gap.length, gap.left_out);
  http_exchange_add_header (fetch->exchange, "Vestim-Log-Gap", text);
}

static void
answer_log (Fetch *fetch)
{
  add_gap (fetch, fetch->source.source);
  fetch_answer_source (fetch, API_TEXT);
}

static int64_t
read_nothing (void *user, uint64_t offset, char *buffer, size_t length)
{
  return 0;
}

/* The log of an earlier attempt does not belong to this one, which a client has asked for. But a
 * job that waits for a retry by its policy shows the log that tells why. */
static bool
has_log (const VestimJob *job)
{
  return job->started_at != 0 || job->retries > 0;
}

static void
answer_empty_log (HttpExchange *exchange)
{
  HttpSource source = { .read = read_nothing, .ranges = true };

  http_exchange_respond_source (exchange, 200, API_TEXT, &source);
}

static void
read_number (const Query *query, const char *name, const char *unit, int64_t *value,
             GPtrArray *errors)
{
  const char *text = query_get (query, name);
  guint64 number = 0;

  if (text == NULL)
    return;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    *value = (int64_t) number;
  else
    vestim_field_errors_add (errors, name, "This must be a number of %s.", unit);
}

static bool
read_follow (const HttpExchange *exchange, const Query *query, GPtrArray *errors)
{
  const char *text = query_get (query, "follow");

  if (text == NULL || strcmp (text, "0") == 0)
    return false;
  if (strcmp (text, "1") != 0)
    vestim_field_errors_add (errors, "follow", "This must be 1, or 0 for the log as it is now.");
  else if (http_exchange_header (exchange, "Range") != NULL)
    vestim_field_errors_add (errors, "follow",
                             "A log that is followed has no ranges: leave out Range, and use tail "
                             "or bytes to begin near the end.");
  return true;
}

void
api_job_log (HttpExchange *exchange)
{
  Fetch plan = {
    .prepare = prepare_log, .answer = answer_log, .file = ATTEMPT_LOG_FILE, .tail = -1, .bytes = -1
  };
  Api *api = api_of (exchange);
  bool is_followed;
  const Job *job = api_find_job (exchange);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };

  if (job == NULL)
    return;
  query_parse (&query, http_exchange_request (exchange)->query, errors);
  read_number (&query, "tail", "lines", &plan.tail, errors);
  read_number (&query, "bytes", "bytes", &plan.bytes, errors);
  is_followed = read_follow (exchange, &query, errors);
  if (errors->len > 0)
    api_fail_fields (exchange, errors);
  else if (is_followed)
    job_follows_add (api->job_follows, exchange, job_get (job), plan.tail, plan.bytes);
  else if (!has_log (job_get (job)))
    answer_empty_log (exchange);
  else
    fetch_start (exchange, job_get (job), &plan);
}

/* ---- The series ---- */

static int
prepare_metrics (Fetch *fetch)
{
  int r = 0;

  fetch->json = progress_series_read (fetch->folder, &r);
  return r;
}

static void
answer_metrics (Fetch *fetch)
{
  api_respond_json (fetch->exchange, 200, fetch->json);
}

void
api_job_metrics (HttpExchange *exchange)
{
  static const Fetch plan = { .prepare = prepare_metrics,
                              .answer = answer_metrics,
                              .file = ATTEMPT_PROGRESS_FILE };
  static const char none[] = "{\"series\":{}}";
  const Job *job = api_find_job (exchange);

  if (job == NULL)
    return;
  if (job_get (job)->started_at == 0)
    api_respond_body (exchange, 200, none, sizeof none - 1);
  else
    fetch_start (exchange, job_get (job), &plan);
}
