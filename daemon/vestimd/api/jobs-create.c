/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/jobs-create.h"

#include <string.h>

#include "common/vestim-api.h"
#include "common/job/vestim-command.h"
#include "common/estimation/vestim-selections.h"
#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"

static void
read_name (JobFields *fields, RequestBody *body)
{
  const VestimJsonNode *node = vestim_json_member (body->root, "name");

  if (node == NULL)
    return;
  fields->name = vestim_json_dup_string (node);
  if (fields->name == NULL)
    vestim_field_errors_add (body->errors, "name",
                             "The name must be a string without a NUL character.");
  else if (strlen (fields->name) > VESTIM_MAX_NAME)
    vestim_field_errors_add (body->errors, "name", "The name is longer than %d bytes. Shorten it.",
                             VESTIM_MAX_NAME);
}

static void
read_kind (JobFields *fields, RequestBody *body)
{
  const VestimJsonNode *node = vestim_json_member (body->root, "kind");
  g_autofree char *word = vestim_json_dup_string (node);

  if (node == NULL)
    return;
  fields->has_kind = true;
  if (vestim_json_type (node) == VESTIM_JSON_NULL)
    return;
  if (word == NULL || !vestim_job_kind_parse (word, &fields->kind))
    vestim_field_errors_add (
        body->errors, "kind",
        "The kind must be \"command\" or \"estimation\", or null for a draft.");
}

static void
read_priority (JobFields *fields, RequestBody *body)
{
  const VestimJsonNode *node = vestim_json_member (body->root, "priority");
  int64_t value = 0;

  if (node == NULL)
    return;
  if (!vestim_json_get_int64 (node, &value) || value < VESTIM_MIN_PRIORITY
      || value > VESTIM_MAX_PRIORITY)
    vestim_field_errors_add (body->errors, "priority",
                             "The priority must be a whole number from %d to %d.",
                             VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY);
  fields->has_priority = true;
  fields->priority = (int) value;
}

static void
read_selections (JobFields *fields, RequestBody *body)
{
  const VestimJsonNode *node = vestim_json_member (body->root, "selections");

  if (node != NULL && vestim_json_type (node) != VESTIM_JSON_OBJECT)
    vestim_field_errors_add (body->errors, "selections", "The selections must be an object.");
  else
    fields->selections = node;
}

static void
read_common (JobFields *fields, RequestBody *body, const char *const *known)
{
  read_name (fields, body);
  read_kind (fields, body);
  read_priority (fields, body);
  read_selections (fields, body);
  request_body_refuse_unknown (body, known);
}

/* An empty body lacks the object that is needed. */
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
  static const char *const known[] = { "name", "kind", "hold", "priority", "selections", NULL };

  *fields = (JobFields){ .name = NULL };
  if (!has_object (body))
    return;
  read_common (fields, body, known);
  request_body_get_bool (body, "hold", &fields->hold);
  if (vestim_json_member (body->root, "selections") == NULL)
    vestim_field_errors_add (body->errors, "selections",
                             "The selections are needed: an object, {} for none.");
  else if (fields->selections != NULL)
    job_selections_check (fields->kind, fields->selections, body->errors);
}

void
job_fields_read_patch (JobFields *fields, RequestBody *body)
{
  static const char *const known[] = { "name", "kind", "priority", "selections", NULL };

  *fields = (JobFields){ .name = NULL };
  if (has_object (body))
    read_common (fields, body, known);
}

void
job_fields_clear (JobFields *fields)
{
  g_clear_pointer (&fields->name, g_free);
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
    }
}
