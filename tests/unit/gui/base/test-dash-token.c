/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-token.h"

#include <glib.h>

/* What comes out of a file, a dialog or the environment may have a line end: the token has none. */
static void
test_trimmed (void)
{
  const char *const texts[] = { "secret", " secret", "secret\n", "\tsecret \r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *token = dash_token_clean (texts[i]);

      g_assert_cmpstr (token, ==, "secret");
    }
}

/* No header can hold these, and no server makes such a token. */
static void
test_none (void)
{
  const char *const texts[] = { NULL,  "",      " \n",  "a\nb",     "a\rX: y",
                                "a b", "a\x01", "\xff", "schlüssel" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (dash_token_clean (texts[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/without the white space around it", test_trimmed);
  g_test_add_func ("/token/what can't be sent is none", test_none);
  return g_test_run ();
}
