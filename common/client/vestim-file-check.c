/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-file-check.h"

#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

char *
vestim_file_check_dup_request (const char *const *paths)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (gsize i = 0; paths[i] != NULL; i++)
    json_builder_add_string_value (builder, paths[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return vestim_node_dup_text (root);
}

/* (transfer full) */
static char **
read_roles (JsonNode *details)
{
  g_autoptr (GStrvBuilder) roles = g_strv_builder_new ();

  for (guint i = 0; i < vestim_node_n_elements (details); i++)
    {
      const char *role = vestim_node_member_string (vestim_node_element (details, i), "role");

      if (role != NULL)
        g_strv_builder_add (roles, role);
    }
  return g_strv_builder_end (roles);
}

/* (nullable) (transfer full) */
static VestimFileCheck *
read_check (JsonNode *node)
{
  const char *path = vestim_node_member_string (node, "file");
  VestimFileCheck *check;

  if (path == NULL)
    return NULL;
  check = g_new0 (VestimFileCheck, 1);
  check->path = g_strdup (path);
  check->columns = vestim_node_dup_strings (vestim_node_member (node, "columns"));
  check->roles = read_roles (vestim_node_member (node, "details"));
  check->rows = -1;
  vestim_node_get_int64 (vestim_node_member (node, "rows"), &check->rows);
  check->period_s = vestim_node_member_double (node, "period_s");
  check->error = g_strdup (vestim_node_member_string (node, "error"));
  return check;
}

GPtrArray *
vestim_file_check_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, error);
  JsonNode *list = vestim_node_is_object (root) ? vestim_node_member (root, "files") : root;
  g_autoptr (GPtrArray) checks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_file_check_free);
  bool ok = vestim_node_is_array (list);

  if (root == NULL)
    return NULL;
  for (guint i = 0; ok && i < vestim_node_n_elements (list); i++)
    {
      VestimFileCheck *check = read_check (vestim_node_element (list, i));

      ok = check != NULL;
      if (ok)
        g_ptr_array_add (checks, check);
    }
  if (ok)
    return g_steal_pointer (&checks);
  g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "not a list of checked files");
  return NULL;
}

void
vestim_file_check_free (VestimFileCheck *check)
{
  if (check == NULL)
    return;
  g_free (check->path);
  g_strfreev (check->columns);
  g_strfreev (check->roles);
  g_free (check->error);
  g_free (check);
}

VestimFileCheck *
vestim_file_check_copy (const VestimFileCheck *check)
{
  VestimFileCheck *copy = g_new0 (VestimFileCheck, 1);

  *copy = *check;
  copy->path = g_strdup (check->path);
  copy->columns = g_strdupv (check->columns);
  copy->roles = g_strdupv (check->roles);
  copy->error = g_strdup (check->error);
  return copy;
}
