/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-dependencies.h"
#include "common/json/vestim-fields.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/job-limits.h"
#include "daemon/vestimd/api/jobs-create.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/selections-check.h"
#include "daemon/vestimd/api/write-request.h"
#include "daemon/vestimd/jobs/service-settings.h"

/* The fields of a request, kept while the job's files are being checked. */
typedef struct
{
  RequestBody body;
  JobFields fields;
} Draft;

static void
draft_free (void *data)
{
  Draft *draft = data;

  job_fields_clear (&draft->fields);
  request_body_clear (&draft->body);
  g_free (draft);
}

/* Adds a fault for each dependency that does not exist. Those of `job` (nullable) may be gone. */
static void
check_dependencies (WriteRequest *request, const Job *job)
{
  Draft *draft = request->data;
  const char *depends_on = draft->fields.values->depends_on;
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (depends_on);

  for (unsigned i = 0; i < list->len; i++)
    {
      const char *id = ((VestimDependency *) list->pdata[i])->job_id;
      g_autofree char *field = g_strdup_printf ("depends_on[%u]", i);

      if (!service_is_dependency (request->api->config.service, job, id))
        vestim_field_errors_add (draft->body.errors, field,
                                 "There is no job with the ID %s. GET /jobs lists the jobs.", id);
    }
}

/* (nullable) NULL: the request is over. `job` (nullable) is the one to change. */
static Draft *
draft_read (WriteRequest *request, const Job *job,
            void (*read) (JobFields *fields, RequestBody *body))
{
  Draft *draft = g_new0 (Draft, 1);

  request->data = draft;
  request->free_data = draft_free;
  if (!write_request_read_body (request, &draft->body))
    return NULL;
  if (draft->body.errors->len == 0)
    {
      read (&draft->fields, &draft->body);
      job_limits_check (request->api->config.control_groups, draft->fields.values->resources,
                        draft->body.errors);
      check_dependencies (request, job);
    }
  return write_request_is_valid (request, &draft->body) ? draft : NULL;
}

/* ---- Create ---- */

static void
create (WriteRequest *request)
{
  const JobFields *fields = &((Draft *) request->data)->fields;
  const ServiceFields given = { fields->values, fields->given };
  ServiceCall call = write_request_call (request, 201, NULL);

  service_create (request->api->config.service, &given, fields->hold, &call);
}

/* False, and the request is over, if the check found errors or the daemon stops. */
static bool
passes_check (WriteRequest *request, const GPtrArray *errors)
{
  if (errors == NULL)
    write_request_fail_code (request, SERVICE_E_STOPPING);
  else if (errors->len > 0)
    write_request_fail_fields (request, errors);
  else
    return true;
  return false;
}

/* Calls `fn` with the errors of the files that the selections name. */
static void
check_files (WriteRequest *request, VestimJobKind kind, const char *text, size_t length,
             SelectionsCheckFn fn)
{
  const Api *api = request->api;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autofree char *resolved =
      selections_resolve (api->config.service, api->config.jobs_dir, kind, text, length, errors);

  if (passes_check (request, errors))
    selections_check_files (api->check_queue, kind, resolved, fn, request);
}

static void
on_new_checked (void *user, const GPtrArray *errors)
{
  if (passes_check (user, errors))
    create (user);
}

static void
handle_create (WriteRequest *request)
{
  const Draft *draft = draft_read (request, NULL, job_fields_read_new);
  size_t length = 0;

  if (draft == NULL)
    return;
  if (!selections_name_files (draft->fields.values->kind))
    {
      create (request);
      return;
    }
  const char *text = vestim_json_raw (draft->fields.selections, &length);
  check_files (request, draft->fields.values->kind, text, length, on_new_checked);
}

void
api_jobs_post (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_create);
}

/* ---- Patch ---- */

static void
patch (WriteRequest *request)
{
  const JobFields *fields = &((Draft *) request->data)->fields;
  const ServiceFields given = { fields->values, fields->given };
  ServiceCall call = write_request_call (request, 200, NULL);

  service_patch (request->api->config.service, http_exchange_param (request->exchange, "id"),
                 &given, &call);
}

static void
on_patch_checked (void *user, const GPtrArray *errors)
{
  if (passes_check (user, errors))
    patch (user);
}

/* Kind and selections are checked together; the one that the request does not have is the job's. */
static void
check_together (const VestimJob *job, Draft *draft, VestimJobKind kind)
{
  size_t length = 0;
  const char *text = vestim_json_raw (draft->fields.selections, &length);
  g_autofree char *selections =
      text != NULL ? g_strndup (text, length) : g_strdup (job->selections);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (selections, strlen (selections), NULL);

  job_selections_check (kind, vestim_json_root (doc), draft->body.errors);
}

