/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/request.h"

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"

char *
api_request_parse (ApiRequest *request, const char *text, size_t length)
{
  g_autoptr (GError) error = NULL;

  *request = (ApiRequest){ .errors = vestim_field_errors_new () };
  if (length == 0)
    return NULL;
  request->doc = vestim_json_parse (text, length, &error);
  if (request->doc == NULL)
    return g_strdup_printf ("The body is not valid JSON: %s.", error->message);
  request->body = vestim_json_root (request->doc);
  if (vestim_json_type (request->body) != VESTIM_JSON_OBJECT)
    vestim_field_errors_add (request->errors, "", "The body must be a JSON object.");
  return NULL;
}

void
api_request_clear (ApiRequest *request)
{
  g_clear_pointer (&request->doc, vestim_json_doc_free);
  g_clear_pointer (&request->errors, g_ptr_array_unref);
  request->body = NULL;
}

void
api_request_refuse_unknown (ApiRequest *request, const char *const *known)
{
  VestimFieldReader reader = { .object = request->body, .prefix = "", .errors = request->errors };

  if (vestim_json_type (request->body) == VESTIM_JSON_OBJECT)
    vestim_field_reader_refuse_unknown (&reader, known);
}

void
api_request_get_bool (ApiRequest *request, const char *name, bool *value)
{
  const VestimJsonNode *node = vestim_json_member (request->body, name);

  if (node != NULL && !vestim_json_get_bool (node, value))
    vestim_field_errors_add (request->errors, name, "Say true or false.");
}
