/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/answers.h"
#include "daemon/vestimd/api/api-private.h"
#include "daemon/vestimd/api/change.h"
#include "daemon/vestimd/api/handlers.h"
#include "daemon/vestimd/api/jobs-create.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/api/selections-check.h"
#include "common/json/vestim-fields.h"

/* What a request says about a job, kept while its files are being checked. */
typedef struct
{
  ApiRequest request;
  JobFields fields;
} Draft;

static void
draft_free (void *data)
{
  Draft *draft = data;

  job_fields_clear (&draft->fields);
  api_request_clear (&draft->request);
  g_free (draft);
}

/* (nullable) NULL: the change is over. */
static Draft *
draft_read (ApiChange *change, void (*read) (JobFields *fields, ApiRequest *request))
{
  Draft *draft = g_new0 (Draft, 1);

  change->data = draft;
  change->free_data = draft_free;
  if (!api_change_read (change, &draft->request))
    return NULL;
  if (draft->request.errors->len == 0)
    read (&draft->fields, &draft->request);
  return api_change_is_valid (change, &draft->request) ? draft : NULL;
}

/* ---- Create ---- */

static void
create (ApiChange *change)
{
  const JobFields *fields = &((Draft *) change->data)->fields;
  ServiceNewJob job = {
    .name = fields->name, .kind = fields->kind, .hold = fields->hold, .priority = fields->priority
  };
  ServiceCall call = api_change_call (change, 201, NULL);

  job.selections = vestim_json_raw (fields->selections, &job.selections_length);
  service_create (change->api->config.service, &job, &call);
}

/* False, and the change is over, when the check found something or the daemon stops. */
static bool
passes_check (ApiChange *change, const GPtrArray *errors)
{
  if (errors == NULL)
    api_change_fail_code (change, SERVICE_E_STOPPING);
  else if (errors->len > 0)
    api_change_fail_fields (change, errors);
  else
    return true;
  return false;
}

static void
on_new_checked (void *user, const GPtrArray *errors)
{
  if (passes_check (user, errors))
    create (user);
}

static void
run_create (ApiChange *change)
{
  const Draft *draft = draft_read (change, job_fields_read_new);
  size_t length = 0;

  if (draft == NULL)
    return;
  if (draft->fields.kind != VESTIM_JOB_KIND_ESTIMATION)
    {
      create (change);
      return;
    }
  const char *text = vestim_json_raw (draft->fields.selections, &length);
  selections_check_files (change->api->estimator_runs, text, length, on_new_checked, change);
}

void
api_jobs_post (HttpExchange *exchange)
{
  api_change_begin (exchange, run_create);
}

/* ---- Patch ---- */

static void
patch (ApiChange *change)
{
  const JobFields *fields = &((Draft *) change->data)->fields;
  ServicePatch values = { .name = fields->name,
                          .has_priority = fields->has_priority,
                          .priority = fields->priority,
                          .has_kind = fields->has_kind,
                          .kind = fields->kind };
  ServiceCall call = api_change_call (change, 200, NULL);

  values.selections = vestim_json_raw (fields->selections, &values.selections_length);
  service_patch (change->api->config.service, http_exchange_param (change->exchange, "id"), &values,
                 &call);
}

static void
on_patch_checked (void *user, const GPtrArray *errors)
{
  if (passes_check (user, errors))
    patch (user);
}

/* Kind and selections belong together: what the request does not give is the job's own. */
static void
check_together (const VestimJob *job, Draft *draft, VestimJobKind kind)
{
  size_t length = 0;
  const char *text = vestim_json_raw (draft->fields.selections, &length);
  g_autofree char *selections =
      text != NULL ? g_strndup (text, length) : g_strdup (job->selections);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (selections, strlen (selections), NULL);

  job_selections_check (kind, vestim_json_root (doc), draft->request.errors);
}

