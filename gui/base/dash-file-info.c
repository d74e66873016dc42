/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-info.h"

#include <math.h>

#include "common/json/vestim-json.h"

void
dash_file_info_free (DashFileInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info);
}

void
dash_file_check_free (DashFileCheck *check)
{
  if (check == NULL)
    return;
  g_free (check->path);
  g_strfreev (check->columns);
  g_free (check->error);
  g_free (check);
}

DashFileCheck *
dash_file_check_copy (const DashFileCheck *check)
{
  DashFileCheck *copy = g_new0 (DashFileCheck, 1);

  *copy = *check;
  copy->path = g_strdup (check->path);
  copy->columns = g_strdupv (check->columns);
  copy->error = g_strdup (check->error);
  return copy;
}

/* Calls `read` for each element of the array `list`; the elements it makes no sense of are an error
 * of the whole. */
static GPtrArray *
read_list (const VestimJsonNode *list, gpointer (*read) (const VestimJsonNode *),
           GDestroyNotify free_item, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (free_item);
  gboolean ok = vestim_json_type (list) == VESTIM_JSON_ARRAY;

  for (const VestimJsonNode *node = vestim_json_first (list); ok && node;
       node = vestim_json_next (node))
    {
      gpointer item = read (node);

      ok = item != NULL;
      if (ok)
        g_ptr_array_add (items, item);
    }
  if (ok)
    return g_steal_pointer (&items);
  g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "this is no list of files");
  return NULL;
}

static gpointer
read_info (const VestimJsonNode *node)
{
  DashFileInfo *info = g_new0 (DashFileInfo, 1);

  info->name = vestim_json_dup_string (vestim_json_member (node, "name"));
  vestim_json_get_int64 (vestim_json_member (node, "size"), &info->size);
  vestim_json_get_time (vestim_json_member (node, "modified_at"), &info->modified_at);
  if (info->name != NULL)
    return info;
  dash_file_info_free (info);
  return NULL;
}

GPtrArray *
dash_file_info_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);

  if (doc == NULL)
    return NULL;
  return read_list (vestim_json_root (doc), read_info, (GDestroyNotify) dash_file_info_free, error);
}

static gpointer
read_check (const VestimJsonNode *node)
{
  DashFileCheck *check = g_new0 (DashFileCheck, 1);

  check->rows = -1;
  check->period_s = NAN;
  check->path = vestim_json_dup_string (vestim_json_member (node, "file"));
  check->columns = vestim_json_dup_strings (vestim_json_member (node, "columns"));
  vestim_json_get_int64 (vestim_json_member (node, "rows"), &check->rows);
  vestim_json_get_double (vestim_json_member (node, "period_s"), &check->period_s);
  check->error = vestim_json_dup_string (vestim_json_member (node, "error"));
  if (check->path != NULL)
    return check;
  dash_file_check_free (check);
  return NULL;
}

GPtrArray *
dash_file_check_parse_list (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  const VestimJsonNode *root;

  if (doc == NULL)
    return NULL;
  root = vestim_json_root (doc);
  if (vestim_json_type (root) == VESTIM_JSON_OBJECT)
    root = vestim_json_member (root, "files");
  return read_list (root, read_check, (GDestroyNotify) dash_file_check_free, error);
}
