/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/jobs-create.h"

#include <inttypes.h>

#include "common/estimation/vestim-evaluation.h"
#include "common/estimation/vestim-selections.h"
#include "common/job/vestim-command.h"
#include "common/job/vestim-job-json.h"
#include "common/json/vestim-fields.h"

/* What the value of the field must be: the end of a sentence. */
static char *
dup_expectation (const VestimJobField *field)
{
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
      return g_strdup ("a string without a NUL character");
    case VESTIM_JOB_FIELD_OBJECT:
      return g_strdup ("an object");
    case VESTIM_JOB_FIELD_ARRAY:
      return g_strdup ("an array");
    case VESTIM_JOB_FIELD_WORD:
      return g_strdup (field->expected);
    case VESTIM_JOB_FIELD_BOOL:
      return g_strdup ("true or false");
    case VESTIM_JOB_FIELD_INT:
    case VESTIM_JOB_FIELD_INT64:
      return g_strdup_printf ("a whole number from %" PRId64 " to %" PRId64, field->min,
                              field->max);
    case VESTIM_JOB_FIELD_TIME:
      return g_strdup ("a time with its zone, such as \"2026-12-24T18:00:00+01:00\" or "
                       "\"2026-12-24T17:00:00Z\", or null");
    case VESTIM_JOB_FIELD_DOUBLE:
    case VESTIM_JOB_FIELD_FOLDER:
      break; /* clients set none of these */
    }
  g_assert_not_reached ();
}

static void
add_fault (RequestBody *body, const VestimJobField *field, const VestimJsonNode *node)
{
  g_autofree char *text = vestim_json_dup_string (node);
  g_autofree char *expected = dup_expectation (field);

  if (field->type == VESTIM_JOB_FIELD_TEXT && text != NULL)
    vestim_field_errors_add (body->errors, field->name,
                             "The %s is longer than %d bytes. Shorten it.", field->name,
                             (int) field->max);
  else
    vestim_field_errors_add (body->errors, field->name, "The %s must be %s.", field->name,
                             expected);
}

/* What no job can have on this server. */
static void
refuse_unsupported (const JobFields *fields, RequestBody *body)
{
  if (fields->values->executor != VESTIM_EXECUTOR_LOCAL)
    vestim_field_errors_add (body->errors, "executor",
                             "This server runs jobs only on its own machine: use \"local\".");
}

/* `more` (nullable) is a member that is known besides the fields. */
static void
read_fields (JobFields *fields, RequestBody *body, const char *more)
{
  const char *known[VESTIM_JOB_MAX_FIELDS + 2] = { more };
  size_t n_known = more != NULL;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];
      const VestimJsonNode *node;
      unsigned n_errors = body->errors->len;

      if (field->change == VESTIM_JOB_CHANGE_NEVER)
        continue;
      known[n_known++] = field->name;
      node = vestim_json_member (body->root, field->name);
      if (node == NULL)
        continue;
      if (vestim_job_json_read_field (field, node, fields->values, body->errors))
        fields->given |= VESTIM_JOB_FIELD_BIT (i);
      else if (body->errors->len == n_errors)
        add_fault (body, field, node);
    }
  if ((fields->given & VESTIM_JOB_FIELD_SET (selections)) != 0)
    fields->selections = vestim_json_member (body->root, "selections");
  refuse_unsupported (fields, body);
  request_body_refuse_unknown (body, known);
}

/* An empty body is not an object. */
static bool
has_object (RequestBody *body)
{
  if (body->root == NULL)
    vestim_field_errors_add (body->errors, "", "The body must be a JSON object.");
  return vestim_json_type (body->root) == VESTIM_JSON_OBJECT;
}

void
job_fields_read_new (JobFields *fields, RequestBody *body)
{
  *fields = (JobFields){ .values = vestim_job_new () };
  if (!has_object (body))
    return;
  read_fields (fields, body, "hold");
  request_body_get_bool (body, "hold", &fields->hold);
  if (vestim_json_member (body->root, "selections") == NULL)
    vestim_field_errors_add (body->errors, "selections",
                             "The selections are missing: send an object, {} for none.");
  else if (fields->selections != NULL)
    job_selections_check (fields->values->kind, fields->selections, body->errors);
}

void
job_fields_read_patch (JobFields *fields, RequestBody *body)
{
  *fields = (JobFields){ .values = vestim_job_new () };
  if (has_object (body))
    read_fields (fields, body, NULL);
}

void
job_fields_clear (JobFields *fields)
{
  g_clear_pointer (&fields->values, vestim_job_free);
}

void
job_selections_check (VestimJobKind kind, const VestimJsonNode *selections, GPtrArray *errors)
{
  switch (kind)
    {
    case VESTIM_JOB_KIND_NONE:
      break;
    case VESTIM_JOB_KIND_COMMAND:
      vestim_command_free (vestim_command_read (selections, "selections", errors));
      break;
    case VESTIM_JOB_KIND_ESTIMATION:
      vestim_selections_free (vestim_selections_read (selections, "selections", errors));
      break;
    case VESTIM_JOB_KIND_EVALUATION:
      vestim_evaluation_free (vestim_evaluation_read (selections, "selections", errors));
      break;
    }
}