static void
handle_patch (WriteRequest *request)
{
  Job *found = write_request_find_job (request);
  Draft *draft = found != NULL ? draft_read (request, found, job_fields_read_patch) : NULL;

  if (draft == NULL)
    return;

  const VestimJob *job = job_get (found);
  const JobFields *fields = &draft->fields;
  bool has_kind = (fields->given & VESTIM_JOB_FIELD_SET (kind)) != 0;
  VestimJobKind kind = has_kind ? fields->values->kind : job->kind;
  bool touches = has_kind || fields->selections != NULL;
  if (touches)
    check_together (job, draft, kind);
  if (!write_request_is_valid (request, &draft->body))
    return;
  if (!touches || !selections_name_files (kind)
      || (job->state != VESTIM_JOB_CREATED && job->state != VESTIM_JOB_QUEUED && !job->is_blocked))
    {
      patch (request);
      return;
    }

  size_t length = strlen (job->selections);
  const char *text = job->selections;
  if (fields->selections != NULL)
    text = vestim_json_raw (fields->selections, &length);
  check_files (request, kind, text, length, on_patch_checked);
}

void
api_job_patch (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_patch);
}

/* ---- Without fields ---- */

/* (nullable) the job, when the body is empty or an object with nothing but `known`; NULL: the
 * request is over. */
static Job *
read_plain (WriteRequest *request, RequestBody *body, const char *const *known)
{
  Job *job = write_request_find_job (request);

  if (job == NULL || !write_request_read_body (request, body))
    return NULL;
  request_body_refuse_unknown (body, known);
  return job;
}

static const char *const no_members[] = { NULL };

/* Changes the job; the request says nothing more. */
static void
handle_plain (WriteRequest *request, int status, char *(*render) (const ServiceResult *result),
              void (*change) (Service *, const char *, const ServiceCall *))
{
  g_auto (RequestBody) body = { .doc = NULL };
  const Job *job = read_plain (request, &body, no_members);

  if (job == NULL || !write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, status, render);
  change (request->api->config.service, job_get (job)->id, &call);
}

static char *
render_deleted (const ServiceResult *result)
{
  return g_strdup ("{\"message\":\"The job was deleted with its folder.\"}");
}

static void
handle_delete (WriteRequest *request)
{
  handle_plain (request, 200, render_deleted, service_delete);
}

void
api_job_delete (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_delete);
}

/* A draft may have got its kind and its selections from two clients at the same time. */
static void
check_draft (const VestimJob *job, RequestBody *body)
{
  g_autoptr (VestimJsonDoc) doc = NULL;

  if (job->state != VESTIM_JOB_CREATED)
    return;
  doc = vestim_json_parse (job->selections, strlen (job->selections), NULL);
  job_selections_check (job->kind, vestim_json_root (doc), body->errors);
}

static void
handle_start (WriteRequest *request)
{
  g_auto (RequestBody) body = { .doc = NULL };
  const Job *job = read_plain (request, &body, no_members);

  if (job == NULL)
    return;
  check_draft (job_get (job), &body);
  if (!write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, 200, NULL);
  service_start_job (request->api->config.service, job_get (job)->id, &call);
}

void
api_job_start (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_start);
}

static void
handle_stop (WriteRequest *request)
{
  handle_plain (request, 202, NULL, service_stop_job);
}

void
api_job_stop (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_stop);
}

static void
handle_finish (WriteRequest *request)
{
  handle_plain (request, 202, NULL, service_finish_job);
}

void
api_job_finish (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_finish);
}

static void
handle_pause (WriteRequest *request)
{
  handle_plain (request, 200, NULL, service_pause_job);
}

void
api_job_pause (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_pause);
}

static void
handle_resume (WriteRequest *request)
{
  handle_plain (request, 200, NULL, service_resume_job);
}

void
api_job_resume (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_resume);
}

static void
handle_retry (WriteRequest *request)
{
  static const char *const known[] = { "fresh", NULL };
  g_auto (RequestBody) body = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  const Job *job = read_plain (request, &body, known);
  bool fresh = false;

  if (job == NULL)
    return;
  query_parse (&query, http_exchange_request (request->exchange)->query, body.errors);
  query_get_bool (&query, "fresh", &fresh, body.errors);
  request_body_get_bool (&body, "fresh", &fresh);
  if (!write_request_is_valid (request, &body))
    return;
  ServiceCall call = write_request_call (request, 200, NULL);
  service_retry (request->api->config.service, job_get (job)->id, fresh, &call);
}

void
api_job_retry (HttpExchange *exchange)
{
  write_request_begin (exchange, handle_retry);
}
