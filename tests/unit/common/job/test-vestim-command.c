/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <signal.h>
#include <string.h>

#include "common/job/vestim-command.h"
#include "common/json/vestim-fields.h"

static VestimCommand *
read_command (const char *text, GPtrArray *errors)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);

  g_assert_nonnull (doc);
  return vestim_command_read (vestim_json_root (doc), "selections", errors);
}

/* The program gets exactly what the user wrote. */
static void
test_all_fields_are_taken (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimCommand) command = read_command (
      "{\"argv\":[\"sh\",\"-c\",\"\"],\"cwd\":\"/tmp\",\"timeout_s\":1.5,\"restart\":true,"
      "\"env\":{\"\\u0041\":\"1=2\",\"B\":null,\"C\":\"\"},\"stop_signal\":\"SIGINT\","
      "\"stop_grace_s\":0.5,\"keep_leftovers\":true,\"pty\":true,\"stdin\":\"a/b\","
      "\"log_timestamps\":true}",
      errors);

  g_assert_nonnull (command);
  g_assert_cmpuint (errors->len, ==, 0);
  g_assert_cmpstrv (command->argv, ((const char *[]){ "sh", "-c", "", NULL }));
  g_assert_cmpstr (command->cwd, ==, "/tmp");
  g_assert_cmpfloat (command->timeout_s, ==, 1.5);
  g_assert_true (command->restart);
  g_assert_cmpint (command->stop_signal, ==, SIGINT);
  g_assert_true (command->has_stop_grace);
  g_assert_cmpfloat (command->stop_grace_s, ==, 0.5);
  g_assert_true (command->keep_leftovers && command->pty && command->log_timestamps);
  g_assert_cmpstr (command->stdin_path, ==, "a/b");
  g_assert_cmpstrv (command->env_set, ((const char *[]){ "A=1=2", "C=", NULL }));
  g_assert_cmpstrv (command->env_unset, ((const char *[]){ "B", NULL }));
}

static void
test_all_but_argv_may_be_missing (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimCommand) command = read_command ("{\"argv\":[\"true\"]}", errors);

  g_assert_nonnull (command);
  g_assert_null (command->cwd);
  g_assert_cmpfloat (command->timeout_s, ==, 0);
  g_assert_false (command->restart);
  g_assert_cmpint (command->stop_signal, ==, 0);
  g_assert_false (command->has_stop_grace);
  g_assert_false (command->keep_leftovers || command->pty || command->log_timestamps);
  g_assert_null (command->stdin_path);
  g_assert_null (command->env_set[0]);
  g_assert_null (command->env_unset[0]);
}

/* Each fault names its field, so that a form can show it there. */
static void
test_each_fault_names_its_field (void)
{
  static const struct
  {
    const char *text;
    const char *field;
  } cases[] = {
    { "[]", "selections" },
    { "{}", "selections.argv" },
    { "{\"argv\":\"ls\"}", "selections.argv" },
    { "{\"argv\":[]}", "selections.argv" },
    { "{\"argv\":[\"\"]}", "selections.argv[0]" },
    { "{\"argv\":[\"a\",1]}", "selections.argv[1]" },
    { "{\"argv\":[\"a\",\"b\\u0000\"]}", "selections.argv[1]" },
    { "{\"argv\":[\"a\"],\"cwd\":\"tmp\"}", "selections.cwd" },
    { "{\"argv\":[\"a\"],\"cwd\":\"/t\\u0000\"}", "selections.cwd" },
    { "{\"argv\":[\"a\"],\"env\":[]}", "selections.env" },
    { "{\"argv\":[\"a\"],\"env\":{\"\":\"x\"}}", "selections.env." },
    { "{\"argv\":[\"a\"],\"env\":{\"A=\":\"x\"}}", "selections.env.A=" },
    { "{\"argv\":[\"a\"],\"env\":{\"\\u0000A\\u0000\\u0000\":null}}",
      "selections.env.\uFFFDA\uFFFD\uFFFD" },
    { "{\"argv\":[\"a\"],\"env\":{\"A\":1}}", "selections.env.A" },
    { "{\"argv\":[\"a\"],\"timeout_s\":0}", "selections.timeout_s" },
    { "{\"argv\":[\"a\"],\"timeout_s\":\"1\"}", "selections.timeout_s" },
    { "{\"argv\":[\"a\"],\"restart\":1}", "selections.restart" },
    { "{\"argv\":[\"a\"],\"stop_signal\":\"SEGV\"}", "selections.stop_signal" },
    { "{\"argv\":[\"a\"],\"stop_signal\":15}", "selections.stop_signal" },
    { "{\"argv\":[\"a\"],\"stop_grace_s\":-1}", "selections.stop_grace_s" },
    { "{\"argv\":[\"a\"],\"stop_grace_s\":3601}", "selections.stop_grace_s" },
    { "{\"argv\":[\"a\"],\"keep_leftovers\":1}", "selections.keep_leftovers" },
    { "{\"argv\":[\"a\"],\"pty\":\"x\"}", "selections.pty" },
    { "{\"argv\":[\"a\"],\"stdin\":\"\"}", "selections.stdin" },
    { "{\"argv\":[\"a\"],\"stdin\":\"a/../b\"}", "selections.stdin" },
    { "{\"argv\":[\"a\"],\"log_timestamps\":null}", "selections.log_timestamps" },
    { "{\"argv\":[\"a\"],\"shell\":true}", "selections.shell" },
    { "{\"argv\":[\"a\"],\"argv\\u0000\":[]}", "selections.argv\xef\xbf\xbd" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

      g_assert_null (read_command (cases[i].text, errors));
      g_assert_cmpuint (errors->len, ==, 1);
      g_assert_cmpstr (((VestimFieldError *) errors->pdata[0])->field, ==, cases[i].field);
    }
}

/* A user corrects all faults of a form in one round trip. */
static void
test_all_faults_are_listed (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  g_assert_null (
      read_command ("{\"cwd\":1,\"env\":1,\"timeout_s\":-1,\"restart\":0,\"x\":0}", errors));
  g_assert_cmpuint (errors->len, ==, 6);
}

/* Otherwise exec() would fail with E2BIG, when the job starts. */
static void
test_arguments_too_large_for_exec_are_refused (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autofree char *large = g_strnfill (128 * 1024, 'x');
  g_autofree char *one = g_strdup_printf ("{\"argv\":[\"a\",\"%s\"]}", large);
  g_autoptr (GString) many = g_string_new ("{\"argv\":[\"a\"");

  g_assert_null (read_command (one, errors));
  g_assert_cmpuint (errors->len, ==, 1);
  for (int i = 0; i < 200000; i++)
    g_string_append (many, ",\"\"");
  g_string_append (many, "]}");
  g_assert_null (read_command (many->str, errors));
  g_assert_cmpuint (errors->len, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/all-fields-are-taken", test_all_fields_are_taken);
  g_test_add_func ("/command/all-but-argv-may-be-missing", test_all_but_argv_may_be_missing);
  g_test_add_func ("/command/each-fault-names-its-field", test_each_fault_names_its_field);
  g_test_add_func ("/command/all-faults-are-listed", test_all_faults_are_listed);
  g_test_add_func ("/command/too-large-for-exec-is-refused",
                   test_arguments_too_large_for_exec_are_refused);
  return g_test_run ();
}
