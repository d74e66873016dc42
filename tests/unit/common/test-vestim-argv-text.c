/* SPDX-License-Identifier: MIT */
#include "common/vestim-argv-text.h"

#include <glib.h>

/* The shown line can be pasted into a shell and runs the same. */
static void
test_argv (void)
{
  static const char *const argv[] = { "echo", "", "a b", "$HOME", "it's", "x=1", "--n=2", NULL };
  g_autofree char *line = vestim_argv_text (argv);
  g_auto (GStrv) back = NULL;
  int n = 0;

  g_assert_true (g_shell_parse_argv (line, &n, &back, NULL));
  g_assert_cmpint (n, ==, (int) G_N_ELEMENTS (argv) - 1);
  for (int i = 0; i < n; i++)
    g_assert_cmpstr (back[i], ==, argv[i]);
  g_assert_true (g_str_has_prefix (line, "echo '' 'a b' "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/argv-text/a command line can be pasted", test_argv);
  return g_test_run ();
}
