/* SPDX-License-Identifier: MIT */
#include "gui/system/dash-autostart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#include "common/client/vestim-error.h"
#include "common/vestim-paths.h"
#include "common/access/vestim-launcher.h"

/* Two ways to start the daemon at login: the systemd user unit, which is enabled or disabled, or an
 * XDG autostart entry in the user's folder. An entry of this user replaces the one that the
 * installation may have put into the system's folder; to switch off the system's entry, one with
 * Hidden=true is written. Files are read and written in threads. */

/* The same name as the system's entry. */
#define ENTRY_NAME "vestimd.desktop"
#define GROUP "Desktop Entry"

/* The key that marks an entry written here. An entry that the user made is switched, never deleted.
 */
#define MARK "X-VEstim-Switch"

/* (transfer full) */
static char *
entry_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", ENTRY_NAME, NULL);
}

/* (transfer full) where the entry is written: a link, as those who keep their configuration
 * elsewhere have it, stays a link. */
static char *
writable_path (void)
{
  char *path = entry_path ();
  char *real = realpath (path, NULL);

  if (real == NULL)
    return path;
  g_free (path);
  return real;
}

/* Whether the desktop runs the entry at login. */
static gboolean
is_in_force (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL)
         && !g_key_file_get_boolean (file, GROUP, "Hidden", NULL);
}

/* (nullable) (transfer full) the system's entry, which has no effect where systemd runs. */
static char *
system_entry (void)
{
  const char *const *folders = g_get_system_config_dirs ();

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "autostart", ENTRY_NAME, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_file_test ("/run/systemd/system", G_FILE_TEST_IS_DIR) ? NULL
                                                                       : g_steal_pointer (&path);
    }
  return NULL;
}

static gboolean
is_entry_in_force (void)
{
  g_autofree char *own = entry_path ();
  g_autofree char *system = system_entry ();

  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return is_in_force (own);
  return system != NULL && is_in_force (system);
}

static void
enabled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_assert (G_IS_TASK (task));
  g_task_return_boolean (task, vestim_launcher_run_finish (result, NULL, NULL, NULL) == 0);
}

static void
get_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, is_entry_in_force ());
}

static void
get_has_unit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const argv[] = { "systemctl", "--user", "is-enabled", VESTIM_DAEMON_UNIT,
                                      NULL };
  g_autoptr (GTask) task = data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  gboolean has_unit = vestim_launcher_has_unit_finish (result, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_task_return_error (task, error);
  else if (has_unit)
    vestim_launcher_run_async (argv, cancellable, enabled_cb, g_steal_pointer (&task));
  else
    g_task_run_in_thread (task, get_thread);
}

void
dash_autostart_get_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  vestim_launcher_has_unit_async (cancellable, get_has_unit_cb,
                                  g_task_new (NULL, cancellable, callback, data));
}

gboolean
dash_autostart_get_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* (transfer full) quoted for the key Exec, which escapes quotes, dollars and backticks. */
static char *
quote_exec (const char *path)
{
  GString *text = g_string_new ("\"");

  for (; *path != '\0'; path++)
    {
      if (strchr ("\\\"$`", *path) != NULL)
        g_string_append (text, *path == '\\' ? "\\\\\\" : "\\\\");
      g_string_append_c (text, *path);
      if (*path == '%')
        g_string_append_c (text, '%');
    }
  g_string_append_c (text, '"');
  return g_string_free (text, FALSE);
}

/* (transfer full) starts the daemon for the data directory in use. */
static char *
exec_line (const char *daemon)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);
  g_autofree char *program = quote_exec (daemon);
  g_autofree char *folder = quote_exec (paths->home);

  if (vestim_paths_named_home () == NULL)
    return g_strdup_printf ("%s --daemonize", program);
  return g_strdup_printf ("%s --daemonize --data-dir %s", program, folder);
}

/* TRUE when the user had an entry of their own, which is now switched. */
static gboolean
switch_foreign_entry (gboolean enabled)
{
  g_autofree char *path = writable_path ();
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, path,
                                  G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS, NULL)
      || g_key_file_get_boolean (file, GROUP, MARK, NULL)
      || !g_key_file_has_key (file, GROUP, "Exec", NULL))
    return FALSE;
  g_key_file_set_boolean (file, GROUP, "Hidden", !enabled);
  return g_key_file_save_to_file (file, path, NULL);
}

static gboolean
write_entry (const char *lines, GError **error)
{
  g_autofree char *path = writable_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = g_strconcat ("[" GROUP "]\nType=Application\nName=", _ ("VEstim Server"),
                                       "\n" MARK "=true\n", lines, NULL);

  g_mkdir_with_parents (folder, 0700);
  return g_file_set_contents (path, text, -1, error);
}

static gboolean
enable_entry (GError **error)
{
  g_autofree char *daemon = vestim_launcher_find_daemon ();
  g_autofree char *exec = NULL;
  g_autofree char *lines = NULL;

  if (daemon == NULL)
    {
      g_propagate_error (error, vestim_launcher_not_installed_error ());
      return FALSE;
    }
  exec = exec_line (daemon);
  lines = g_strdup_printf ("Comment=%s\nExec=%s\nTerminal=false\nNoDisplay=true\n",
                           _ ("Runs the jobs of VEstim in the background"), exec);
  return write_entry (lines, error);
}

/* The system's entry is overridden by one with Hidden=true. */
static gboolean
disable_entry (GError **error)
{
  g_autofree char *path = entry_path ();
  g_autofree char *system = system_entry ();

  if (system != NULL)
    return write_entry ("Hidden=true\n", error);
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno),
               _ ("%s can’t be removed: %s"), path, g_strerror (errno));
  return FALSE;
}

static gboolean
set_entry (gboolean enabled, GError **error)
{
  if (switch_foreign_entry (enabled))
    return TRUE;
  return enabled ? enable_entry (error) : disable_entry (error);
}

static void
set_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (set_entry (GPOINTER_TO_INT (data), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* An entry from before the unit was installed would start the server whatever the switch says. */
static void
drop_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *path = entry_path ();
  GError *error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) || set_entry (FALSE, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
unit_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *err = NULL;
  GError *error = NULL;
  int code = vestim_launcher_run_finish (result, NULL, &err, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_task_return_error (task, error);
  else if (code != 0)
    g_task_return_new_error (task, VESTIM_ERROR, VESTIM_ERROR_START_FAILED,
                             _ ("The system did not change the setting: %s"),
                             err != NULL && err[0] != '\0' ? g_strstrip (err) : VESTIM_DAEMON_UNIT);
  else
    g_task_run_in_thread (task, drop_thread);
}

static void
set_has_unit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  gboolean enabled = GPOINTER_TO_INT (g_task_get_task_data (task));
  const char *argv[] = { "systemctl", "--user", enabled ? "enable" : "disable", VESTIM_DAEMON_UNIT,
                         NULL };
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  gboolean has_unit = vestim_launcher_has_unit_finish (result, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_task_return_error (task, error);
  else if (has_unit)
    vestim_launcher_run_async (argv, cancellable, unit_set_cb, g_steal_pointer (&task));
  else
    g_task_run_in_thread (task, set_thread);
}

void
dash_autostart_set_async (gboolean enabled, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, GINT_TO_POINTER (enabled), NULL);
  vestim_launcher_has_unit_async (cancellable, set_has_unit_cb, task);
}

gboolean
dash_autostart_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
