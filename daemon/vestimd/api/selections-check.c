/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/selections-check.h"

#include <string.h>

#include "common/estimation/vestim-evaluation.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

#define LIMIT_MS 2000

typedef struct
{
  SelectionsCheckFn fn;
  void *user;
} SelectionsCheck;

void
selections_check_parse (const char *output, size_t length, GPtrArray *errors)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (output, length, NULL);
  const VestimJsonNode *list = vestim_json_member (vestim_json_root (doc), "errors");

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY)
    return;
  for (const VestimJsonNode *n = vestim_json_first (list); n != NULL; n = vestim_json_next (n))
    {
      g_autofree char *field = vestim_json_dup_string (vestim_json_member (n, "field"));
      g_autofree char *message = vestim_json_dup_string (vestim_json_member (n, "message"));

      if (field != NULL && message != NULL)
        vestim_field_errors_add (errors, field, "%s", message);
    }
}

static void
on_checked (void *user, CheckStatus status, const char *output, size_t length)
{
  g_autofree SelectionsCheck *check = user;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  if (status == CHECK_DONE)
    selections_check_parse (output, length, errors);
  check->fn (check->user, status != CHECK_CANCELLED ? errors : NULL);
}

bool
selections_name_files (VestimJobKind kind)
{
  return kind == VESTIM_JOB_KIND_ESTIMATION || kind == VESTIM_JOB_KIND_EVALUATION;
}

char *
selections_resolve (Service *service, const char *jobs_dir, VestimJobKind kind, const char *text,
                    size_t length, GPtrArray *errors)
{
  g_autoptr (VestimJsonDoc) doc = NULL;
  g_autoptr (VestimEvaluation) evaluation = NULL;

  if (kind != VESTIM_JOB_KIND_EVALUATION)
    return g_strndup (text, length);

  doc = vestim_json_parse (text, length, NULL);
  evaluation = vestim_evaluation_read (vestim_json_root (doc), "selections", errors);
  for (char **model = evaluation->models; *model != NULL; model++)
    if (vestim_evaluation_is_job_id (*model) && service_find_entry (service, *model) == NULL)
      vestim_field_errors_add (errors, "selections.models",
                               "There is no job %s. Name another model.", *model);
  return vestim_evaluation_dup_json (evaluation, jobs_dir);
}

void
selections_check_files (CheckQueue *queue, VestimJobKind kind, const char *text,
                        SelectionsCheckFn fn, void *user)
{
  const char *const arguments[] = { "--check-selections", vestim_job_kind_name (kind), NULL };
  SelectionsCheck *check = g_new (SelectionsCheck, 1);

  *check = (SelectionsCheck){ fn, user };
  check_queue_add (queue, arguments, text, strlen (text), LIMIT_MS, on_checked, check);
}
