/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-environment.h"

#include <string.h>

static void
test_lines (void)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *fault = NULL;

  g_assert_true (dash_environment_append (
      json, " PATH=/usr/bin:/bin \n\nA=b c=d\nE=\nQ=\"a\\tb\"\nS='x \\'\n-LANG\n", &fault));
  g_assert_cmpstr (json->str, ==,
                   "{\"PATH\":\"/usr/bin:/bin\",\"A\":\"b c=d\",\"E\":\"\",\"Q\":\"a\\tb\","
                   "\"S\":\"x \\\\\",\"LANG\":null}");
}

static void
test_faults (void)
{
  static const char *const texts[][2] = {
    { "A=1\nB", "“B” is not of the form NAME=value." },
    { "=1", "“=1” is not of the form NAME=value." },
    { "-", "“-” is not of the form NAME=value." },
    { "A=1\nB=2\nA=3", "A is given twice." },
    { "A=1\n-A", "A is given twice." },
    { "A=\"\\377\"", "The value of A is no text." },
    { "A=\"\\\\a\\000b\"", "The value of A is no text." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      g_autofree char *fault = NULL;

      g_assert_false (dash_environment_append (json, texts[i][0], &fault));
      g_assert_cmpstr (fault, ==, texts[i][1]);
    }
}

/* A duplicated job runs in the very environment of the first. */
static void
test_back (void)
{
  const char *env =
      "{\"PATH\":\"/bin\",\"A\":\" a\\nb \",\"Q\":\"\\\"x\\\"\",\"S\":\"'\",\"Ä\":\"ö\\n\","
      "\"E\":\"\",\"X\":null}";
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (env, strlen (env), NULL);
  g_autofree char *text = dash_environment_text (vestim_json_root (doc));
  g_autoptr (GString) json = g_string_new (NULL);
  g_autofree char *fault = NULL;

  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 7);
  g_assert_true (dash_environment_append (json, text, &fault));
  g_assert_cmpstr (json->str, ==, env);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/environment/lines make an object", test_lines);
  g_test_add_func ("/environment/a line that is none is named", test_faults);
  g_test_add_func ("/environment/a job's environment can be typed again", test_back);
  return g_test_run ();
}
