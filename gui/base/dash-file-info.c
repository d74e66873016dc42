/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-info.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

/* (nullable) (transfer full) the name. One that is not UTF-8 is in `path`, with percent escapes. */
static char *
dup_name (JsonNode *node)
{
  const char *path = vestim_node_member_string (node, "path");
  g_autoptr (GBytes) bytes = NULL;

  if (path == NULL)
    return g_strdup (vestim_node_member_string (node, "name"));
  bytes = g_uri_unescape_bytes (path, -1, NULL, NULL);
  if (bytes == NULL || memchr (g_bytes_get_data (bytes, NULL), 0, g_bytes_get_size (bytes)) != NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static bool
add_info (const char *member, JsonNode *node, gpointer list, GError **error)
{
  g_autofree char *name = dup_name (node);
  DashFileInfo *info;

  if (name == NULL)
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "a file without a name");
      return false;
    }
  info = g_new0 (DashFileInfo, 1);
  info->name = g_steal_pointer (&name);
  vestim_node_get_int64 (vestim_node_member (node, "size"), &info->size);
  vestim_node_get_time (vestim_node_member (node, "modified_at"), &info->modified_at);
  g_ptr_array_add (list, info);
  return true;
}

GPtrArray *
dash_file_info_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) dash_file_info_free);

  if (!vestim_node_parse_each (text, length, NULL, add_info, list, error))
    return NULL;
  return g_steal_pointer (&list);
}

void
dash_file_info_free (DashFileInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info);
}
