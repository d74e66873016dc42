/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-problem.h"

#include <string.h>

#include "common/json/vestim-fields.h"

static VestimProblem *
parse (const char *text)
{
  return vestim_problem_parse (text, strlen (text));
}

static void
test_fields_have_their_messages (void)
{
  g_autoptr (VestimProblem) problem =
      parse ("{\"title\":\"t\",\"detail\":\"d\",\"errors\":[{\"field\":\"name\",\"message\":\"m\"},"
             "{\"field\":7},{}]}");
  const VestimFieldError *error = problem->errors->pdata[0];

  g_assert_cmpstr (problem->title, ==, "t");
  g_assert_cmpstr (problem->detail, ==, "d");
  g_assert_cmpuint (problem->errors->len, ==, 1);
  g_assert_cmpstr (error->field, ==, "name");
  g_assert_cmpstr (error->message, ==, "m");
}

/* A proxy answers with a page of its own. */
static void
test_other_text_has_no_fields (void)
{
  static const char *const texts[] = { "",  "<html>", "[]",
                                       "7", "{}",     "{\"detail\":[],\"errors\":{}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (VestimProblem) problem = parse (texts[i]);

      g_assert_null (problem->title);
      g_assert_null (problem->detail);
      g_assert_null (problem->errors);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/fields-have-their-messages", test_fields_have_their_messages);
  g_test_add_func ("/problem/other-text-has-no-fields", test_other_text_has_no_fields);
  return g_test_run ();
}
