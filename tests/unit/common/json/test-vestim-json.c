/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "common/json/vestim-json.h"

typedef struct
{
  const char *text;
  size_t length;
} Text;

#define TEXT(literal) \
  { \
    literal, sizeof (literal) - 1 \
  }

static const Text valid[] = {
  TEXT ("null"),
  TEXT ("true"),
  TEXT ("false"),
  TEXT ("0"),
  TEXT ("-0"),
  TEXT ("-0.0"),
  TEXT ("1E+2"),
  TEXT ("1e-400"),
  TEXT ("1.7976931348623157e308"),
  TEXT ("0.00000000000000000001e320"),
  TEXT ("0e999999999999999999999"),
  TEXT ("\"\""),
  TEXT (" \t\r\n[ ]\n"),
  TEXT ("{}"),
  TEXT ("[[],{},[{}]]"),
  TEXT ("{\"a\":1,\"b\":[1,2,{\"a\":null}]}"),
  TEXT ("\"\\u0000\""),
  TEXT ("\"\\ud83d\\ude00\""),
  TEXT ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""),
  TEXT ("\"\xf0\x9f\x98\x80 \xc3\xa9\x7f\""),
  TEXT ("\"\xef\xbf\xbf\""),
  TEXT ("\"\xef\xbb\xbf\""),
  TEXT ("{\"\":0}"),
  TEXT ("{\"a\":1,\"A\":2}"),
  TEXT ("[1.5e1,\"x\" , true]"),
  TEXT ("{\"a\\u0000b\":1,\"a\\u0000c\":1,\"a\":1}"),
};

static const Text invalid[] = {
  TEXT (""),
  TEXT (" "),
  TEXT ("nul"),
  TEXT ("nulll"),
  TEXT ("True"),
  TEXT ("NaN"),
  TEXT ("Infinity"),
  TEXT ("-Infinity"),
  TEXT ("01"),
  TEXT ("-01"),
  TEXT ("-"),
  TEXT ("+1"),
  TEXT ("1."),
  TEXT (".5"),
  TEXT ("1e"),
  TEXT ("1e+"),
  TEXT ("0x10"),
  TEXT ("1e400"),
  TEXT ("-1e400"),
  TEXT ("1e99999999999999999999"),
  TEXT ("1.7976931348623159e308"),
  TEXT ("123456789e301"),
  TEXT ("\""),
  TEXT ("\"a"),
  TEXT ("\"\\\""),
  TEXT ("\"\\x\""),
  TEXT ("\"\\u12\""),
  TEXT ("\"\\u12g4\""),
  TEXT ("\"\\ud800\""),
  TEXT ("\"\\udc00\""),
  TEXT ("\"\\ud800\\ud800\""),
  TEXT ("\"\\ud800x\""),
  TEXT ("\"\\ud800\\n\""),
  TEXT ("\"\n\""),
  TEXT ("\"\t\""),
  TEXT ("\"\x01\""),
  TEXT ("\"\0\""),
  TEXT ("1\0"),
  TEXT ("\xef\xbb\xbf{}"),
  TEXT ("\"\x80\""),
  TEXT ("\"\xc0\x80\""),
  TEXT ("\"\xc1\xbf\""),
  TEXT ("\"\xe0\x80\x80\""),
  TEXT ("\"\xed\xa0\x80\""),
  TEXT ("\"\xf4\x90\x80\x80\""),
  TEXT ("\"\xf8\x88\x80\x80\x80\""),
  TEXT ("\"\xc3\""),
  TEXT ("\xa0[]"),
  TEXT ("["),
  TEXT ("]"),
  TEXT ("[1"),
  TEXT ("[1,"),
  TEXT ("[1,]"),
  TEXT ("[,1]"),
  TEXT ("[1 2]"),
  TEXT ("[1}"),
  TEXT ("{"),
  TEXT ("}"),
  TEXT ("{]"),
  TEXT ("{\"a\"}"),
  TEXT ("{\"a\":}"),
  TEXT ("{\"a\":1,}"),
  TEXT ("{,}"),
  TEXT ("{a:1}"),
  TEXT ("{'a':1}"),
  TEXT ("{1:1}"),
  TEXT ("{\"a\" 1}"),
  TEXT ("{\"a\":1 \"b\":2}"),
  TEXT ("'a'"),
  TEXT ("[] []"),
  TEXT ("{}x"),
  TEXT ("1 2"),
  TEXT ("// c\n1"),
  TEXT ("/* c */ 1"),
  TEXT ("1 // c"),
  TEXT ("{\"a\":1,\"a\":1}"),
  TEXT ("{\"a\":1,\"\\u0061\":2}"),
  TEXT ("[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]"),
  TEXT ("{\"\":1,\"\":2}"),
  TEXT ("\f1"),
  TEXT ("\v1"),
  TEXT ("[1]\xc2\xa0"),
};

