/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/selections-check.h"

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

#define LIMIT_MS 2000

typedef struct
{
  SelectionsCheckFn fn;
  void *user;
} Check;

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
on_checked (void *user, EstimatorRunStatus status, const char *output, size_t length)
{
  g_autofree Check *check = user;
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  if (status == ESTIMATOR_RUN_DONE)
    selections_check_parse (output, length, errors);
  check->fn (check->user, status != ESTIMATOR_RUN_CANCELLED ? errors : NULL);
}

void
selections_check_files (EstimatorRuns *runs, const char *text, size_t length, SelectionsCheckFn fn,
                        void *user)
{
  static const char *const arguments[] = { "--check-selections", NULL };
  Check *check = g_new (Check, 1);

  *check = (Check){ fn, user };
  estimator_runs_start (runs, arguments, text, length, LIMIT_MS, on_checked, check);
}
