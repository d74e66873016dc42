/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-text-line.h"

/* A name must not hide, reverse or break lines. */
static void
test_line (void)
{
  g_autofree char *hostile = vestim_text_line ("a\nb\tc\x1b[31m\xe2\x80\xae"
                                               "d\xff<b>&",
                                               100);
  g_autofree char *cut = vestim_text_line ("äöü", 2);
  g_autofree char *none = vestim_text_line (NULL, 10);

  g_assert_cmpstr (hostile, ==,
                   "a b c\xef\xbf\xbd[31m\xef\xbf\xbd"
                   "d\xef\xbf\xbd<b>&");
  g_assert_cmpstr (cut, ==, "äö…");
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-line/a line is safe", test_line);
  return g_test_run ();
}
