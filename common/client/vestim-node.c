/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-node.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/client/vestim-node-private.h"
#include "common/json/vestim-json-private.h"
#include "common/json/vestim-json.h"

/* json-glib's parser accepts much that is not JSON, takes any depth on the stack, and keeps one of
 * two members with the same name. Therefore the strict parser of common/json reads each text first.
 * Two kinds of valid JSON are left that json-glib would read wrongly; they are patched in a copy:
 *
 * - It ends a string at \u0000. The NUL becomes VESTIM_NODE_NUL_MARK, and a string with it reads as
 *   no string. In a name the NUL becomes U+FFFD, so that the name can be shown.
 * - An integer beyond 64 bits wraps around. With an exponent it is read as a double. */

/* Of one tree. json-glib takes up to 200 bytes for a value, so that megabytes of [[],[],… would
 * take gigabytes; no job, series or list of files comes near it. */
#define MAX_VALUES (1024 * 1024)

/* Shorter integers fit into 64 bits. */
#define MIN_LONG 19

/* The copy is made when there is something to patch. */
typedef struct
{
  const char *copied; /* up to here */
  GString *copy;
} Patch;

/* Replaces the bytes from `at` to `end` of the text. */
static void
replace (Patch *patch, const char *at, const char *end, const char *replacement)
{
  if (patch->copy == NULL)
    patch->copy = g_string_new (NULL);
  g_string_append_len (patch->copy, patch->copied, at - patch->copied);
  g_string_append (patch->copy, replacement);
  patch->copied = end;
}

/* `quote`: the opening quote of a valid string. */
static void
patch_string (Patch *patch, const char *quote, const char *replacement)
{
  const char *start = NULL;
  size_t length = 0;

  if (!vestim_json_string_span (quote, &start, &length))
    return;
  for (const char *at = start, *end = start + length; at < end; at++)
    if (*at == '\\')
      {
        if (strncmp (at, "\\u0000", 6) == 0)
          replace (patch, at, at + 6, replacement);
        at++;
      }
}

static void
patch_number (Patch *patch, const VestimJsonNode *node)
{
  char digits[32];

  if (memchr (node->start, '.', node->length) != NULL
      || memchr (node->start, 'e', node->length) != NULL
      || memchr (node->start, 'E', node->length) != NULL)
    return;
  errno = 0;
  if (node->length < sizeof digits)
    {
      memcpy (digits, node->start, node->length);
      digits[node->length] = '\0';
      g_ascii_strtoll (digits, NULL, 10);
    }
  if (node->length >= sizeof digits || errno == ERANGE)
    replace (patch, node->start + node->length, node->start + node->length, "e0");
}

/* (nullable) (transfer full) the text of `root` as json-glib has to read it; NULL: as it is. */
static GString *
patch_text (const VestimJsonNode *root)
{
  Patch patch = { .copied = root->start };

  for (const VestimJsonNode *node = root; node < root + root->span; node++)
    {
      if (node != root && node->name_offset != 0)
        patch_string (&patch, node->start - node->name_offset, "\\ufffd");
      if (node->type == VESTIM_JSON_STRING)
        patch_string (&patch, node->start, "\\uffff");
      else if (node->type == VESTIM_JSON_NUMBER && node->length >= MIN_LONG)
        patch_number (&patch, node);
    }
  if (patch.copy != NULL)
    g_string_append_len (patch.copy, patch.copied, root->start + root->length - patch.copied);
  return patch.copy;
}

/* (transfer full) */
static JsonNode *
convert (JsonParser *parser, const VestimJsonNode *root, GError **error)
{
  g_autoptr (GString) patched = NULL;
  g_autoptr (GError) failure = NULL;

  if (root->span > MAX_VALUES)
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "more than %d values",
                   MAX_VALUES);
      return NULL;
    }
  patched = patch_text (root);
  if (patched != NULL)
    json_parser_load_from_data (parser, patched->str, (gssize) patched->len, &failure);
  else
    json_parser_load_from_data (parser, root->start, (gssize) root->length, &failure);
  if (failure == NULL)
    return json_parser_steal_root (parser);
  g_set_error_literal (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX, failure->message);
  return NULL;
}

JsonNode *
vestim_node_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  g_autoptr (JsonParser) parser = NULL;

  if (doc == NULL)
    return NULL;
  parser = json_parser_new ();
  return convert (parser, vestim_json_root (doc), error);
}

JsonNode *
vestim_node_parse_text (const char *text)
{
  return text != NULL ? vestim_node_parse (text, strlen (text), NULL) : NULL;
}

