/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/input.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Takes the bytes of a literal without its last NUL. */
#define PARSE(input, text) parse (input, text, sizeof (text) - 1)

static int
parse (JobInput *input, const char *text, size_t size)
{
  return job_input_parse (input, g_memdup2 (text, size), size);
}

static void
test_arguments_and_variables_are_read (void)
{
  JobInput input;

  g_assert_cmpint (PARSE (&input, "2 1\0prog\0\0A=b c\0"), ==, 0);
  g_assert_cmpstr (input.argv[0], ==, "prog");
  g_assert_cmpstr (input.argv[1], ==, "");
  g_assert_null (input.argv[2]);
  g_assert_cmpstr (input.env[0], ==, "A=b c");
  g_assert_null (input.env[1]);
  job_input_clear (&input);
}

#define ROW(text) \
  { \
    text, sizeof (text) - 1 \
  }

/* Another host or the job may have written it. */
static void
test_a_damaged_block_is_refused (void)
{
  static const struct
  {
    const char *text;
    size_t size;
  } rows[] = {
    ROW ("\0"),
    ROW ("1"),
    ROW ("1 0"),
    ROW ("1 0\0prog"),
    ROW ("2 0\0prog\0"),
    ROW ("1 1\0prog\0A"),
    ROW ("0 1\0A=b\0"),
    ROW ("x\0prog\0"),
    ROW ("99 0\0a\0"),
    ROW ("1 99\0a\0"),
    ROW ("-1 -1\0prog\0"),
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      JobInput input;

      g_assert_cmpint (parse (&input, rows[i].text, rows[i].size), ==, -EBADMSG);
      job_input_clear (&input);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/input/arguments_and_variables_are_read",
                   test_arguments_and_variables_are_read);
  g_test_add_func ("/input/a_damaged_block_is_refused", test_a_damaged_block_is_refused);
  return g_test_run ();
}
