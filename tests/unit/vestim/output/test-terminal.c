/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/terminal.h"

static void
test_colours (void)
{
  static const struct
  {
    bool is_terminal;
    const char *no_color;
    const char *force;
    const char *term;
    bool wanted;
  } cases[] = {
    { true, NULL, NULL, "xterm", true },   { true, "", NULL, "xterm", true },
    { true, "1", NULL, "xterm", false },   { true, NULL, NULL, "dumb", false },
    { true, NULL, NULL, NULL, false },     { true, NULL, NULL, "", false },
    { false, NULL, NULL, "xterm", false }, { false, NULL, "1", NULL, true },
    { false, NULL, "0", "xterm", false },  { false, NULL, "", "xterm", false },
    { false, "1", "1", "xterm", false },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    if (terminal_wants_colours (cases[i].is_terminal, cases[i].no_color, cases[i].force,
                                cases[i].term)
        != cases[i].wanted)
      g_error ("case %zu", i);
}

static void
test_style (void)
{
  const Terminal plain = { .is_terminal = true };
  const Terminal coloured = { .has_colours = true };
  g_autoptr (GString) out = g_string_new (NULL);

  style_append_begin (out, &plain, STYLE_BAD);
  style_append_end (out, &plain, STYLE_BAD);
  style_append_begin (out, &coloured, STYLE_NONE);
  style_append_end (out, &coloured, STYLE_NONE);
  g_assert_cmpstr (out->str, ==, "");
  style_append_begin (out, &coloured, style_of_status ("failed"));
  style_append_end (out, &coloured, STYLE_BAD);
  g_assert_cmpstr (out->str, ==, "\033[31m\033[0m");
  g_assert_cmpint (style_of_status ("of a later version"), ==, STYLE_NONE);
  g_assert_cmpint (style_of_status (NULL), ==, STYLE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/terminal/colours follow NO_COLOR, CLICOLOR_FORCE and TERM", test_colours);
  g_test_add_func ("/terminal/a style is written only with colours", test_style);
  return g_test_run ();
}