static VestimJsonDoc *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  VestimJsonDoc *doc = vestim_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (doc);
  return doc;
}

/* A parser stricter than the standard would turn good clients away. */
static void
test_valid_texts_are_accepted (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = g_memdup2 (valid[i].text, valid[i].length); /* no NUL after it */
      g_autoptr (VestimJsonDoc) doc = vestim_json_parse (copy, valid[i].length, &error);

      g_assert_no_error (error);
      g_assert_nonnull (doc);
    }
}

/* Data is lost where one parser accepts a text and another refuses it. */
static void
test_invalid_texts_are_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = g_memdup2 (invalid[i].text, invalid[i].length);
      VestimJsonDoc *doc = vestim_json_parse (copy, invalid[i].length, &error);

      if (doc != NULL)
        g_error ("accepted: %s", invalid[i].text);
      g_assert_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX);
    }
}

/* A user finds the error by its position. */
static void
test_an_error_names_line_column_and_byte (void)
{
  static const char text[] = "{\n  \"\xc3\xa9\": nope}";
  g_autoptr (GError) error = NULL;

  g_assert_null (vestim_json_parse (text, sizeof text - 1, &error));
  g_assert_cmpstr (error->message, ==, "a value was expected at line 2, column 8 (byte 10)");
}

static bool
accepts_depth (size_t depth, char open, char close)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (size_t i = 0; i < depth; i++)
    g_string_append (text, open == '{' && i > 0 ? "\"k\":{" : (char[]){ open, '\0' });
  for (size_t i = 0; i < depth; i++)
    g_string_append_c (text, close);

  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text->str, text->len, NULL);
  return doc != NULL;
}

/* Deep nesting crashes recursive parsers. */
static void
test_depth_is_limited_to_64 (void)
{
  g_assert_true (accepts_depth (64, '[', ']'));
  g_assert_false (accepts_depth (65, '[', ']'));
  g_assert_true (accepts_depth (64, '{', '}'));
  g_assert_false (accepts_depth (65, '{', '}'));
  g_assert_false (accepts_depth (500000, '[', ']'));
}

/* All readers depend on the tree. */
static void
test_the_tree_can_be_walked (void)
{
  g_autoptr (VestimJsonDoc) doc = parse ("{\"a\\n\": [1, [2, 3], {\"x\": null}], \"b\": true}");
  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *list = vestim_json_first (root);
  g_autofree char *name = vestim_json_dup_name (list);
  bool flag = false;

  g_assert_cmpuint (vestim_json_size (root), ==, 2);
  g_assert_cmpstr (name, ==, "a\n");
  g_assert_true (list == vestim_json_member (root, "a\n"));
  g_assert_cmpuint (vestim_json_size (list), ==, 3);
  const VestimJsonNode *last = vestim_json_next (vestim_json_next (vestim_json_first (list)));
  g_assert_cmpint (vestim_json_type (last), ==, VESTIM_JSON_OBJECT);
  g_assert_null (vestim_json_next (last));
  g_assert_true (vestim_json_get_bool (vestim_json_next (list), &flag) && flag);
  g_assert_null (vestim_json_next (vestim_json_next (list)));
  g_assert_null (vestim_json_member (root, "c"));
  g_assert_null (vestim_json_member (NULL, "c"));
  g_assert_null (vestim_json_dup_name (root));
}

/* Selections come back byte for byte. */
static void
test_a_value_is_kept_as_it_was_received (void)
{
  g_autoptr (VestimJsonDoc) doc = parse ("{\"s\" :  {\"a\" : [1 ,2]\n} ,\"t\":1}");
  size_t length = 0;
  const char *raw = vestim_json_raw (vestim_json_member (vestim_json_root (doc), "s"), &length);
  g_autofree char *copy = g_strndup (raw, length);

  g_assert_cmpstr (copy, ==, "{\"a\" : [1 ,2]\n}");
}

static void
test_strings_are_unescaped (void)
{
  g_autoptr (VestimJsonDoc) doc =
      parse ("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00z\", \"a\\u0000b\", 1]");
  const VestimJsonNode *first = vestim_json_first (vestim_json_root (doc));
  g_autofree char *value = vestim_json_dup_string (first);

  g_assert_cmpstr (value, ==, "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80z");
  g_assert_null (vestim_json_dup_string (vestim_json_next (first)));
  g_assert_null (vestim_json_dup_string (vestim_json_next (vestim_json_next (first))));
}

