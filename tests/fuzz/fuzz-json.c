/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "common/json/vestim-json.h"

/* The parser refuses any bytes with a message, or gives nodes inside the text whose parts are
 * strict JSON themselves and whose strings survive writing and reading. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_string (const VestimJsonNode *node)
{
  g_autofree char *string = vestim_json_dup_string (node);
  if (!string)
    return;
  g_assert_true (g_utf8_validate (string, -1, NULL));
  g_autoptr (GString) written = g_string_new (NULL);
  vestim_json_append_string (written, string);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (written->str, written->len, NULL);
  g_assert_nonnull (doc);
  g_autofree char *again = vestim_json_dup_string (vestim_json_root (doc));
  g_assert_cmpstr (again, ==, string);
}

static void
check_number (const VestimJsonNode *node)
{
  double value = NAN;
  g_assert_true (vestim_json_get_double (node, &value));
  g_assert_true (isfinite (value));
}

static void
check_node (const VestimJsonNode *node, const char *begin, const char *end)
{
  size_t length = 0;
  const char *raw = vestim_json_raw (node, &length);
  g_assert_true (raw >= begin && length > 0 && length <= (size_t) (end - raw));
  if (vestim_json_type (node) == VESTIM_JSON_STRING)
    check_string (node);
  if (vestim_json_type (node) == VESTIM_JSON_NUMBER)
    check_number (node);

  size_t children = 0;
  for (const VestimJsonNode *child = vestim_json_first (node); child;
       child = vestim_json_next (child))
    {
      check_node (child, raw, raw + length);
      children++;
    }
  g_assert_cmpuint (children, ==, vestim_json_size (node));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* A copy of exactly this size, so that a sanitizer sees a read after its end. */
  g_autofree char *text = g_memdup2 (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (size ? text : "", size, &error);
  if (!doc)
    {
      g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX);
      return 0;
    }
  check_node (vestim_json_root (doc), text, text + size);

  size_t length = 0;
  const char *raw = vestim_json_raw (vestim_json_root (doc), &length);
  g_autoptr (VestimJsonDoc) again = vestim_json_parse (raw, length, NULL);
  g_assert_nonnull (again);
  return 0;
}
