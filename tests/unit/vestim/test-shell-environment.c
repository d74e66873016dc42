/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/shell-environment.h"

static void
test_names (void)
{
  static const char *const kept[] = {
    "PATH",      "HOME",        "LANG",       "LC_ALL",      "TOKENIZERS",
    "MONKEY",    "KEYS",        "PYTHONPATH", "VIRTUAL_ENV", "XDG_CONFIG_HOME",
    "VESTIMATE", "AWS_PROFILE", "SSHD",       "PWDS"
  };
  static const char *const hidden[] = {
    "HF_TOKEN", "token", "A_SECRET", "password", "X_API_KEY",   "AWS_ACCESS_KEY_ID", "SSH_TTY",
    "_",        "PWD",   "SHLVL",    "DISPLAY",  "VESTIM_HOME", "XDG_SESSION_TYPE",  "TERM"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    g_assert_true (shell_environment_passes (kept[i], false));
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_assert_false (shell_environment_passes (hidden[i], false));
  g_assert_true (shell_environment_passes ("TERM", true));
}

static void
test_capture (void)
{
  char *environment[] = { "A=1", "EMPTY=", "PAIR=a=b", "=odd", "none", "X_TOKEN=t", "A=2", NULL };
  g_autoptr (JsonObject) env = json_object_new ();

  shell_environment_capture (environment, false, env);
  g_assert_cmpuint (json_object_get_size (env), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (env, "A"), ==, "2");
  g_assert_cmpstr (json_object_get_string_member (env, "EMPTY"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (env, "PAIR"), ==, "a=b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/environment/secrets and session variables do not pass", test_names);
  g_test_add_func ("/environment/values are taken as they are", test_capture);
  return g_test_run ();
}