/* Many clients write integers as 3.0; 0.1 and values beyond 64 bits are not integers. */
static void
test_integers_are_read_exactly (void)
{
  static const struct
  {
    const char *text;
    bool ok;
    int64_t value;
  } cases[] = {
    { "0", true, 0 },
    { "-0", true, 0 },
    { "3.0", true, 3 },
    { "3e0", true, 3 },
    { "1E+2", true, 100 },
    { "1200e-2", true, 12 },
    { "0.0012e4", true, 12 },
    { "0e99999", true, 0 },
    { "9223372036854775807", true, INT64_MAX },
    { "-9223372036854775808", true, INT64_MIN },
    { "9223372036854775808", false, 0 },
    { "-9223372036854775809", false, 0 },
    { "1e19", false, 0 },
    { "1e300", false, 0 },
    { "0.1", false, 0 },
    { "1e-400", false, 0 },
    { "\"1\"", false, 0 },
    { "true", false, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VestimJsonDoc) doc = parse (cases[i].text);
      int64_t value = 77;

      g_assert_true (vestim_json_get_int64 (vestim_json_root (doc), &value) == cases[i].ok);
      g_assert_cmpint (value, ==, cases[i].ok ? cases[i].value : 77);
    }
}

/* A German desktop must write and read the same numbers. */
static void
test_doubles_do_not_depend_on_the_locale (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (VestimJsonDoc) doc = parse ("-1.5e-3");
  double value = 0;

  setlocale (LC_ALL, "de_DE.UTF-8");
  g_assert_true (vestim_json_get_double (vestim_json_root (doc), &value));
  vestim_json_append_double (out, value);
  setlocale (LC_ALL, "C");
  g_assert_cmpfloat (value, ==, -0.0015);
  g_assert_cmpstr (out->str, ==, "-0.0015");
}

static void
test_doubles_are_written_short_and_exact (void)
{
  static const double values[] = { 0.0, 0.1, 1.0 / 3.0, 1e300, 5e-324, 123456789.0, -2.5 };

  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      vestim_json_append_double (out, values[i]);
      g_assert_cmpfloat (g_ascii_strtod (out->str, NULL), ==, values[i]);
      g_assert_cmpuint (out->len, <=, 22);
    }

  g_autoptr (GString) out = g_string_new (NULL);
  vestim_json_append_double (out, 0.1);
  vestim_json_append_double (out, NAN);
  vestim_json_append_double (out, INFINITY);
  g_assert_cmpstr (out->str, ==, "0.1nullnull");
}

