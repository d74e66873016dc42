/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-fetch.h"

#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/jobs/service-fetch.h"

typedef struct
{
  Api *api;
  HttpExchange *exchange;
  HttpHandler handler;
} JobFetch;

static void
on_fetched (void *user, int code)
{
  g_autofree JobFetch *fetch = user;
  Api *api = fetch->api;

  code = api_code_after_wait (api, code);
  if (code == 0)
    fetch->handler (fetch->exchange);
  else
    api_fail_result (fetch->exchange, &(ServiceResult){ .code = code });
  api_release (api);
}

void
api_fetch_job (HttpExchange *exchange, HttpHandler handler)
{
  const char *id = http_exchange_param (exchange, "id");
  Api *api = api_of (exchange);
  const JobEntry *entry = id != NULL ? service_find_entry (api->config.service, id) : NULL;
  JobFetch *fetch;

  if (entry == NULL || entry->job != NULL)
    {
      handler (exchange);
      return;
    }
  fetch = g_new (JobFetch, 1);
  *fetch = (JobFetch){ api, exchange, handler };
  api_hold (api);
  service_fetch_job (api->config.service, id, on_fetched, fetch);
}
