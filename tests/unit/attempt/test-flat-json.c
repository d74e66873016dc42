/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/attempt/flat-json.h"

typedef struct
{
  int number;
  int code;
  int64_t time;
  uint64_t count;
  double seconds;
  bool flag;
  char *text;
  char word[9];
} Record;

static const FlatJsonMember members[] = {
  { "number", FLAT_JSON_INT, offsetof (Record, number), 6 },
  { "code", FLAT_JSON_INT_OR_NULL, offsetof (Record, code), 0 },
  { "time", FLAT_JSON_INT64, offsetof (Record, time), 0 },
  { "count", FLAT_JSON_UINT64, offsetof (Record, count), 0 },
  { "seconds", FLAT_JSON_DOUBLE, offsetof (Record, seconds), 0 },
  { "flag", FLAT_JSON_BOOL, offsetof (Record, flag), 0 },
  { "text", FLAT_JSON_STRING, offsetof (Record, text), 0 },
  { "word", FLAT_JSON_WORD, offsetof (Record, word), 8 },
};
static const FlatJsonTable table = { members, G_N_ELEMENTS (members), 1 };

static bool
read_text (Record *record, const char *text)
{
  return flat_json_read (&table, record, text, strlen (text));
}

static void
test_every_kind_is_written (void)
{
  const Record record = { .number = 1,
                          .code = -1,
                          .time = -2,
                          .count = 3,
                          .seconds = 0.5,
                          .flag = true,
                          .text = (char *) "a\"\\\x01",
                          .word = "ab-1" };
  char text[512];

  g_assert_cmpuint (flat_json_write (&table, &record, text, sizeof text), ==, strlen (text));
  g_assert_cmpstr (text, ==,
                   "{\"version\":1,\"number\":     1,\"code\":null,\"time\":-2,\"count\":3,"
                   "\"seconds\":0.500000,\"flag\":true,\"text\":\"a\\\"\\\\\\u0001\","
                   "\"word\":\"    ab-1\"}\n");
}

static void
test_every_kind_is_read (void)
{
  Record record = { .code = -1 };

  g_assert_true (read_text (
      &record,
      "{\"version\":1,\"number\": 7, \"code\":255, \"time\":9223372036854775807, \"flag\":true,"
      "\"count\":18446744073709551615,\"seconds\":-1.5e3,\"text\":\"\\u0041ü\\\"\\ufffd\","
      "\"word\":\"  ab-1\"}"));
  g_assert_cmpint (record.number, ==, 7);
  g_assert_cmpint (record.code, ==, 255);
  g_assert_cmpint (record.time, ==, INT64_MAX);
  g_assert_cmpuint (record.count, ==, UINT64_MAX);
  g_assert_cmpfloat (record.seconds, ==, -1500);
  g_assert_true (record.flag);
  g_assert_cmpstr (record.text, ==, "Aü\"\xef\xbf\xbd");
  g_assert_cmpstr (record.word, ==, "ab-1");
  free (record.text);
}

/* What is no such value leaves the default, as a missing member does. */
static void
test_values_of_another_kind_are_ignored (void)
{
  Record record = { .code = -1, .time = 5, .seconds = 2, .flag = true, .word = "kept" };

  g_assert_true (read_text (&record, "{\"version\":1,\"number\":0,\"code\":-3,\"time\":1.5,"
                                     "\"count\":-1,\"seconds\":\"1\",\"flag\":1,"
                                     "\"text\":null,\"word\":\"too long for it\"}"));
  g_assert_cmpint (record.code, ==, -1);
  g_assert_cmpint (record.time, ==, 5);
  g_assert_cmpuint (record.count, ==, 0);
  g_assert_cmpfloat (record.seconds, ==, 2);
  g_assert_true (record.flag);
  g_assert_null (record.text);
  g_assert_cmpstr (record.word, ==, "kept");
}

static void
test_numbers_out_of_range_are_ignored (void)
{
  Record record = { .number = -9 };

  g_assert_false (read_text (&record, "{\"version\":1,\"number\":2147483648}"));
  g_assert_false (read_text (&record, "{\"version\":1,\"number\":-1}"));
  g_assert_false (read_text (&record, "{\"version\":1,\"number\":1e400,\"seconds\":1e400}"));
  g_assert_false (read_text (&record, "{\"version\":1,\"number\":1-1}"));
  g_assert_true (read_text (&record, "{\"version\":1,\"time\":9223372036854775808,\"number\":1}"));
  g_assert_cmpint (record.time, ==, 0);
}

static void
test_damaged_texts_are_refused (void)
{
  static const char *const texts[] = {
    "{\"version\":1,\"number\":1",
    "{\"version\":1,\"number\":1,}",
    "{\"version\":1,,\"number\":1}",
    "{\"version\":1,\"number\" 1}",
    "{\"version\":1,\"number\":1 2}",
    "{\"version\":1,number:1}",
    "{\"version\":1,\"number\":1]",
    "{\"version\":1,\"number\":nul}",
    "{\"version\":1,\"number\":{\"a\":1}}",
    "{\"version\":1,\"number\":1,\"x\":[]}",
    "{\"version\":1,\"number\":1,\"x\":\"\\x\"}",
    "{\"version\":1,\"number\":1,\"x\":\"\\u12\"}",
    "{\"version\":1,\"number\":1,\"x\":\"\\",
  };
  Record record = { 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (read_text (&record, texts[i]));
}

/* It is never read past its length: the text may come from a file of any size. */
static void
test_every_cut_of_a_text_is_refused (void)
{
  const char *text = "{\"version\":1,\"number\":1,\"text\":\"ü\\u0041\",\"flag\":true}";

  for (size_t length = 0; length < strlen (text); length++)
    {
      g_autofree char *cut = g_memdup2 (text, length + (length == 0));
      Record record = { 0 };

      g_assert_false (flat_json_read (&table, &record, cut, length));
      free (record.text);
    }
}

static void
test_a_small_buffer_is_reported (void)
{
  const Record record = { .seconds = NAN };
  char text[64];

  g_assert_cmpuint (flat_json_write (&table, &record, text, sizeof text), ==, 0);
}

#define ADD(name) g_test_add_func ("/flat-json/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (every_kind_is_written);
  ADD (every_kind_is_read);
  ADD (values_of_another_kind_are_ignored);
  ADD (numbers_out_of_range_are_ignored);
  ADD (damaged_texts_are_refused);
  ADD (every_cut_of_a_text_is_refused);
  ADD (a_small_buffer_is_reported);
  return g_test_run ();
}
