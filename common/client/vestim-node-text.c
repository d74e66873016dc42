/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-node-private.h"
#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

/* Writes a tree as text. JsonGenerator writes the double 0.003 as 0.0030000000000000001, which is
 * unpleasant to read among a job's settings, and 1e22 as 1e+22.0, which is not JSON. Here a double
 * is written with the fewest digits that read back as the same double. */

static void append_node (GString *out, JsonNode *node);

static void
append_string (GString *out, const char *string)
{
  g_autoptr (GString) quoted = NULL;

  if (strstr (string, VESTIM_NODE_NUL_MARK) == NULL)
    {
      vestim_json_append_string (out, string);
      return;
    }
  quoted = g_string_new (NULL);
  vestim_json_append_string (quoted, string);
  g_string_replace (quoted, VESTIM_NODE_NUL_MARK, "\\u0000", 0);
  g_string_append_len (out, quoted->str, (gssize) quoted->len);
}

static void
append_value (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    append_string (out, json_node_get_string (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    vestim_json_append_double (out, json_node_get_double (node));
}

static void
append_object (GString *out, JsonNode *node)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  char before = '{';

  vestim_node_iter_init (&iter, node);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_string_append_c (out, before);
      vestim_json_append_string (out, name);
      g_string_append_c (out, ':');
      append_node (out, value);
      before = ',';
    }
  g_string_append (out, before == '{' ? "{}" : "}");
}

static void
append_array (GString *out, JsonNode *node)
{
  guint n = vestim_node_n_elements (node);

  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_node (out, vestim_node_element (node, i));
    }
  g_string_append_c (out, ']');
}

static void
append_node (GString *out, JsonNode *node)
{
  if (vestim_node_is_object (node))
    append_object (out, node);
  else if (vestim_node_is_array (node))
    append_array (out, node);
  else if (vestim_node_is_null (node))
    g_string_append (out, "null");
  else
    append_value (out, node);
}

char *
vestim_node_dup_text (JsonNode *node)
{
  GString *text = g_string_new (NULL);

  append_node (text, node);
  return g_string_free (text, FALSE);
}

JsonNode *
vestim_node_copy_deep (JsonNode *node)
{
  g_autofree char *text = vestim_node_dup_text (node);

  return vestim_node_parse_text (text);
}