/* Whatever bytes a job writes, an answer stays valid JSON. */
static void
test_written_strings_are_valid_for_any_bytes (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  vestim_json_append_string (out, "a\"\\\b\f\n\r\t\x01\x7f\xc3\xa9\xff\xed\xa0\x80\xf0\x9f");
  g_assert_cmpstr (out->str, ==,
                   "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd"
                   "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  g_string_truncate (out, 0);
  vestim_json_append_string_len (out, "x\0y", 3);
  vestim_json_append_string (out, NULL);
  g_assert_cmpstr (out->str, ==, "\"x\\u0000y\"null");
}

static void
test_times_are_written_and_read_back (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  int64_t value = -1;

  vestim_json_append_time (out, INT64_C (1795377012123));
  g_assert_cmpstr (out->str, ==, "\"2026-11-22T19:50:12.123Z\"");
  g_assert_true (vestim_json_parse_time ("2026-11-22T19:50:12.123Z", &value));
  g_assert_cmpint (value, ==, INT64_C (1795377012123));
  g_assert_false (vestim_json_parse_time ("2026-11-22 19:50:12", &value));
  g_string_truncate (out, 0);
  vestim_json_append_time (out, 0);
  g_assert_cmpstr (out->str, ==, "null");
}

/* People write times in their own zone. A time without a zone means another one on each machine. */
static void
test_times_of_any_zone_are_read (void)
{
  static const struct
  {
    const char *text;
    int64_t ms; /* -1: refused */
  } cases[] = {
    { "2026-11-22T19:50:12Z", INT64_C (1795377012000) },
    { "2026-11-22t20:50:12.1239+01:00", INT64_C (1795377012123) },
    { "2026-11-22 14:20:12-05:30", INT64_C (1795377012000) },
    { "2024-02-29T00:00:00z", INT64_C (1709164800000) },
    { "2016-12-31T23:59:60Z", INT64_C (1483228800000) },
    { "1969-12-31T23:59:59.5Z", -500 },
    { "9999-12-31T23:59:59.999Z", INT64_C (253402300799999) },
    { "2026-11-22T19:50:12", -1 },
    { "2026-11-22", -1 },
    { "2026-11-22T19:50Z", -1 },
    { "2026-11-22T19:50:12.Z", -1 },
    { "2026-11-22T19:50:12Z ", -1 },
    { "2026-11-22T24:00:00Z", -1 },
    { "2026-11-22T19:60:00Z", -1 },
    { "2026-11-22T19:50:61Z", -1 },
    { "2026-13-22T19:50:12Z", -1 },
    { "2026-11-31T19:50:12Z", -1 },
    { "2023-02-29T19:50:12Z", -1 },
    { "2026-11-22T19:50:12+24:00", -1 },
    { "2026-11-22T19:50:12+0100", -1 },
    { "9999-12-31T23:59:59-00:01", -1 },
    { "0000-01-01T00:00:00+00:01", -1 },
    { "+026-11-22T19:50:12Z", -1 },
    { "", -1 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int64_t value = -1;

      g_assert_cmpint (vestim_json_parse_any_time (cases[i].text, &value), ==, cases[i].ms != -1);
      g_assert_cmpint (value, ==, cases[i].ms);
    }
}

static double
processor_seconds (void)
{
  struct timespec used;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double) used.tv_sec + (double) used.tv_nsec / 1e9;
}

/* Of the processor: a busy machine takes longer. */
static double
parse_seconds (const GString *text)
{
  double start = processor_seconds ();
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text->str, text->len, NULL);

  g_assert_nonnull (doc);
  return processor_seconds () - start;
}

/* A body of 1 MiB must not block the loop, whatever its content. The limit is far above the time of
 * linear work and far below that of quadratic work. */
static void
test_a_large_object_takes_linear_time (void)
{
  g_autoptr (GString) text = g_string_new ("{");

  for (int i = 0; text->len < 1000000; i++)
    g_string_append_printf (text, "%s\"%x\":0", i > 0 ? "," : "", i);
  g_string_append_c (text, '}');
  g_assert_cmpfloat (parse_seconds (text), <, 1.0);

  g_string_truncate (text, text->len - 1);
  g_string_append (text, ",\"7\\u0030\":0}");
  g_assert_null (vestim_json_parse (text->str, text->len, NULL));
}

static void
test_other_large_texts_take_linear_time (void)
{
  static const char *const units[] = {
    "1,", "1e308,", "[],", "{},", "\"\\ud83d\\ude00\",", " ", "{\"a\":0,\"b\":1},"
  };

  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) text = g_string_new ("[");

      while (text->len < 1000000)
        g_string_append (text, units[i]);
      g_string_append (text, "0]");
      g_assert_cmpfloat (parse_seconds (text), <, 1.0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/valid-texts-are-accepted", test_valid_texts_are_accepted);
  g_test_add_func ("/json/invalid-texts-are-refused", test_invalid_texts_are_refused);
  g_test_add_func ("/json/an-error-names-its-place", test_an_error_names_line_column_and_byte);
  g_test_add_func ("/json/depth-is-limited-to-64", test_depth_is_limited_to_64);
  g_test_add_func ("/json/the-tree-can-be-walked", test_the_tree_can_be_walked);
  g_test_add_func ("/json/a-value-is-kept-as-received", test_a_value_is_kept_as_it_was_received);
  g_test_add_func ("/json/strings-are-unescaped", test_strings_are_unescaped);
  g_test_add_func ("/json/integers-are-read-exactly", test_integers_are_read_exactly);
  g_test_add_func ("/json/doubles-ignore-the-locale", test_doubles_do_not_depend_on_the_locale);
  g_test_add_func ("/json/doubles-are-short-and-exact", test_doubles_are_written_short_and_exact);
  g_test_add_func ("/json/written-strings-are-valid", test_written_strings_are_valid_for_any_bytes);
  g_test_add_func ("/json/times-are-read-back", test_times_are_written_and_read_back);
  g_test_add_func ("/json/times-of-any-zone-are-read", test_times_of_any_zone_are_read);
  g_test_add_func ("/json/a-large-object-is-linear", test_a_large_object_takes_linear_time);
  g_test_add_func ("/json/large-texts-are-linear", test_other_large_texts_take_linear_time);
  return g_test_run ();
}
