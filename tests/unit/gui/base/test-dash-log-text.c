/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-log-text.h"

#include <string.h>

static void
expect_text (const char *bytes, const char *expected)
{
  g_autofree char *text = dash_log_text_clean (bytes, strlen (bytes));

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpstr (text, ==, expected);
}

/* Programs colour their output for terminals; a text view must not show the codes. */
static void
test_escapes (void)
{
  expect_text ("\033[1;31mred\033[0m plain", "red plain");
  expect_text ("\033]0;title\a\033]8;;url\033\\text", "text");
  expect_text ("cut \033[1;3", "cut ");
  expect_text ("cut \033", "cut ");
}

/* Text that cuts an escape sequence must not lose a part of a character. */
static void
test_broken_escapes (void)
{
  expect_text ("\033[é", "é");
  expect_text ("\033[1\nnext", "\nnext");
  expect_text ("\033é\033[3\xe2\x82\xac", "é€");
}

static void
test_line_ends (void)
{
  expect_text ("a\r\nb\rc\nd", "a\nb\nc\nd");
}

/* A log can hold any byte. */
static void
test_any_bytes (void)
{
  char bytes[512];
  g_autofree char *text = NULL;

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (char) i;
  text = dash_log_text_clean (bytes, sizeof bytes);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *at = text; *at != '\0'; at++)
    g_assert_true (*at == '\n' || *at == '\t' || ((guchar) *at >= 0x20 && *at != 0x7f));
}

/* The layout of a line of megabytes takes seconds. */
static void
test_endless_line (void)
{
  const gsize length = 1024 * 1024;
  g_autofree char *bytes = g_strnfill (length, 'x');
  g_autofree char *text = dash_log_text_clean (bytes, length);
  gsize longest = 0, shown = 0;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      longest = MAX (longest, strlen (*line));
      shown += strlen (*line);
    }
  g_assert_cmpuint (longest, <=, 4000);
  g_assert_cmpuint (shown, ==, length);
}

/* The end of a piece may be a part of a character that the next piece completes. */
static void
test_cut_characters (void)
{
  static const struct
  {
    const char *bytes;
    gsize cut;
  } cases[] = {
    { "", 0 },
    { "abc", 0 },
    { "a\xc3\xa9", 0 },
    { "a\xc3", 1 },
    { "\xe2\x82", 2 },
    { "\xe2\x82\xac", 0 },
    { "\xf0\x9f\x98", 3 },
    { "\xf0\x9f\x98\x80", 0 },
    { "a\x80\x80", 0 },
    { "\x80\x80\x80\x80\x80", 0 },
    { "line\r", 1 },
    { "line\r\n", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (dash_log_text_cut (cases[i].bytes, strlen (cases[i].bytes)), ==,
                      cases[i].cut);
}

static void
expect_found (const char *text, const char *word, gboolean match_case, const char *expected)
{
  g_autoptr (GArray) found = dash_log_text_find (text, word, match_case);
  g_autoptr (GString) offsets = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (offsets, "%u ", g_array_index (found, guint, i));
  g_assert_cmpstr (offsets->str, ==, expected);
}

/* The offsets mark matches in a text view: they count characters. */
static void
test_find (void)
{
  expect_found ("ERROR é error", "error", FALSE, "0 8 ");
  expect_found ("ERROR é error", "error", TRUE, "8 ");
  expect_found ("ÄÖ äö", "äÖ", FALSE, "0 3 ");
  expect_found ("aaaaa", "aa", FALSE, "0 2 ");
  expect_found ("short", "shorter", FALSE, "");
  expect_found ("any", "", FALSE, "");
  expect_found ("", "any", TRUE, "");
}

/* A mark that reverses the reading direction can turn a program's name into "exe.png". */
static void
test_turning (void)
{
  expect_text ("a \xe2\x80\xaegnp.exe", "a \xef\xbf\xbdgnp.exe");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log text/escape sequences are removed", test_escapes);
  g_test_add_func ("/log text/a broken escape sequence cuts no character", test_broken_escapes);
  g_test_add_func ("/log text/all line ends become one", test_line_ends);
  g_test_add_func ("/log text/any bytes become valid text", test_any_bytes);
  g_test_add_func ("/log text/a very long line is broken", test_endless_line);
  g_test_add_func ("/log text/a cut character is left for the next piece", test_cut_characters);
  g_test_add_func ("/log text/a word is found by characters, in either case", test_find);
  g_test_add_func ("/log text/marks of the reading direction are visible", test_turning);
  return g_test_run ();
}
