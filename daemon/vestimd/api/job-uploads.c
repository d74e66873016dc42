/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/content-range.h"
#include "daemon/vestimd/api/folder-store.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/responses.h"
#include "daemon/vestimd/sys/log.h"

/* Input files of a job, sent while it is `created`. A request has at most 1 MiB, so a larger file
 * comes in parts, each with a `Content-Range`. */

typedef struct
{
  Api *api;
  HttpExchange *exchange;
  char *path;
  FolderPart part;
  FolderStored stored;
  int r;
} Upload;

static void
upload_free (Upload *upload)
{
  api_release (upload->api);
  g_free (upload->path);
  g_free (upload);
}

static void
respond (const Upload *upload)
{
  g_autoptr (GString) json = g_string_new ("{\"name\":");

  vestim_json_append_string (json, upload->path);
  g_string_append_printf (json, ",\"size\":%" PRIu64 ",\"complete\":%s}", upload->stored.size,
                          upload->stored.is_complete ? "true" : "false");
  api_respond_json (upload->exchange, 200, json);
}

static void
fail_gap (const Upload *upload)
{
  g_autofree char *detail =
      g_strdup_printf ("The part begins at byte %" PRIu64 ", but the server has %" PRIu64
                       " bytes of this file: send the part that begins there.",
                       upload->part.offset, upload->stored.size);

  http_exchange_fail (upload->exchange, 409, detail, NULL);
}

static void
fail (const Upload *upload)
{
  int r = upload->r;

  if (r == -ESPIPE)
    fail_gap (upload);
  else if (fd_error_is_full (r))
    api_fail_result (upload->exchange, &(ServiceResult){ .code = SERVICE_E_FULL });
  else if (lack_is (-r))
    {
      http_exchange_add_header (upload->exchange, "Retry-After", "2");
      http_exchange_fail (upload->exchange, 503,
                          "Memory or descriptors are lacking, so nothing was stored. Send the "
                          "request again soon.",
                          NULL);
    }
  else if (r == -ELOOP || r == -ENOTDIR || r == -EISDIR || r == -EINVAL)
    http_exchange_fail (upload->exchange, 409,
                        "A link, a folder or a file of another kind has this name, or one of the "
                        "folders of the path is none: give another path.",
                        NULL);
  else
    {
      log_error ("api", "cannot store a file path=\"%s\" error=\"%s\"", upload->path,
                 strerror (-r));
      http_exchange_fail (upload->exchange, 500,
                          "The file could not be stored. The server's log says why.", NULL);
    }
}

static void
on_work (void *user, const char *folder)
{
  Upload *upload = user;

  upload->r = folder_store (folder, &upload->part, &upload->stored);
}

static void
on_done (void *user, const ServiceResult *result)
{
  Upload *upload = user;

  if (result->code != 0)
    api_fail_result (upload->exchange, result);
  else if (upload->r < 0)
    fail (upload);
  else
    respond (upload);
  upload_free (upload);
}

/* (nullable, transfer full) NULL: answered with 422. */
static Upload *
upload_new (HttpExchange *exchange)
{
  const HttpRequest *http = http_exchange_request (exchange);
  const char *path = http_exchange_param (exchange, "path");
  const char *range = http_exchange_header (exchange, "Content-Range");
  const char *path_refusal = folder_store_refuse_path (path);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  FolderPart part = { .data = http->body, .length = http->body_length, .total = -1 };
  const char *range_refusal = content_range_read (range, &part);
  Upload *upload;

  if (path_refusal != NULL)
    vestim_field_errors_add (errors, "path", "%s", path_refusal);
  if (range_refusal != NULL || http_exchange_has_twice (exchange, "Content-Range"))
    vestim_field_errors_add (errors, "Content-Range", "%s",
                             range_refusal != NULL ? range_refusal : "Send this header once.");
  if (errors->len > 0)
    {
      api_fail_fields (exchange, errors);
      return NULL;
    }
  upload = g_new0 (Upload, 1);
  upload->api = api_of (exchange);
  upload->exchange = exchange;
  upload->path = g_strdup (path);
  upload->part = part;
  upload->part.path = upload->path;
  api_hold (upload->api);
  return upload;
}

void
api_job_file_put (HttpExchange *exchange)
{
  const Job *job = api_find_job (exchange);
  Upload *upload = job != NULL ? upload_new (exchange) : NULL;
  const ServiceFolderWork work = { .work = on_work, .done = on_done, .user = upload };

  if (upload != NULL)
    service_work_in_folder (upload->api->config.service, job_get (job)->id, &work);
}
