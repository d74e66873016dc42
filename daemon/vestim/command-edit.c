/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/command-options.h"
#include "daemon/vestim/edit-text.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-options.h"

/* Selections are replaced as a whole, so those of the job are taken, changed and sent again. They
 * are sent only when an option changes them. */
static bool
apply_selections (const Arguments *arguments, JsonNode *job, JsonObject *patch, GError **error)
{
  JsonNode *node = vestim_node_member (job, "selections");
  JsonNode *copy = vestim_node_is_object (node) ? vestim_node_copy_deep (node) : NULL;

  if (copy == NULL)
    return true;
  if (!command_options_apply (arguments, json_node_get_object (copy), error))
    {
      json_node_unref (copy);
      return false;
    }
  if (json_node_equal (node, copy))
    json_node_unref (copy);
  else
    json_object_set_member (patch, "selections", copy);
  return true;
}

static bool
apply_options (Invocation *invocation, JsonNode *job, JsonObject *patch, GError **error)
{
  if (arguments_has (invocation->arguments, "unpin"))
    json_object_set_boolean_member (patch, "pinned", FALSE);
  return job_options_apply (invocation->arguments, invocation->session, job, patch, error)
         && apply_selections (invocation->arguments, job, patch, error);
}

/* (nullable) (transfer full) the body of the PATCH. */
static JsonObject *
edit_by_hand (JsonNode *job, GError **error)
{
  g_autofree char *text = edit_text_dup (job);
  g_autofree char *changed = edit_text_in_editor (text, error);

  return changed != NULL ? edit_text_read (changed, job, error) : NULL;
}

static bool
has_edits (const Arguments *arguments)
{
  for (const CommandOption *option = command_edit.options; option->name != NULL; option++)
    if (arguments_has (arguments, option->name))
      return true;
  return false;
}

static bool
edit_job (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  g_autoptr (JsonNode) job = session_ask (invocation->session, job_request ("GET", id, ""), error);
  g_autoptr (JsonObject) patch = NULL;
  g_autoptr (JsonNode) root = NULL;
  VestimRequest *request;

  if (job == NULL)
    return false;
  if (has_edits (invocation->arguments))
    {
      patch = json_object_new ();
      if (!apply_options (invocation, job, patch, error))
        return false;
    }
  else
    patch = edit_by_hand (job, error);
  if (patch == NULL)
    return false;
  if (json_object_get_size (patch) == 0)
    return job_report_add_id (report, id, "stays as it is", error);
  root = json_node_init_object (json_node_alloc (), patch);
  request = job_request ("PATCH", id, "");
  request->body = vestim_node_dup_text (root);
  return job_action_send (invocation, request, report, "is changed", error);
}

static int
run (Invocation *invocation, GError **error)
{
  return job_action_run (invocation, edit_job, NULL, error);
}

static const CommandOption options[] = {
  COMMAND_OPTION_ROWS,
  JOB_OPTION_ROWS,
  { "unpin", 0, NULL, "clean and retention may delete it", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_edit = {
  .name = "edit",
  .arguments = "JOB...",
  .summary = "Change jobs: with options, or without any in an editor (VISUAL, EDITOR)",
  .examples = "vestim edit $id --priority 5 --note 'for the report'\n"
              "vestim edit $id --timeout 4h --memory 16G\n"
              "vestim edit $id                 # its JSON, in the editor",
  .details = "Name, tags, note and pin can always be changed, the rest until the job starts. "
             "--tag, --after and --after-any replace what the job has. An empty "
             "value removes: --tag '', --after '', --at '', --unique ''; --retry 0.",
  .options = options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run,
};
