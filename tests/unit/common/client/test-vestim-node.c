/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-node.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "common/json/vestim-json.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = vestim_node_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

/* Text that json-glib alone would accept, or that would bring it down. */
static void
test_what_is_not_strict_is_refused (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *const texts[] = { "",
                                "{",
                                "[1,]",
                                "{'a':1}",
                                "/* x */ 1",
                                "01",
                                "NaN",
                                "[1] 2",
                                "{\"a\":1 \"b\":2}",
                                "1e999",
                                "\"\\ud800\"",
                                "\xff",
                                "\"\t\"",
                                "{\"a\":1,\"a\":2}",
                                deep };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vestim_node_parse (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX);
    }
}

static void
test_an_error_says_where (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vestim_node_parse ("{\n \"a\": x}", 10, &error));
  g_assert_nonnull (strstr (error->message, "line 2, column 7"));
}

static void
test_values_have_types (void)
{
  g_autoptr (JsonNode) root = parse ("{\"t\":true,\"i\":-3,\"f\":3.0,\"h\":0.5,\"s\":\"x\",\"n\":"
                                     "null,\"a\":[1,\"y\",\"z\"],\"o\":{},\"b\":1e300}");
  g_auto (GStrv) words = vestim_node_dup_strings (vestim_node_member (root, "a"));
  int64_t integer = 0;
  double number = 0;
  bool truth = false;

  g_assert_true (vestim_node_get_bool (vestim_node_member (root, "t"), &truth) && truth);
  g_assert_true (vestim_node_get_int64 (vestim_node_member (root, "i"), &integer));
  g_assert_cmpint (integer, ==, -3);
  g_assert_true (vestim_node_get_int64 (vestim_node_member (root, "f"), &integer));
  g_assert_cmpint (integer, ==, 3);
  g_assert_false (vestim_node_get_int64 (vestim_node_member (root, "h"), &integer));
  g_assert_false (vestim_node_get_int64 (vestim_node_member (root, "b"), &integer));
  g_assert_true (vestim_node_get_double (vestim_node_member (root, "i"), &number));
  g_assert_cmpfloat (number, ==, -3);
  g_assert_cmpstr (vestim_node_member_string (root, "s"), ==, "x");
  g_assert_true (vestim_node_is_null (vestim_node_member (root, "n")));
  g_assert_cmpuint (g_strv_length (words), ==, 2);
  g_assert_cmpuint (vestim_node_n_elements (vestim_node_member (root, "a")), ==, 3);
  g_assert_cmpuint (vestim_node_n_members (root), ==, 9);
}

/* What is absent or of another type is no reason to crash. */
static void
test_absent_nodes_are_harmless (void)
{
  g_autoptr (JsonNode) root = parse ("[7]");
  g_auto (GStrv) words = vestim_node_dup_strings (NULL);
  JsonObjectIter iter;
  int64_t value = 5;

  g_assert_null (vestim_node_member (root, "a"));
  g_assert_null (vestim_node_member (NULL, "a"));
  g_assert_null (vestim_node_element (root, 1));
  g_assert_null (vestim_node_element (NULL, 0));
  g_assert_null (vestim_node_string (vestim_node_element (root, 0)));
  g_assert_true (isnan (vestim_node_member_double (root, "a")));
  g_assert_false (vestim_node_iter_init (&iter, root));
  g_assert_false (vestim_node_get_int64 (NULL, &value));
  g_assert_cmpint (value, ==, 5);
  g_assert_null (words[0]);
}

/* json-glib ends the string at the NUL: half a value must not pass for the whole. */
static void
test_a_string_with_a_nul_is_no_string (void)
{
  g_autoptr (JsonNode) root = parse ("{\"a\\u0000b\":\"c\\\\u0000\",\"d\":\"e\\u0000f\"}");
  g_autofree char *text = vestim_node_dup_text (root);

  g_assert_null (vestim_node_member_string (root, "d"));
  g_assert_true (vestim_node_is_string (vestim_node_member (root, "d")));
  g_assert_cmpstr (vestim_node_member_string (root, "a\xef\xbf\xbd"
                                                    "b"),
                   ==, "c\\u0000");
  g_assert_nonnull (strstr (text, "\"e\\u0000f\""));
}

/* json-glib would make -1 of them. */
static void
test_integers_beyond_64_bits_are_doubles (void)
{
  g_autoptr (JsonNode) root = parse ("[9223372036854775807,-9223372036854775808,"
                                     "9223372036854775808,18446744073709551616,"
                                     "100000000000000000000000000000000000]");
  static const double expected[] = { 0x1p63, 0x1p64, 1e35 };
  int64_t integer = 0;

  g_assert_true (vestim_node_get_int64 (vestim_node_element (root, 0), &integer));
  g_assert_true (integer == INT64_MAX);
  g_assert_true (vestim_node_get_int64 (vestim_node_element (root, 1), &integer));
  g_assert_true (integer == INT64_MIN);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      double number = 0;

      g_assert_false (vestim_node_get_int64 (vestim_node_element (root, i + 2), &integer));
      g_assert_true (vestim_node_get_double (vestim_node_element (root, i + 2), &number));
      g_assert_cmpfloat (number, ==, expected[i]);
    }
}

