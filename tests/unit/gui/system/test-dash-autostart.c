/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/gui/loop.h"
#include "gui/system/dash-autostart.h"

#define OWN "config/autostart/vestimd.desktop"
#define SYSTEM "etc/autostart/vestimd.desktop"

/* A home with a vestimd, and a systemctl that knows a unit if the file "unit" exists. */
static const char *root;

static void
write_file (const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode, &error);
  g_assert_no_error (error);
}

/* (nullable) */
static char *
read_file (const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static void
remove_file (const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);

  g_remove (path);
}

static void
set_up (void)
{
  static const char *const names[] = { OWN, SYSTEM, "unit", "enabled", "broken" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    remove_file (names[i]);
  g_unsetenv ("VESTIM_HOME");
  write_file ("b in/vestimd", "#!/bin/sh\n", 0700);
}

static gboolean
is_enabled (void)
{
  g_autoptr (GAsyncResult) result = NULL;

  dash_autostart_get_async (NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  return dash_autostart_get_finish (result);
}

static void
enable (gboolean enabled)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  dash_autostart_set_async (enabled, NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  g_assert_true (dash_autostart_set_finish (result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (is_enabled (), ==, enabled);
}

static void
expect_exec (const char *expected)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_build_filename (root, OWN, NULL);
  g_autofree char *exec = NULL;
  g_auto (GStrv) argv = NULL;
  g_autofree char *line = NULL;

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  exec = g_key_file_get_string (file, "Desktop Entry", "Exec", NULL);
  g_assert_true (g_shell_parse_argv (exec, NULL, &argv, NULL));
  line = g_strjoinv ("|", argv);
  g_assert_true (g_str_has_suffix (line, expected));
}

/* On, off and on again; a folder name with a blank is one word. */
static void
test_entry (void)
{
  set_up ();
  g_assert_false (is_enabled ());
  enable (TRUE);
  expect_exec ("/b in/vestimd|--daemonize");
  enable (FALSE);
  g_assert_null (read_file (OWN));
  enable (TRUE);
}

/* The server that starts is the one whose jobs are shown. */
static void
test_data_directory (void)
{
  set_up ();
  g_setenv ("VESTIM_HOME", "/data of \"me\" $1", TRUE);
  enable (TRUE);
  expect_exec ("/vestimd|--daemonize|--data-dir|/data of \"me\" $1");
}

/* An entry of the installation shows as on; switching off overrides it. */
static void
test_system_entry (void)
{
  g_autofree char *text = NULL;

  set_up ();
  if (g_file_test ("/run/systemd/system", G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("where systemd runs, the system's entry does nothing");
      return;
    }
  write_file (SYSTEM, "[Desktop Entry]\nType=Application\nName=x\nExec=x\n", 0600);
  g_assert_true (is_enabled ());
  enable (FALSE);
  text = read_file (OWN);
  g_assert_nonnull (strstr (text, "Hidden=true"));
  enable (TRUE);
}

/* The user's own entry is switched; its other lines stay. */
static void
test_foreign_entry (void)
{
  g_autofree char *text = NULL;

  set_up ();
  write_file (OWN, "# mine\n[Desktop Entry]\nType=Application\nName=x\nExec=nice vestimd\n", 0600);
  g_assert_true (is_enabled ());
  enable (FALSE);
  enable (TRUE);
  text = read_file (OWN);
  g_assert_nonnull (strstr (text, "# mine\n"));
  g_assert_nonnull (strstr (text, "Exec=nice vestimd\n"));
}

/* Those who keep their configuration in another folder have a link here. */
static void
test_link (void)
{
  g_autofree char *link = g_build_filename (root, OWN, NULL);
  g_autofree char *target = g_build_filename (root, "kept.desktop", NULL);
  g_autofree char *text = NULL;

  set_up ();
  write_file ("kept.desktop", "[Desktop Entry]\nType=Application\nExec=nice vestimd\n", 0600);
  g_assert_cmpint (symlink (target, link), ==, 0);
  enable (FALSE);
  text = read_file ("kept.desktop");
  g_assert_nonnull (strstr (text, "Hidden=true"));
  write_file ("kept.desktop", "\x01 no entry", 0600);
  enable (TRUE);
  expect_exec ("/vestimd|--daemonize");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

/* A file that can't be read as an entry starts nothing and is replaced. */
static void
test_garbled_entry (void)
{
  set_up ();
  write_file (OWN, "\x01 no entry", 0600);
  g_assert_false (is_enabled ());
  enable (TRUE);
  expect_exec ("/vestimd|--daemonize");
}

/* With the unit installed, the switch enables it, and an older entry does not start the server too.
 */
static void
test_unit (void)
{
  g_autofree char *enabled = NULL;

  set_up ();
  enable (TRUE);
  write_file ("unit", "", 0600);
  g_assert_false (is_enabled ());
  enable (TRUE);
  enabled = read_file ("enabled");
  g_assert_nonnull (enabled);
  g_assert_null (read_file (OWN));
  enable (FALSE);
  g_assert_null (read_file ("enabled"));
}

/* The reason why systemd refuses is shown. */
static void
test_unit_refused (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  write_file ("unit", "", 0600);
  write_file ("broken", "", 0600);
  dash_autostart_set_async (TRUE, NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  g_assert_false (dash_autostart_set_finish (result, &error));
  g_assert_nonnull (strstr (error->message, "the unit is masked"));
}

static void
test_not_installed (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  remove_file ("b in/vestimd");
  dash_autostart_set_async (TRUE, NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  g_assert_false (dash_autostart_set_finish (result, &error));
  g_assert_nonnull (strstr (error->message, "not installed"));
  g_assert_null (read_file (OWN));
}

/* Cancelling the question does not mean that there is no unit. */
static void
test_given_up (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  set_up ();
  write_file ("unit", "", 0600);
  dash_autostart_set_async (TRUE, cancellable, loop_result_cb, &result);
  g_cancellable_cancel (cancellable);
  loop_until (result != NULL);
  g_assert_false (dash_autostart_set_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (read_file (OWN));
  g_assert_false (is_enabled ());
}

#define SYSTEMCTL \
  "#!/bin/sh\n" \
  "cd \"$TEST_ROOT\" || exit 9\n" \
  "case $2 in\n" \
  "--no-legend) [ ! -e unit ] || echo vestimd.service disabled enabled;;\n" \
  "is-enabled) [ -e enabled ];;\n" \
  "enable) if [ -e broken ]; then echo 'the unit is masked' >&2; exit 1; fi; echo x >enabled;;\n" \
  "disable) PATH=/usr/bin:/bin rm -f enabled;;\n" \
  "esac\n"

static void
remove_root (void)
{
  const char *const argv[] = { "/bin/rm", "-r", root, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL);
}

/* GLib reads the folders once: all tests share one home. */
static void
make_root (void)
{
  g_autofree char *config = NULL;
  g_autofree char *system = NULL;
  g_autofree char *bin = NULL;

  root = g_dir_make_tmp ("vestim-XXXXXX", NULL);
  config = g_build_filename (root, "config", NULL);
  system = g_build_filename (root, "etc", NULL);
  bin = g_build_filename (root, "b in", NULL);
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_setenv ("XDG_CONFIG_DIRS", system, TRUE);
  g_setenv ("TEST_ROOT", root, TRUE);
  g_setenv ("PATH", bin, TRUE);
  write_file ("b in/systemctl", SYSTEMCTL, 0700);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  make_root ();
  g_test_add_func ("/autostart/the switch writes and removes an entry", test_entry);
  g_test_add_func ("/autostart/the entry names the data directory in use", test_data_directory);
  g_test_add_func ("/autostart/the system's entry is overridden", test_system_entry);
  g_test_add_func ("/autostart/the user's own entry is only switched", test_foreign_entry);
  g_test_add_func ("/autostart/an entry that is a link stays one", test_link);
  g_test_add_func ("/autostart/a garbled entry is replaced", test_garbled_entry);
  g_test_add_func ("/autostart/with the unit installed it is enabled", test_unit);
  g_test_add_func ("/autostart/a refusal of systemd is shown", test_unit_refused);
  g_test_add_func ("/autostart/a missing daemon is shown", test_not_installed);
  g_test_add_func ("/autostart/a cancelled switch changes nothing", test_given_up);
  code = g_test_run ();
  remove_root ();
  return code;
}
