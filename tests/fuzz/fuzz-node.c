/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"

/* The clients' trees say the same as the strict parser: whatever it accepts, json-glib reads with
 * the same types, sizes, strings and numbers, and what it refuses is refused. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void check_node (const VestimJsonNode *expected, JsonNode *node);

static void
check_scalar (const VestimJsonNode *expected, JsonNode *node)
{
  g_autofree char *string = vestim_json_dup_string (expected);
  VestimJsonType type = vestim_json_type (expected);
  double wanted = 0, number = 0;
  bool truth = false, other = true;

  g_assert_true (vestim_node_is_null (node) == (type == VESTIM_JSON_NULL));
  g_assert_true (vestim_node_is_string (node) == (type == VESTIM_JSON_STRING));
  if (string != NULL && strstr (string, "\xef\xbf\xbf") == NULL)
    g_assert_cmpstr (vestim_node_string (node), ==, string);
  else
    g_assert_null (vestim_node_string (node));
  g_assert_true (vestim_node_get_double (node, &number)
                 == vestim_json_get_double (expected, &wanted));
  g_assert_cmpfloat (number, ==, wanted);
  g_assert_true (vestim_node_get_bool (node, &other) == vestim_json_get_bool (expected, &truth));
  g_assert_true (type != VESTIM_JSON_BOOL || other == truth);
}

static void
check_array (const VestimJsonNode *expected, JsonNode *node)
{
  guint i = 0;

  for (const VestimJsonNode *at = vestim_json_first (expected); at; at = vestim_json_next (at))
    check_node (at, vestim_node_element (node, i++));
  g_assert_cmpuint (vestim_node_n_elements (node), ==, i);
}

/* Two names that differ in a NUL and a U+FFFD are one to the clients. */
static void
check_object (const VestimJsonNode *expected, JsonNode *node)
{
  JsonObjectIter iter;
  JsonNode *child = NULL;
  const char *found = NULL;

  g_assert_true (vestim_node_iter_init (&iter, node));
  if (vestim_node_n_members (node) != vestim_json_size (expected))
    return;
  for (const VestimJsonNode *at = vestim_json_first (expected); at; at = vestim_json_next (at))
    {
      g_autofree char *name = vestim_json_dup_name (at);

      g_assert_true (json_object_iter_next_ordered (&iter, &found, &child));
      g_assert_cmpstr (found, ==, name);
      check_node (at, child);
    }
}

static void
check_node (const VestimJsonNode *expected, JsonNode *node)
{
  if (vestim_json_type (expected) == VESTIM_JSON_OBJECT)
    check_object (expected, node);
  else if (vestim_json_type (expected) == VESTIM_JSON_ARRAY)
    check_array (expected, node);
  else
    check_scalar (expected, node);
}

/* The text of a tree is strict JSON of the same content. */
static void
check_text (JsonNode *node)
{
  g_autofree char *text = vestim_node_dup_text (node);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);

  g_assert_nonnull (doc);
  check_node (vestim_json_root (doc), node);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_memdup2 (data, size);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (size ? text : "", size, NULL);
  g_autoptr (JsonNode) node = vestim_node_parse (size ? text : "", size, NULL);

  g_assert_true ((doc == NULL) == (node == NULL));
  if (doc == NULL)
    return 0;
  check_node (vestim_json_root (doc), node);
  check_text (node);
  return 0;
}