bool
vestim_node_parse_each (const char *text, gsize length, const char *member, VestimNodeFunc func,
                        gpointer data, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, error);
  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *container = member != NULL ? vestim_json_member (root, member) : root;
  VestimJsonType type = vestim_json_type (container);
  g_autoptr (JsonParser) parser = NULL;

  if (doc == NULL)
    return false;
  if (type != (member != NULL ? VESTIM_JSON_OBJECT : VESTIM_JSON_ARRAY))
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT, "not %s",
                   member != NULL ? member : "a list");
      return false;
    }
  parser = json_parser_new ();
  for (const VestimJsonNode *at = vestim_json_first (container); at; at = vestim_json_next (at))
    {
      g_autoptr (JsonNode) child = convert (parser, at, error);
      g_autofree char *name = vestim_json_dup_name (at);

      if (child == NULL || !func (name, child, data, error))
        return false;
    }
  return true;
}

bool
vestim_node_is_null (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node);
}

bool
vestim_node_is_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node);
}

bool
vestim_node_is_array (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node);
}

static bool
holds (JsonNode *node, GType type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

bool
vestim_node_is_number (JsonNode *node)
{
  return holds (node, G_TYPE_INT64) || holds (node, G_TYPE_DOUBLE);
}

bool
vestim_node_is_string (JsonNode *node)
{
  return holds (node, G_TYPE_STRING);
}

guint
vestim_node_n_elements (JsonNode *array)
{
  return vestim_node_is_array (array) ? json_array_get_length (json_node_get_array (array)) : 0;
}

guint
vestim_node_n_members (JsonNode *object)
{
  return vestim_node_is_object (object) ? json_object_get_size (json_node_get_object (object)) : 0;
}

JsonNode *
vestim_node_element (JsonNode *array, guint index)
{
  return index < vestim_node_n_elements (array)
             ? json_array_get_element (json_node_get_array (array), index)
             : NULL;
}

JsonNode *
vestim_node_member (JsonNode *object, const char *name)
{
  return vestim_node_is_object (object)
             ? json_object_get_member (json_node_get_object (object), name)
             : NULL;
}

bool
vestim_node_iter_init (JsonObjectIter *iter, JsonNode *object)
{
  if (!vestim_node_is_object (object))
    return false;
  json_object_iter_init_ordered (iter, json_node_get_object (object));
  return true;
}

const char *
vestim_node_string (JsonNode *node)
{
  const char *string = vestim_node_is_string (node) ? json_node_get_string (node) : NULL;

  return string != NULL && strstr (string, VESTIM_NODE_NUL_MARK) == NULL ? string : NULL;
}

bool
vestim_node_get_bool (JsonNode *node, bool *value)
{
  if (!holds (node, G_TYPE_BOOLEAN))
    return false;
  *value = json_node_get_boolean (node);
  return true;
}

bool
vestim_node_get_int64 (JsonNode *node, int64_t *value)
{
  double number;

  if (holds (node, G_TYPE_INT64))
    {
      *value = json_node_get_int (node);
      return true;
    }
  if (!holds (node, G_TYPE_DOUBLE))
    return false;
  /* Both powers of two are doubles; the upper one is already too large. */
  number = json_node_get_double (node);
  if (number != trunc (number) || number < -0x1p63 || number >= 0x1p63)
    return false;
  *value = (int64_t) number;
  return true;
}

bool
vestim_node_get_double (JsonNode *node, double *value)
{
  if (!vestim_node_is_number (node))
    return false;
  *value = json_node_get_double (node);
  return true;
}

bool
vestim_node_get_time (JsonNode *node, int64_t *epoch_ms)
{
  const char *text = vestim_node_string (node);

  if (vestim_node_is_null (node))
    {
      *epoch_ms = 0;
      return true;
    }
  return text != NULL && vestim_json_parse_time (text, epoch_ms);
}

const char *
vestim_node_member_string (JsonNode *object, const char *name)
{
  return vestim_node_string (vestim_node_member (object, name));
}

double
vestim_node_member_double (JsonNode *object, const char *name)
{
  double value = NAN;

  vestim_node_get_double (vestim_node_member (object, name), &value);
  return value;
}

char **
vestim_node_dup_strings (JsonNode *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < vestim_node_n_elements (array); i++)
    {
      const char *string = vestim_node_string (vestim_node_element (array, i));

      if (string != NULL)
        g_strv_builder_add (builder, string);
    }
  return g_strv_builder_end (builder);
}