static void
run_patch (ApiChange *change)
{
  Job *found = api_change_find_job (change);
  Draft *draft = found != NULL ? draft_read (change, job_fields_read_patch) : NULL;

  if (draft == NULL)
    return;

  const VestimJob *job = job_get (found);
  const JobFields *fields = &draft->fields;
  VestimJobKind kind = fields->has_kind ? fields->kind : job->kind;
  bool touches = fields->has_kind || fields->selections != NULL;
  if (touches)
    check_together (job, draft, kind);
  if (!api_change_is_valid (change, &draft->request))
    return;
  if (!touches || kind != VESTIM_JOB_KIND_ESTIMATION || job->state != VESTIM_JOB_CREATED)
    {
      patch (change);
      return;
    }

  size_t length = strlen (job->selections);
  const char *text = job->selections;
  if (fields->selections != NULL)
    text = vestim_json_raw (fields->selections, &length);
  selections_check_files (change->api->estimator_runs, text, length, on_patch_checked, change);
}

void
api_job_patch (HttpExchange *exchange)
{
  api_change_begin (exchange, run_patch);
}

/* ---- What needs no more than the job ---- */

/* (nullable) the job, when the body is empty or an object with nothing but `known`; NULL: the
 * change is over. */
static Job *
read_plain (ApiChange *change, ApiRequest *request, const char *const *known)
{
  Job *job = api_change_find_job (change);

  if (job == NULL || !api_change_read (change, request))
    return NULL;
  api_request_refuse_unknown (request, known);
  return job;
}

static const char *const no_members[] = { NULL };

static char *
render_deleted (const ServiceResult *result)
{
  return g_strdup ("{\"message\":\"The job was deleted with its folder.\"}");
}

static void
run_delete (ApiChange *change)
{
  g_auto (ApiRequest) request = { .doc = NULL };
  const Job *job = read_plain (change, &request, no_members);

  if (job == NULL || !api_change_is_valid (change, &request))
    return;
  ServiceCall call = api_change_call (change, 200, render_deleted);
  service_delete (change->api->config.service, job_get (job)->id, &call);
}

void
api_job_delete (HttpExchange *exchange)
{
  api_change_begin (exchange, run_delete);
}

/* A draft may have got its kind and its selections from two clients at the same time. */
static void
check_draft (const VestimJob *job, ApiRequest *request)
{
  g_autoptr (VestimJsonDoc) doc = NULL;

  if (job->state != VESTIM_JOB_CREATED)
    return;
  doc = vestim_json_parse (job->selections, strlen (job->selections), NULL);
  job_selections_check (job->kind, vestim_json_root (doc), request->errors);
}

static void
run_start (ApiChange *change)
{
  g_auto (ApiRequest) request = { .doc = NULL };
  const Job *job = read_plain (change, &request, no_members);

  if (job == NULL)
    return;
  check_draft (job_get (job), &request);
  if (!api_change_is_valid (change, &request))
    return;
  ServiceCall call = api_change_call (change, 200, NULL);
  service_start_job (change->api->config.service, job_get (job)->id, &call);
}

void
api_job_start (HttpExchange *exchange)
{
  api_change_begin (exchange, run_start);
}

static void
run_stop (ApiChange *change)
{
  g_auto (ApiRequest) request = { .doc = NULL };
  const Job *job = read_plain (change, &request, no_members);

  if (job == NULL || !api_change_is_valid (change, &request))
    return;
  ServiceCall call = api_change_call (change, 202, NULL);
  service_stop_job (change->api->config.service, job_get (job)->id, &call);
}

void
api_job_stop (HttpExchange *exchange)
{
  api_change_begin (exchange, run_stop);
}

static void
run_retry (ApiChange *change)
{
  static const char *const known[] = { "fresh", NULL };
  g_auto (ApiRequest) request = { .doc = NULL };
  g_auto (Query) query = { .n = 0 };
  const Job *job = read_plain (change, &request, known);
  bool fresh = false;

  if (job == NULL)
    return;
  query_parse (&query, http_exchange_request (change->exchange)->query, request.errors);
  query_get_bool (&query, "fresh", &fresh, request.errors);
  api_request_get_bool (&request, "fresh", &fresh);
  if (!api_change_is_valid (change, &request))
    return;
  ServiceCall call = api_change_call (change, 200, NULL);
  service_retry (change->api->config.service, job_get (job)->id, fresh, &call);
}

void
api_job_retry (HttpExchange *exchange)
{
  api_change_begin (exchange, run_retry);
}
