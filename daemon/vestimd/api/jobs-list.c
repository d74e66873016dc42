/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/job-filter.h"
#include "daemon/vestimd/api/responses.h"

/* A list is composed of the jobs' own JSON. A list of moderate size is joined and kept for the next
 * client that sends the same query before anything changes. A large one is sent in parts, so that
 * no client makes the daemon hold a second copy of all jobs. */
#define MAX_KEPT (4 * 1024 * 1024)

typedef struct
{
  GPtrArray *jobs; /* of Job */
  size_t total;    /* matches before `limit` and `after` */
  size_t bytes;    /* of the array's text */
  bool has_more;
} Page;

static size_t
count_by_state (const Service *service, ServiceStates states)
{
  size_t n = 0;

  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    if ((states & (1u << state)) != 0)
      n += service_count (service, (VestimJobState) state);
  return n;
}

/* False when the page is full. */
static bool
add_job (Page *page, Service *service, const JobFilter *filter, Job *job)
{
  if (filter->limit > 0 && page->jobs->len == filter->limit)
    {
      page->has_more = true;
      return false;
    }
  g_ptr_array_add (page->jobs, job);
  page->bytes += g_bytes_get_size (job_get_json (service, job)) + 1;
  return true;
}

/* At most one pass over all jobs. If the counts by state give the total, it ends with the page. */
static void
collect (Page *page, Service *service, const JobFilter *filter)
{
  bool is_counted = job_filter_is_by_state (filter);
  Job *job = service_newest (service);

  page->bytes = 2;
  if (is_counted)
    {
      page->total = count_by_state (service, filter->states);
      if (filter->before > 0)
        job = service_before (service, filter->before);
    }
  for (; job != NULL; job = service_older (job))
    {
      const VestimJob *data = job_get (job);

      if (!job_filter_matches (filter, data))
        continue;
      page->total += !is_counted;
      if ((filter->before == 0 || data->sequence < filter->before) && !page->has_more
          && !add_job (page, service, filter, job) && is_counted)
        return;
    }
}

/* The path and query of the next page: the same query with another `after`. */
static char *
make_next (const char *query, const Page *page)
{
  const Job *last = page->jobs->pdata[page->jobs->len - 1];
  g_autoptr (GString) link = g_string_new ("/jobs?");
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && !g_str_has_prefix (*part, "after="))
      g_string_append_printf (link, "%s&", *part);
  g_string_append_printf (link, "after=%s", job_get (last)->id);
  return g_string_free (g_steal_pointer (&link), FALSE);
}

static GBytes *
join (Service *service, const Page *page)
{
  GString *out = g_string_sized_new (page->bytes + 1);

  g_string_append_c (out, '[');
  for (unsigned i = 0; i < page->jobs->len; i++)
    {
      size_t length;
      const char *json = g_bytes_get_data (job_get_json (service, page->jobs->pdata[i]), &length);

      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append_len (out, json, (gssize) length);
    }
  g_string_append_c (out, ']');
  return g_string_free_to_bytes (out);
}

static void
answer_in_parts (HttpExchange *exchange, Service *service, const Page *page)
{
  g_autoptr (GArray) parts =
      g_array_sized_new (FALSE, FALSE, sizeof (HttpBytes), 2 * page->jobs->len + 1);

  for (unsigned i = 0; i < page->jobs->len; i++)
    {
      HttpBytes pair[] = { { i > 0 ? "," : "[", 1, NULL, NULL },
                           http_bytes_share (job_get_json (service, page->jobs->pdata[i])) };

      g_array_append_vals (parts, pair, 2);
    }
  HttpBytes end = { "]\n", 2, NULL, NULL };
  g_array_append_val (parts, end);
  http_exchange_respond_bytes (exchange, 200, API_JSON, (const HttpBytes *) (void *) parts->data,
                               parts->len);
}

static void
add_next_link (HttpExchange *exchange, const char *next)
{
  g_autofree char *reference = api_dup_reference (exchange, next);
  g_autofree char *link = g_strdup_printf ("<%s>; rel=\"next\"", reference);

  http_exchange_add_header (exchange, "Link", link);
}

static void
add_headers (HttpExchange *exchange, size_t total, const char *next)
{
  const Api *api = api_of (exchange);
  char text[64];

  g_snprintf (text, sizeof text, "%zu", total);
  http_exchange_add_header (exchange, "X-Total-Count", text);
  if (next != NULL)
    add_next_link (exchange, next);
  g_snprintf (text, sizeof text, "\"%s.%" PRIu64 "\"", api->stream_epoch,
              service_get_version (api->config.service));
  http_exchange_add_header (exchange, "ETag", text);
  api_add_event_id (exchange);
}

static bool
answer_kept (HttpExchange *exchange, const char *query)
{
  Api *api = api_of (exchange);

  if (api->list == NULL || api->list_version != service_get_version (api->config.service)
      || strcmp (api->list_query, query) != 0)
    return false;
  add_headers (exchange, api->list_total, api->list_next);
  api_respond_bytes (exchange, 200, api->list);
  return true;
}

static void
keep (Api *api, const char *query, const Page *page, char *next, GBytes *list)
{
  g_clear_pointer (&api->list, g_bytes_unref);
  g_free (api->list_query);
  g_free (api->list_next);
  api->list = list;
  api->list_query = g_strdup (query);
  api->list_next = next;
  api->list_total = page->total;
  api->list_version = service_get_version (api->config.service);
}

static void
answer_page (HttpExchange *exchange, const JobFilter *filter, const char *query)
{
  Api *api = api_of (exchange);
  Service *service = api->config.service;
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  Page page = { .jobs = jobs };
  g_autofree char *next = NULL;

  collect (&page, service, filter);
  if (page.has_more)
    next = make_next (query, &page);
  add_headers (exchange, page.total, next);
  if (page.bytes > MAX_KEPT)
    {
      answer_in_parts (exchange, service, &page);
      return;
    }
  keep (api, query, &page, g_steal_pointer (&next), join (service, &page));
  api_respond_bytes (exchange, 200, api->list);
}

void
api_jobs_get (HttpExchange *exchange)
{
  const HttpRequest *request = http_exchange_request (exchange);
  g_autofree char *text = g_strdup (request->query != NULL ? request->query : "");
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };
  g_auto (JobFilter) filter = { .limit = 0 };

  if (answer_kept (exchange, text))
    return;
  query_parse (&query, text, errors);
  job_filter_read (&filter, &query, errors);
  if (errors->len > 0)
    api_fail_fields (exchange, errors);
  else
    answer_page (exchange, &filter, text);
}
