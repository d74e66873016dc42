/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/edit-text.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"

static const char *const members[] = { "name",        "priority", "group",     "tags",
                                       "note",        "pinned",   "resources", "depends_on",
                                       "start_after", "retry",    "unique",    "selections" };

char *
edit_text_dup (JsonNode *job)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  JsonObject *part = json_object_new ();
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), part);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *value = vestim_node_member (job, members[i]);

      if (value != NULL)
        json_object_set_member (part, members[i], json_node_copy (value));
    }
  json_object_unref (part);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

JsonObject *
edit_text_read (const char *text, JsonNode *job, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (JsonNode) root = vestim_node_parse (text, strlen (text), &failure);
  g_autoptr (JsonObject) changes = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (root == NULL || !vestim_node_iter_init (&iter, root))
    {
      g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_INVALID, "The text is not valid JSON: %s.",
                   failure != NULL ? failure->message : "it must be an object");
      return NULL;
    }
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      JsonNode *old = vestim_node_member (job, name);

      if (old == NULL || !json_node_equal (old, value))
        json_object_set_member (changes, name, json_node_copy (value));
    }
  return g_steal_pointer (&changes);
}

/* The variables hold a command line: "code --wait". A shell splits it, as git and crontab do. */
static bool
run_editor (const char *path, GError **error)
{
  const char *visual = g_getenv ("VISUAL"), *editor = g_getenv ("EDITOR");
  const char *chosen = visual != NULL && visual[0] != '\0'   ? visual
                       : editor != NULL && editor[0] != '\0' ? editor
                                                             : "vi";
  g_autofree char *script = g_strconcat (chosen, " \"$1\"", NULL);
  const char *argv[] = { "/bin/sh", "-c", script, "sh", path, NULL };
  g_autoptr (GError) failure = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_INHERIT, &failure);

  if (process != NULL && g_subprocess_wait_check (process, NULL, &failure))
    return true;
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED,
               "The editor \"%s\" failed: %s. Nothing was changed.", chosen, failure->message);
  return false;
}

char *
edit_text_in_editor (const char *text, GError **error)
{
  g_autofree char *path = NULL;
  char *changed = NULL;
  int fd = g_file_open_tmp ("vestim-XXXXXX.json", &path, error);

  if (fd < 0)
    return NULL;
  close (fd);
  if (g_file_set_contents (path, text, -1, error) && run_editor (path, error)
      && !g_file_get_contents (path, &changed, NULL, error))
    changed = NULL;
  unlink (path);
  return changed;
}