static bool
note_child (const char *name, JsonNode *child, gpointer data, GError **error)
{
  g_autofree char *text = vestim_node_dup_text (child);

  g_string_append_printf (data, "%s=%s;", name != NULL ? name : "", text);
  return true;
}

static void
test_children_come_one_by_one (void)
{
  static const char list[] = " [1, \"x\", {\"a\" : 18446744073709551616}] ";
  static const char object[] = "{\"n\":7,\"series\":{\"a\":[1],\"\\u0062\":[]}}";
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (vestim_node_parse_each (list, strlen (list), NULL, note_child, seen, NULL));
  g_assert_cmpstr (seen->str, ==, "=1;=\"x\";={\"a\":1.8446744073709552e+19};");
  g_string_truncate (seen, 0);
  g_assert_true (
      vestim_node_parse_each (object, strlen (object), "series", note_child, seen, NULL));
  g_assert_cmpstr (seen->str, ==, "a=[1];b=[];");
  g_assert_false (vestim_node_parse_each (object, strlen (object), "n", note_child, seen, &error));
  g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT);
  g_assert_false (vestim_node_parse_each ("{}", 2, NULL, note_child, seen, NULL));
}

/* A server must not fill the memory with a few megabytes. */
static void
test_a_tree_has_a_limit (void)
{
  g_autoptr (GString) text = g_string_new ("[[]");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 1024 * 1024; i++)
    g_string_append (text, ",[]");
  g_string_append_c (text, ']');
  g_assert_null (vestim_node_parse (text->str, text->len, &error));
  g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT);
}

static void
test_times_are_milliseconds (void)
{
  g_autoptr (JsonNode) root = parse ("[\"2026-11-22T19:50:12.123Z\",null,\"soon\",7]");
  int64_t value = -1;

  g_assert_true (vestim_node_get_time (vestim_node_element (root, 0), &value));
  g_assert_cmpint (value, ==, INT64_C (1795377012123));
  g_assert_true (vestim_node_get_time (vestim_node_element (root, 1), &value));
  g_assert_cmpint (value, ==, 0);
  g_assert_false (vestim_node_get_time (vestim_node_element (root, 2), &value));
  g_assert_false (vestim_node_get_time (vestim_node_element (root, 3), &value));
}

/* Settings that a user typed stay as they were typed. */
static void
test_text_is_short_and_exact (void)
{
  static const char *const texts[] = { "{\"a\":0.003,\"b\":[1,-2.5,1e+22],\"\":{}}",
                                       "[0.1,1e+300,9223372036854775807,true,null]",
                                       "\"a\\\"\\n\xc3\xa9\"", "[]" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) root = parse (texts[i]);
      g_autofree char *text = vestim_node_dup_text (root);

      g_assert_cmpstr (text, ==, texts[i]);
    }
}

/* Where a comma separates decimals, JSON still has a point. */
static void
test_the_locale_does_not_matter (void)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("no locale with a decimal comma");
      return;
    }
  root = parse ("[0.003]");
  text = vestim_node_dup_text (root);
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (text, ==, "[0.003]");
}

#define ADD(path, name) g_test_add_func ("/node/" path, test_##name)

/* json_node_copy() shares the objects: a change of the copy would change the original. */
static void
test_deep_copy (void)
{
  g_autoptr (JsonNode) node = vestim_node_parse_text ("{\"a\":{\"b\":[1.5,\"x\"]}}");
  g_autoptr (JsonNode) copy = vestim_node_copy_deep (node);

  g_assert_true (json_node_equal (node, copy));
  json_object_set_int_member (json_node_get_object (vestim_node_member (copy, "a")), "c", 1);
  g_assert_false (json_node_equal (node, copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("what-is-not-strict-is-refused", what_is_not_strict_is_refused);
  ADD ("an-error-says-where", an_error_says_where);
  ADD ("values-have-types", values_have_types);
  ADD ("absent-nodes-are-harmless", absent_nodes_are_harmless);
  ADD ("a-string-with-a-nul-is-no-string", a_string_with_a_nul_is_no_string);
  ADD ("integers-beyond-64-bits-are-doubles", integers_beyond_64_bits_are_doubles);
  ADD ("children-come-one-by-one", children_come_one_by_one);
  ADD ("a-tree-has-a-limit", a_tree_has_a_limit);
  ADD ("times-are-milliseconds", times_are_milliseconds);
  ADD ("text-is-short-and-exact", text_is_short_and_exact);
  ADD ("the-locale-does-not-matter", the_locale_does_not_matter);
  g_test_add_func ("/node/a deep copy shares nothing", test_deep_copy);
  return g_test_run ();
}
