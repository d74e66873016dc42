/* SPDX-License-Identifier: MIT */
#include "system/dash-autostart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/dash-error.h"
#include "system/dash-launcher.h"

#define ENTRY_NAME "org.vestim.Daemon.desktop"

/* (transfer full) */
static char *
entry_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "autostart", ENTRY_NAME, NULL);
}

static void
enabled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_boolean (task, dash_launcher_run_finish (result, NULL, NULL, NULL) == 0);
}

static void
get_has_unit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const argv[] = { "systemctl", "--user", "is-enabled", DASH_DAEMON_UNIT, NULL };
  GTask *task = data;
  g_autofree char *path = entry_path ();

  if (dash_launcher_has_unit_finish (result))
    {
      dash_launcher_run_async (argv, g_task_get_cancellable (task), enabled_cb, task);
      return;
    }
  g_task_return_boolean (task, g_file_test (path, G_FILE_TEST_EXISTS));
  g_object_unref (task);
}

void
dash_autostart_get_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  dash_launcher_has_unit_async (cancellable, get_has_unit_cb,
                                g_task_new (NULL, cancellable, callback, data));
}

gboolean
dash_autostart_get_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* In Exec a backslash, a quote, a dollar or a backtick within quotes is escaped. */
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

static gboolean
write_entry (GError **error)
{
  g_autofree char *path = entry_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *daemon = dash_launcher_find_daemon ();
  g_autofree char *exec = NULL;
  g_autofree char *text = NULL;

  if (daemon == NULL)
    {
      g_set_error (error, DASH_ERROR, DASH_ERROR_NOT_INSTALLED, "%s",
                   _ ("The VEstim server (vestimd) is not installed on this computer."));
      return FALSE;
    }
  exec = quote_exec (daemon);
  text = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=VEstim Server\n"
                          "Exec=%s --daemonize\nNoDisplay=true\n",
                          exec);
  g_mkdir_with_parents (folder, 0700);
  return g_file_set_contents (path, text, -1, error);
}

static void
set_by_entry (GTask *task, gboolean enabled)
{
  g_autofree char *path = entry_path ();
  GError *error = NULL;

  if (enabled && !write_entry (&error))
    g_task_return_error (task, error);
  else if (!enabled && g_unlink (path) != 0 && errno != ENOENT)
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                             _ ("%s can’t be removed: %s"), path, g_strerror (errno));
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
unit_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *err = NULL;
  GError *error = NULL;
  int code = dash_launcher_run_finish (result, NULL, &err, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (code != 0)
    g_task_return_new_error (task, DASH_ERROR, DASH_ERROR_START_FAILED, "%s",
                             g_strstrip (err != NULL ? err : (char[]){ "" }));
  else
    g_task_return_boolean (task, TRUE);
}

static void
set_has_unit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  gboolean enabled = GPOINTER_TO_INT (g_task_get_task_data (task));
  const char *argv[] = { "systemctl", "--user", enabled ? "enable" : "disable", DASH_DAEMON_UNIT,
                         NULL };

  if (dash_launcher_has_unit_finish (result))
    dash_launcher_run_async (argv, g_task_get_cancellable (task), unit_set_cb, task);
  else
    set_by_entry (task, enabled);
}

void
dash_autostart_set_async (gboolean enabled, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, GINT_TO_POINTER (enabled), NULL);
  dash_launcher_has_unit_async (cancellable, set_has_unit_cb, task);
}

gboolean
dash_autostart_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
