/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/write-request.h"

#define LIMIT_MS 10000
#define SECONDS_TO_READ "7" /* less, so that long files leave time for an answer about all */
#define MAX_FILES 1000
#define MAX_ARGUMENT (128 * 1024)

/* `(transfer full)` the arguments for vestim-estimate; incomplete if there were errors. */
static GPtrArray *
read_files (RequestBody *body)
{
  VestimFieldReader reader = { .object = body->root, .prefix = "", .errors = body->errors };
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) files = vestim_field_reader_strings (&reader, "files", MAX_FILES);

  g_ptr_array_add (arguments, g_strdup ("--check"));
  g_ptr_array_add (arguments, g_strdup ("--json"));
  g_ptr_array_add (arguments, g_strdup ("--within"));
  g_ptr_array_add (arguments, g_strdup (SECONDS_TO_READ));
  if (files == NULL && body->errors->len == 0)
    vestim_field_errors_add (body->errors, "files",
                             "The files are missing: send a list of absolute paths.");
  for (unsigned i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *field = g_strdup_printf ("files[%u]", i);

      if (files[i][0] != '/' || strlen (files[i]) >= MAX_ARGUMENT)
        vestim_field_errors_add (body->errors, field, "This must be an absolute path.");
      g_ptr_array_add (arguments, g_strdup (files[i]));
    }
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static void
fail_for_now (WriteRequest *request, const char *seconds, const char *detail)
{
  http_exchange_add_header (request->exchange, "Retry-After", seconds);
  write_request_fail (request, 503, detail);
}

static void
on_checked (void *user, CheckStatus status, const char *output, size_t length)
{
  WriteRequest *request = user;
  g_autoptr (VestimJsonDoc) doc = NULL;

  if (status == CHECK_DONE)
    doc = vestim_json_parse (output, length, NULL);
  if (doc != NULL)
    {
      g_autoptr (GString) json = g_string_new_len (output, (gssize) length);

      write_request_respond (request, 200, json);
    }
  else if (status == CHECK_CANCELLED)
    write_request_fail_code (request, SERVICE_E_STOPPING);
  else if (status == CHECK_BUSY)
    fail_for_now (request, "2", "Too many checks are in progress. Send the request again soon.");
  else if (status == CHECK_LATE)
    fail_for_now (request, "10",
                  "The files could not be checked within 10 seconds. Check fewer files at a time, "
                  "or check whether their disk works.");
  else
    write_request_fail (request, 500,
                        "The program that checks files failed. The server's log may say why; "
                        "otherwise run vestim-estimate --check with the same files.");
}

static void
handle_check (WriteRequest *request)
{
  static const char *const known[] = { "files", NULL };
  g_auto (RequestBody) body = { .doc = NULL };
  g_autoptr (GPtrArray) arguments = NULL;

  if (!write_request_read_body (request, &body))
    return;
  request_body_refuse_unknown (&body, known);
  if (body.errors->len == 0)
    arguments = read_files (&body);
  if (!write_request_is_valid (request, &body))
    return;
  check_queue_add (request->api->check_queue, (const char *const *) arguments->pdata, NULL, 0,
                   LIMIT_MS, on_checked, request);
}

void
api_estimation_check (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_check);
}
