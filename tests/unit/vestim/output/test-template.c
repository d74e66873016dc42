/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/template.h"

#include <string.h>

static const char object_text[] =
    "{\"job_id\":\"job_1\",\"name\":\"a\\nb\\u001b\",\"progress\":0.5,\"pinned\":false,"
    "\"message\":null,\"tags\":[\"x\",\"y\"],\"details\":{\"exit_code\":3,\"metrics\":{\n"
    "  \"a\": [1]}}}";

static char *
line_of (const char *text)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (object_text, strlen (object_text), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Template) template = template_parse (text, &error);
  GString *out = g_string_new (NULL);

  g_assert_no_error (error);
  template_append (out, template, vestim_json_root (doc));
  return g_string_free (out, FALSE);
}

static void
test_values (void)
{
  static const char *const cases[][2] = {
    { "", "\n" },
    { "{job_id} {details.exit_code}", "job_1 3\n" },
    { "{progress}\\t{pinned}\\n{message}|", "0.5\tfalse\n|\n" },
    { "{{{job_id}}} \\\\", "{job_1} \\\n" },
    { "{name}", "a b\xef\xbf\xbd\n" },
    { "{tags} {tags.1} {tags.2} {tags.x}", "[\"x\",\"y\"] y  \n" },
    { "{details.metrics}", "{   \"a\": [1]}\n" },
    { "{details.metrics.a.0} {details.nothing.at.all} {job_id.x}", "1  \n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = line_of (cases[i][0]);

      g_assert_cmpstr (line, ==, cases[i][1]);
    }
}

static void
test_faults (void)
{
  static const char *const texts[] = { "{",   "{job_id", "}",    "{}",     "\\x",
                                       "x\\", "{.a}",    "{a.}", "{a..b}", "{a{b}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      if (template_parse (texts[i], &error) != NULL)
        g_error ("“%s” was taken for a template", texts[i]);
      g_assert_nonnull (error);
    }
}

static void
test_names (void)
{
  g_autoptr (Template) template = template_parse ("job {job_id}: {details.exit_code}", NULL);

  g_assert_cmpstr (template_nth_name (template, 0), ==, "job_id");
  g_assert_cmpstr (template_nth_name (template, 1), ==, "details.exit_code");
  g_assert_null (template_nth_name (template, 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/names stand for the values of members", test_values);
  g_test_add_func ("/template/other text is refused", test_faults);
  g_test_add_func ("/template/its names can be checked", test_names);
  return g_test_run ();
}
