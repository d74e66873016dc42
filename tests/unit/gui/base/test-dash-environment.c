/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-environment.h"

#include <string.h>

#include "common/client/vestim-node.h"

/* (transfer full) (nullable) the object as text. */
static char *
parse (const char *lines, char **fault)
{
  g_autoptr (JsonObject) env = dash_environment_parse (lines, fault);
  g_autoptr (JsonNode) node = NULL;

  if (env == NULL)
    return NULL;
  node = json_node_init_object (json_node_alloc (), env);
  return vestim_node_dup_text (node);
}

static void
test_lines (void)
{
  g_autofree char *fault = NULL;
  g_autofree char *json =
      parse (" PATH=/usr/bin:/bin \n\nA=b c=d\nE=\nQ=\"a\\tb\"\nS='x \\'\n-LANG\n", &fault);

  g_assert_cmpstr (json, ==,
                   "{\"PATH\":\"/usr/bin:/bin\",\"A\":\"b c=d\",\"E\":\"\",\"Q\":\"a\\tb\","
                   "\"S\":\"x \\\\\",\"LANG\":null}");
}

static void
test_faults (void)
{
  static const char *const texts[][2] = {
    { "A=1\nB", "“B” does not have the form NAME=value." },
    { "=1", "“=1” does not have the form NAME=value." },
    { "-", "“-” does not have the form NAME=value." },
    { "A=1\nB=2\nA=3", "A is set twice: remove one of the lines." },
    { "A=1\n-A", "A is set twice: remove one of the lines." },
    { "A=\"\\377\"", "The value of A is not text." },
    { "A=\"\\\\a\\000b\"", "The value of A is not text." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *fault = NULL;

      g_assert_null (dash_environment_parse (texts[i][0], &fault));
      g_assert_cmpstr (fault, ==, texts[i][1]);
    }
}

/* A duplicated job runs in the same environment. */
static void
test_back (void)
{
  const char *env =
      "{\"PATH\":\"/bin\",\"A\":\" a\\nb \",\"Q\":\"\\\"x\\\"\",\"S\":\"'\",\"Ä\":\"ö\\n\","
      "\"E\":\"\",\"X\":null}";
  g_autoptr (JsonNode) node = vestim_node_parse (env, strlen (env), NULL);
  g_autofree char *text = dash_environment_text (node);
  g_autofree char *fault = NULL;
  g_autofree char *json = parse (text, &fault);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 7);
  g_assert_cmpstr (json, ==, env);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/environment/lines make an object", test_lines);
  g_test_add_func ("/environment/the fault names a wrong line", test_faults);
  g_test_add_func ("/environment/a job's environment can be typed again", test_back);
  return g_test_run ();
}
