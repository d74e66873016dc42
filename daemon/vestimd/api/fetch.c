/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/fetch.h"

#include <errno.h>
#include <string.h>

#include "daemon/posix/lack.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/sys/log.h"

static void
fetch_free (Fetch *fetch)
{
  if (fetch->source.release != NULL)
    fetch->source.release (fetch->source.source);
  if (fetch->json != NULL)
    g_string_free (fetch->json, TRUE);
  g_free (fetch->folder);
  g_free (fetch->path);
  g_free (fetch->etag);
  g_free (fetch);
}

static void
on_work (uv_work_t *work)
{
  Fetch *fetch = work->data;

  fetch->r = fetch->prepare (fetch);
}

/* Something else, most likely made by the job itself, has the name of a file of ours. */
static void
fail_file (const Fetch *fetch)
{
  g_autofree char *detail =
      g_strdup_printf ("The job's %s cannot be read: it may be a link or a folder that the job "
                       "created. The next attempt creates the file again.",
                       fetch->file);

  http_exchange_fail (fetch->exchange, 404, detail, NULL);
}

static void
fail_for_now (const Fetch *fetch)
{
  g_autofree char *detail = g_strdup_printf (
      "The job's folder cannot be read at the moment: %s. Send the request again soon.",
      lack_describe (-fetch->r));

  http_exchange_add_header (fetch->exchange, "Retry-After", "2");
  http_exchange_fail (fetch->exchange, 503, detail, NULL);
}

static void
fail (const Fetch *fetch)
{
  if (lack_is (-fetch->r))
    {
      fail_for_now (fetch);
      return;
    }
  if (fetch->file != NULL
      && (fetch->r == -ENOTDIR || fetch->r == -ELOOP || fetch->r == -EACCES || fetch->r == -EINVAL))
    {
      fail_file (fetch);
      return;
    }
  if (fetch->r == -ENOENT || fetch->r == -ENOTDIR || fetch->r == -ELOOP || fetch->r == -EACCES
      || fetch->r == -ENAMETOOLONG)
    {
      http_exchange_fail (fetch->exchange, 404,
                          "The job's folder has no readable file with this name. GET "
                          "/jobs/{id}/files lists its files.",
                          NULL);
      return;
    }
  log_error ("api", "cannot read folder=\"%s\" path=\"%s\" error=\"%s\"", fetch->folder,
             fetch->path != NULL ? fetch->path : "", strerror (-fetch->r));
  http_exchange_fail (fetch->exchange, 500,
                      "The job's folder could not be read. The server's log says why.", NULL);
}

static void
on_worked (uv_work_t *work, int status)
{
  Fetch *fetch = work->data;
  Api *api = fetch->api;

  if (status != 0)
    fetch->r = status;
  if (fetch->r == 0)
    fetch->answer (fetch);
  else
    fail (fetch);
  fetch_free (fetch);
  api_release (api);
}

void
fetch_start (HttpExchange *exchange, const VestimJob *job, const Fetch *plan)
{
  Fetch *fetch = g_new0 (Fetch, 1);
  Api *api = api_of (exchange);

  fetch->prepare = plan->prepare;
  fetch->answer = plan->answer;
  fetch->file = plan->file;
  fetch->path = g_strdup (plan->path);
  fetch->tail = plan->tail;
  fetch->bytes = plan->bytes;
  fetch->folder = g_strconcat (api->config.jobs_dir, "/", job->id, NULL);
  fetch->api = api;
  fetch->exchange = exchange;
  fetch->work.data = fetch;
  api_hold (api);
  uv_queue_work (api->config.loop, &fetch->work, on_work, on_worked);
}

void
fetch_answer_source (Fetch *fetch, const char *content_type)
{
  HttpSource source = fetch->source;

  if (fetch->etag != NULL)
    http_exchange_add_header (fetch->exchange, "ETag", fetch->etag);
  fetch->source.release = NULL;
  http_exchange_respond_source (fetch->exchange, 200, content_type, &source);
}
