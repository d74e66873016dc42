/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestimd/http/bytes.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/list-walk.h"
#include "daemon/vestimd/api/responses.h"

/* A list is composed of the jobs' own JSON. A list of moderate size is joined and kept for the next
 * client that sends the same query before anything changes. A larger one is sent in parts, so that
 * no client makes the daemon hold a second copy of its jobs. A long one is sent as a stream.
 *
 * Jobs that are not in memory are fetched first. Then the page is collected again, because
 * something may have changed meanwhile. So an answer always shows the jobs as they are at one
 * moment, which its Vestim-Event-Id names; only a stream takes longer. */
#define MAX_KEPT (4 * 1024 * 1024)
#define MAX_AT_ONCE 1000

typedef struct
{
  Api *api;
  HttpExchange *exchange;
  char *query;
  JobFilter filter;
  ServiceHold *hold;
  ServiceSearch *search; /* (nullable) */
} ListRequest;

typedef struct
{
  GPtrArray *jobs;      /* of Job, at most MAX_AT_ONCE */
  GArray *absent;       /* int64_t: sequences of those that are not in memory, the same */
  size_t n;             /* jobs of the page */
  JobBrief first, last; /* of them */
  size_t total;         /* matches before `limit` and `after` */
  size_t bytes;         /* of the array's text */
  bool has_more;
} Page;

static void
request_free (ListRequest *request)
{
  Api *api = request->api;

  service_hold_free (request->hold);
  if (request->search != NULL)
    service_search_free (request->search);
  job_filter_clear (&request->filter);
  g_free (request->query);
  g_free (request);
  api_release (api);
}

static void
page_clear (Page *page)
{
  g_ptr_array_unref (page->jobs);
  g_array_unref (page->absent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

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
add_entry (Page *page, const JobFilter *filter, const JobEntry *entry)
{
  page->has_more = filter->limit > 0 && page->n == (size_t) filter->limit;
  if (page->has_more)
    return false;
  if (page->n++ == 0)
    page->first = entry->brief;
  page->last = entry->brief;
  if (page->n > MAX_AT_ONCE)
    return true;
  if (entry->job != NULL)
    g_ptr_array_add (page->jobs, entry->job);
  else
    g_array_append_val (page->absent, entry->brief.sequence);
  return true;
}

/* At most one pass over all jobs. If the counts by state give the total, it ends with the page. */
static void
collect (Page *page, const ListRequest *request)
{
  const Service *service = request->api->config.service;
  const JobFilter *filter = &request->filter;
  const GArray *found = request->search != NULL ? service_search_found (request->search) : NULL;
  bool is_counted = job_filter_is_by_state (filter);
  ListWalk walk = list_walk_begin (service, filter, found, is_counted ? filter->before : 0);
  const JobEntry *entry;

  if (is_counted)
    page->total = count_by_state (service, filter->states);
  while ((entry = list_walk_next (&walk)) != NULL)
    {
      page->total += !is_counted;
      if ((filter->before == 0 || entry->brief.sequence < filter->before) && !page->has_more
          && !add_entry (page, filter, entry) && is_counted)
        return;
    }
}

static void
measure (Page *page, Service *service)
{
  page->bytes = 2;
  for (unsigned i = 0; i < page->jobs->len; i++)
    page->bytes += g_bytes_get_size (job_get_json (service, page->jobs->pdata[i])) + 1;
}

/* The path and query of the next page: the same query with another `after`. */
static char *
make_next (const char *query, const Page *page)
{
  g_autofree char *last = vestim_job_id_of_stamp (page->last.stamp, page->last.sequence);
  g_autoptr (GString) link = g_string_new ("/jobs?");
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && !g_str_has_prefix (*part, "after="))
      g_string_append_printf (link, "%s&", *part);
  g_string_append_printf (link, "after=%s", last);
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
answer_page (ListRequest *request, Page *page, const char *next)
{
  HttpExchange *exchange = request->exchange;
  Api *api = request->api;
  Service *service = api->config.service;

  measure (page, service);
  add_headers (exchange, page->total, next);
  if (page->bytes > MAX_KEPT)
    {
      answer_in_parts (exchange, service, page);
      return;
    }
  keep (api, request->query, page, g_strdup (next), join (service, page));
  api_respond_bytes (exchange, 200, api->list);
}

static void
answer_as_stream (ListRequest *request, const Page *page, const char *next)
{
  HttpExchange *exchange = request->exchange;
  ListStreamPlan plan = {
    .filter = request->filter,
    .found = request->search != NULL ? service_search_found (request->search) : NULL,
    .from = page->first.sequence,
    .last = page->last.sequence,
  };

  add_headers (exchange, page->total, next);
  if (http_exchange_is_unchanged (exchange))
    {
      http_exchange_respond_bytes (exchange, 200, API_JSON, NULL, 0);
      return;
    }
  request->filter = (JobFilter){ .limit = 0 };
  list_streams_begin (request->api->list_streams, exchange, &plan);
}

static void answer (ListRequest *request);

static void
on_fetched (void *user, int code)
{
  ListRequest *request = user;

  code = api_code_after_wait (request->api, code);
  if (code == 0)
    {
      answer (request);
      return;
    }
  api_fail_result (request->exchange, &(ServiceResult){ .code = code });
  request_free (request);
}

static void
answer (ListRequest *request)
{
  g_auto (Page)
      page = { .jobs = g_ptr_array_new (), .absent = g_array_new (false, false, sizeof (int64_t)) };
  g_autofree char *next = NULL;

  collect (&page, request);
  if (page.n <= MAX_AT_ONCE && page.absent->len > 0)
    {
      for (unsigned i = 0; i < page.jobs->len; i++)
        service_hold_job (request->hold, page.jobs->pdata[i]);
      service_fetch (request->api->config.service,
                     (const int64_t *) (const void *) page.absent->data, page.absent->len,
                     on_fetched, request);
      return;
    }
  if (page.has_more)
    next = make_next (request->query, &page);
  if (page.n <= MAX_AT_ONCE)
    answer_page (request, &page, next);
  else
    answer_as_stream (request, &page, next);
  request_free (request);
}

static bool
matches (const void *filter, const VestimJob *job)
{
  return job_filter_matches (filter, job);
}

static void
on_search (void *user, int code, ServiceSearch *search)
{
  ListRequest *request = user;

  request->search = search;
  on_fetched (request, code);
}

static void
answer_list (HttpExchange *exchange, JobFilter *filter, const char *query)
{
  ListRequest *request = g_new0 (ListRequest, 1);
  Service *service = api_of (exchange)->config.service;

  request->api = api_of (exchange);
  request->exchange = exchange;
  request->query = g_strdup (query);
  request->filter = *filter;
  *filter = (JobFilter){ .limit = 0 };
  request->hold = service_hold_new (service);
  api_hold (request->api);
  if (job_filter_needs_row (&request->filter) && service_count_absent (service) > 0)
    service_search (service, matches, &request->filter, on_search, request);
  else
    answer (request);
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
    answer_list (exchange, &filter, text);
}
