/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/arguments.h"

#include <string.h>

#define PARSE(...) parse ((char *[]){ "vestim", __VA_ARGS__, NULL })

static Arguments *
try_parse (char **argv, GError **error)
{
  return arguments_parse ((int) g_strv_length (argv), argv, error);
}

static Arguments *
parse (char **argv)
{
  g_autoptr (GError) error = NULL;
  Arguments *arguments = try_parse (argv, &error);

  g_assert_no_error (error);
  return arguments;
}

#define assert_refused(text, ...) \
  G_STMT_START \
  { \
    g_autoptr (GError) error_ = NULL; \
\
    g_assert_null (try_parse ((char *[]){ "vestim", __VA_ARGS__, NULL }, &error_)); \
    g_assert_error (error_, USAGE_ERROR, 0); \
    g_assert_nonnull (strstr (error_->message, text)); \
  } \
  G_STMT_END

static void
test_forms (void)
{
  g_autoptr (Arguments) arguments = PARSE ("--server", "http://a", "add", "-nx", "-e", "A=1",
                                           "--env=B=2=3", "--hold", "-qw", "make");

  g_assert_cmpstr (arguments->command->name, ==, "add");
  g_assert_cmpstr (arguments_get (arguments, "server"), ==, "http://a");
  g_assert_cmpstr (arguments_get (arguments, "name"), ==, "x");
  g_assert_true (arguments_has (arguments, "hold"));
  g_assert_true (arguments_has (arguments, "quiet"));
  g_assert_true (arguments_has (arguments, "wait"));
  g_assert_false (arguments_has (arguments, "pty"));
  g_assert_null (arguments_get (arguments, "note"));

  g_autoptr (GPtrArray) env = arguments_get_all (arguments, "env");
  g_assert_cmpuint (env->len, ==, 2);
  g_assert_cmpstr (env->pdata[1], ==, "B=2=3");
}

/* "vestim add make -j4" must not take -j4 as its own. */
static void
test_program_ends_options (void)
{
  g_autoptr (Arguments) plain = PARSE ("add", "--hold", "make", "-j4", "--", "--name");
  g_autoptr (Arguments) dashed = PARSE ("add", "--", "--odd", "-x");

  g_assert_cmpuint (plain->words->len, ==, 4);
  g_assert_cmpstr (plain->words->pdata[1], ==, "-j4");
  g_assert_cmpstr (plain->words->pdata[2], ==, "--");
  g_assert_null (plain->words->pdata[4]);
  g_assert_cmpstr (dashed->words->pdata[0], ==, "--odd");
}

static void
test_mixed (void)
{
  g_autoptr (Arguments) arguments = PARSE ("move", "a", "--before", "b", "-q", "c", "--", "-d");

  g_assert_cmpuint (arguments->words->len, ==, 3);
  g_assert_cmpstr (arguments->words->pdata[2], ==, "-d");
  g_assert_cmpstr (arguments_get (arguments, "before"), ==, "b");
}

static void
test_last_counts (void)
{
  g_autoptr (Arguments) arguments = PARSE ("add", "-n", "a", "--name=", "x");

  g_assert_cmpstr (arguments_get (arguments, "name"), ==, "");
}

static void
test_refusals (void)
{
  assert_refused ("no command \"lst\"", "lst");
  assert_refused ("Did you mean \"retry\"?", "rety", "x");
  assert_refused ("Did you mean --timeout?", "add", "--timeuot", "1", "x");
  assert_refused ("no option --xyzzy.", "add", "--xyzzy", "x");
  assert_refused ("no option -ö.", "add", "-ö", "x");
  assert_refused ("needs a value: --name=TEXT", "add", "--name");
  assert_refused ("needs a value", "add", "-n");
  assert_refused ("takes no value", "add", "--hold=yes", "x");
  assert_refused ("missing", "add", "--hold");
  assert_refused ("one word too many", "status", "now");
}

static void
test_help_needs_nothing (void)
{
  g_autoptr (Arguments) arguments = PARSE ("add", "--help");
  g_autoptr (Arguments) nothing = PARSE ("--version");

  g_assert_true (arguments_has (arguments, "help"));
  g_assert_null (nothing->command);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arguments/options have the usual forms", test_forms);
  g_test_add_func ("/arguments/a program's options are its own", test_program_ends_options);
  g_test_add_func ("/arguments/options and words may be mixed", test_mixed);
  g_test_add_func ("/arguments/the last value counts", test_last_counts);
  g_test_add_func ("/arguments/a mistake is named with what was meant", test_refusals);
  g_test_add_func ("/arguments/help and version need no arguments", test_help_needs_nothing);
  return g_test_run ();
}
