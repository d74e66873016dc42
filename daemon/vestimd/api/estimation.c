/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/vestimd/api/answers.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/change.h"
#include "daemon/vestimd/api/handlers.h"
#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"

#define LIMIT_MS 10000
#define MAX_FILES 1000
#define MAX_ARGUMENT (128 * 1024)

/* `(transfer full)` the arguments for vestim-estimate; incomplete when there were faults. */
static GPtrArray *
read_files (ApiRequest *request)
{
  VestimFieldReader reader = { .object = request->body, .prefix = "", .errors = request->errors };
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) files = vestim_field_reader_strings (&reader, "files", MAX_FILES);

  g_ptr_array_add (arguments, g_strdup ("--check"));
  g_ptr_array_add (arguments, g_strdup ("--json"));
  if (files == NULL && request->errors->len == 0)
    vestim_field_errors_add (request->errors, "files",
                             "Name the files to be checked: a list of absolute paths.");
  for (unsigned i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autofree char *field = g_strdup_printf ("files[%u]", i);

      if (files[i][0] != '/' || strlen (files[i]) >= MAX_ARGUMENT)
        vestim_field_errors_add (request->errors, field, "This must be an absolute path.");
      g_ptr_array_add (arguments, g_strdup (files[i]));
    }
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static void
fail_busy (ApiChange *change)
{
  http_exchange_add_header (change->exchange, "Retry-After", "2");
  api_change_fail (change, 503, "Too many checks are under way. Send the request again soon.");
}

static void
on_checked (void *user, EstimatorRunStatus status, const char *output, size_t length)
{
  ApiChange *change = user;
  g_autoptr (VestimJsonDoc) doc = NULL;

  if (status == ESTIMATOR_RUN_DONE)
    doc = vestim_json_parse (output, length, NULL);
  if (doc != NULL)
    {
      g_autoptr (GString) json = g_string_new_len (output, (gssize) length);

      api_change_answer (change, 200, json);
    }
  else if (status == ESTIMATOR_RUN_CANCELLED)
    api_change_fail_code (change, SERVICE_E_STOPPING);
  else if (status == ESTIMATOR_RUN_BUSY)
    fail_busy (change);
  else
    api_change_fail (change, 500,
                     "The files could not be checked within 10 seconds. Check fewer at a time, or "
                     "see whether their disk answers.");
}

static void
run_check (ApiChange *change)
{
  static const char *const known[] = { "files", NULL };
  g_auto (ApiRequest) request = { .doc = NULL };
  g_autoptr (GPtrArray) arguments = NULL;

  if (!api_change_read (change, &request))
    return;
  api_request_refuse_unknown (&request, known);
  if (request.errors->len == 0)
    arguments = read_files (&request);
  if (!api_change_is_valid (change, &request))
    return;
  estimator_runs_start (change->api->estimator_runs, (const char *const *) arguments->pdata, NULL,
                        0, LIMIT_MS, on_checked, change);
}

void
api_estimation_check (HttpExchange *exchange)
{
  api_change_begin (exchange, run_check);
}
