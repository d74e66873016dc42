/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-command-line.h"

#include <string.h>

/* The shown words are those that run: the user sees the effect of quotes. */
static void
test_split (void)
{
  static const char *const lines[][2] = {
    { "echo hello", "[echo] [hello]" },
    { "  echo   'a b'  \"c d\" e\\ f ", "[echo] [a b] [c d] [e f]" },
    { "echo '' \"it's\" 'a'\"b\"", "[echo] [] [it's] [ab]" },
    { "echo \"\\\"\" '\\n'", "[echo] [\"] [\\n]" },
    { "cat a | wc > b && echo $HOME ~ *.c",
      "[cat] [a] [|] [wc] [>] [b] [&&] [echo] [$HOME] [~] [*.c]" },
    { "make # twice", "[make]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *fault = NULL;
      g_auto (GStrv) words = dash_command_line_split (lines[i][0], &fault);
      g_autofree char *shown = NULL;

      g_assert_nonnull (words);
      g_assert_null (fault);
      shown = dash_command_line_show ((const char *const *) words);
      g_assert_cmpstr (shown, ==, lines[i][1]);
    }
}

/* The reason why a line can't be split is in our words, not in the library's. */
static void
test_faults (void)
{
  static const char *const lines[][2] = {
    { "", "Type the program and its arguments." },
    { "   ", "Type the program and its arguments." },
    { "# nothing", "Type the program and its arguments." },
    { "echo 'a", "A quote is not closed: type the closing quote." },
    { "echo \"a", "A quote is not closed: type the closing quote." },
    { "echo a\\",
      "The last backslash needs a character after it: type one, or remove the backslash." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *fault = NULL;

      g_assert_null (dash_command_line_split (lines[i][0], &fault));
      g_assert_cmpstr (fault, ==, lines[i][1]);
    }
}

/* A user who types a pipe expects a shell, and must read that there is none. */
static void
test_warning (void)
{
  static const char *const lines[][2] = {
    { "cat a | wc", ": |." },
    { "a && b", ": &&." },
    { "echo $HOME \"$USER\"", ": $HOME  \"$USER\"." },
    { "ls *.csv", ": *.csv." },
    { "~/bin/x", ": ~/bin/x." },
    { "a > b; c", ": >  b;." },
    { "echo `id`", ": `id`." },
    { "ls a[12]", ": a[12]." },
    { "sh -c \"echo $HOME\" *.csv | wc", ": *.csv  |." },
    { "sh -c echo $HOME", ": $HOME." },
    { "sh \"$SCRIPT\"", ": \"$SCRIPT\"." },
    { "grep -c \"$X\"", ": \"$X\"." },
    { "A=1 make", "Set variables in the environment" },
    { "a | b | c | d | e | f | g | h", ": |  |  |  |  |  |  …." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = dash_command_line_warn (lines[i][0]);

      g_assert_nonnull (text);
      if (strstr (text, lines[i][1]) == NULL)
        g_error ("%s: %s", lines[i][0], text);
    }
}

/* Wrong warnings teach users to ignore them. */
static void
test_no_warning (void)
{
  static const char *const lines[] = {
    "echo hello",
    "grep 'a|b' \"c*\"",
    "echo \\$HOME a\\|b",
    "echo 5$ a~b",
    "sh -c 'a | b > $c'",
    "sh -c \"echo $HOME\"",
    "  '/bin/bash' -ec \"echo `id`\" x",
    "bash -euo pipefail -c \"echo $HOME\"",
    "bash --norc -c \"echo $HOME\"",
    "env A=1 nice zsh -c \"echo $HOME\"",
    "fish --command \"echo $HOME\"",
    "sh -c",
    "sh -",
    "bash -o",
    "make # a | b",
    "python3 -c \"print('~')\"",
    "",
    "echo 'a",
    "x --set=a=b",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = dash_command_line_warn (lines[i]);

      g_assert_cmpstr (text, ==, NULL);
    }
}

/* (transfer full) "echo" and `n` of these. */
static char *
repeat (const char *part, gsize n)
{
  GString *text = g_string_new ("echo ");

  for (gsize i = 0; i < n; i++)
    g_string_append (text, part);
  return g_string_free (text, FALSE);
}

/* A line that an entry may have cut is refused, other long lines are shown in part, and nothing is
 * slow. */
static void
test_long (void)
{
  static const struct
  {
    const char *part;
    gsize n;
    gboolean too_long;
  } lines[] = {
    { "ö", 32497, FALSE }, { "ö", 32498, TRUE },   { "a ", 32497, FALSE }, { "a ", 32498, TRUE },
    { "[", 64995, FALSE }, { "[ ", 32497, FALSE }, { "[ ", 550000, TRUE }, { "' ' ", 16000, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = repeat (lines[i].part, lines[i].n);
      g_autofree char *fault = NULL;
      g_auto (GStrv) words = dash_command_line_split (text, &fault);
      g_autofree char *shown =
          words != NULL ? dash_command_line_show ((const char *const *) words) : NULL;

      g_assert_cmpint (words == NULL, ==, lines[i].too_long);
      g_assert_cmpint (fault != NULL, ==, lines[i].too_long);
      if (lines[i].too_long)
        continue;
      g_assert_cmpint (g_utf8_strlen (shown, -1), ==, 2001);
      g_assert_true (g_str_has_suffix (shown, "…"));
      g_free (dash_command_line_warn (text));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command line/is split as a shell would", test_split);
  g_test_add_func ("/command line/a line that can't be split has a reason", test_faults);
  g_test_add_func ("/command line/parts that need a shell are named", test_warning);
  g_test_add_func ("/command line/quoted signs need no shell", test_no_warning);
  g_test_add_func ("/command line/a long line is shown in part", test_long);
  return g_test_run ();
}
