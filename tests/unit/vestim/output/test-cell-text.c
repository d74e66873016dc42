/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/cell-text.h"

/* A name must not be able to change the terminal, or to hide what it is. */
static void
test_line (void)
{
  static const struct
  {
    const char *text;
    const char *line;
  } cases[] = {
    { NULL, "" },
    { "plain", "plain" },
    { "a\nb\tc\r", "a b c " },
    { "\033]0;title\007\033[31m", "\xef\xbf\xbd]0;title\xef\xbf\xbd\xef\xbf\xbd[31m" },
    { "\xc2\x9b"
      "2J",
      "\xef\xbf\xbd"
      "2J" },
    { "a\xe2\x80\xae"
      "b",
      "a\xef\xbf\xbd"
      "b" },
    { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "e\xcc\x81", "e\xcc\x81" },
    { "\xcc\x81x", "x" },
    { "o\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85", "o\xcc\x81\xcc\x82\xcc\x83" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = cell_text_dup_line (cases[i].text);

      g_assert_cmpstr (line, ==, cases[i].line);
    }
}

static void
test_width (void)
{
  g_assert_cmpint (cell_text_width (""), ==, 0);
  g_assert_cmpint (cell_text_width ("abc"), ==, 3);
  g_assert_cmpint (cell_text_width ("\xe7\x94\xb5\xe6\xb1\xa0"), ==,
                   4);                                             /* two Chinese characters */
  g_assert_cmpint (cell_text_width ("e\xcc\x81t\xc3\xa9"), ==, 3); /* one mark of its own */
}

static void
test_cut (void)
{
  static const struct
  {
    const char *line;
    int width;
    const char *cut;
  } cases[] = {
    { "abcdef", 6, "abcdef" },
    { "abcdef", 4, "abc…" },
    { "abcdef", 1, "…" },
    { "abcdef", 0, "" },
    { "\xe7\x94\xb5\xe6\xb1\xa0", 3, "\xe7\x94\xb5…" },
    { "\xe7\x94\xb5\xe6\xb1\xa0", 2, "…" }, /* half a wide character is none */
    { "e\xcc\x81"
      "e\xcc\x81"
      "e\xcc\x81",
      2, "e\xcc\x81…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *cut = cell_text_dup_cut (cases[i].line, cases[i].width);

      g_assert_cmpstr (cut, ==, cases[i].cut);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell-text/what could change the terminal is replaced", test_line);
  g_test_add_func ("/cell-text/wide characters and marks are counted as a terminal does",
                   test_width);
  g_test_add_func ("/cell-text/a long text is cut between characters", test_cut);
  return g_test_run ();
}
