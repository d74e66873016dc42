/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/selections-check.h"

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

void
selections_check_files (CheckQueue *queue, const char *text, size_t length, SelectionsCheckFn fn,
                        void *user)
{
  static const char *const arguments[] = { "--check-selections", NULL };
  SelectionsCheck *check = g_new (SelectionsCheck, 1);

  *check = (SelectionsCheck){ fn, user };
  check_queue_add (queue, arguments, text, length, LIMIT_MS, on_checked, check);
}
