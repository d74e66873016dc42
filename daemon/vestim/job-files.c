/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-files.h"

#include <unistd.h>

#include "common/client/vestim-node.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/views/result-page.h"

static void
append_names (GString *out, JsonNode *files)
{
  for (guint i = 0; i < vestim_node_n_elements (files); i++)
    result_page_append_file_name (out, vestim_node_element (files, i));
}

bool
job_files_append (GString *out, Invocation *invocation, const char *id, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  g_autoptr (VestimReply) reply =
      session_send (invocation->session, job_request ("GET", id, "/files"), error);
  g_autoptr (JsonNode) files = reply != NULL ? answer_parse (reply, error) : NULL;
  const Terminal terminal = terminal_find (STDOUT_FILENO);
  const char *text;
  gsize length;

  if (files == NULL)
    return false;
  text = g_bytes_get_data (reply->body, &length);
  if (arguments_has (arguments, "json"))
    g_string_append_len (out, text, (gssize) length);
  else if (arguments_has (arguments, "quiet"))
    append_names (out, files);
  else
    result_page_append_files (out, files, &terminal);
  return true;
}
