/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/answer.h"

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/output/template.h"

JsonNode *
answer_parse (const VestimReply *reply, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gsize size;
  const char *text = g_bytes_get_data (reply->body, &size);
  JsonNode *node = vestim_node_parse (text != NULL ? text : "", size, &failure);

  if (node == NULL)
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED,
                 "The server's answer cannot be read: %s. It is probably not a VEstim server.",
                 failure->message);
  return node;
}

void
answer_set_not_a_job (GError **error)
{
  g_set_error_literal (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED,
                       "The server's answer is not a job. It is probably not a VEstim server.");
}

JsonNode *
answer_parse_job (const VestimReply *reply, GError **error)
{
  JsonNode *job = answer_parse (reply, NULL);

  if (job == NULL)
    answer_set_not_a_job (error);
  return job;
}

bool
answer_is_for_scripts (const Arguments *arguments)
{
  return arguments_has (arguments, "json") || arguments_has (arguments, "format")
         || arguments_has (arguments, "quiet");
}

bool
answer_print (const Arguments *arguments, const VestimReply *reply, GError **error)
{
  const char *format = arguments_get (arguments, "format");
  g_autoptr (VestimJsonDoc) doc = NULL;
  g_autoptr (Template) template = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  gsize size;
  const char *text = g_bytes_get_data (reply->body, &size);

  if (format == NULL)
    return !arguments_has (arguments, "json") || output_write (text, size, error);
  template = template_parse (format, error);
  doc = template != NULL ? vestim_json_parse (text, size, NULL) : NULL;
  if (template == NULL)
    return false;
  if (doc != NULL)
    template_append (out, template, vestim_json_root (doc));
  return output_flush (out, error);
}
