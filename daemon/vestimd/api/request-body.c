/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/request-body.h"

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"

char *
request_body_parse (RequestBody *body, const char *text, size_t length)
{
  g_autoptr (GError) error = NULL;

  *body = (RequestBody){ .errors = vestim_field_errors_new () };
  if (length == 0)
    return NULL;
  body->doc = vestim_json_parse (text, length, &error);
  if (body->doc == NULL)
    return g_strdup_printf ("The body is not valid JSON: %s.", error->message);
  body->root = vestim_json_root (body->doc);
  if (vestim_json_type (body->root) != VESTIM_JSON_OBJECT)
    vestim_field_errors_add (body->errors, "", "The body must be a JSON object.");
  return NULL;
}

void
request_body_clear (RequestBody *body)
{
  g_clear_pointer (&body->doc, vestim_json_doc_free);
  g_clear_pointer (&body->errors, g_ptr_array_unref);
  body->root = NULL;
}

void
request_body_refuse_unknown (RequestBody *body, const char *const *known)
{
  VestimFieldReader reader = { .object = body->root, .prefix = "", .errors = body->errors };

  if (vestim_json_type (body->root) == VESTIM_JSON_OBJECT)
    vestim_field_reader_refuse_unknown (&reader, known);
}

void
request_body_get_bool (RequestBody *body, const char *name, bool *value)
{
  const VestimJsonNode *node = vestim_json_member (body->root, name);

  if (node != NULL && !vestim_json_get_bool (node, value))
    vestim_field_errors_add (body->errors, name, "This must be true or false.");
}
