/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-launcher.h"

#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "common/vestim-paths.h"

/* Starts the daemon: by `systemctl --user start` when the unit is installed and serves the data
 * directory in use, otherwise, or when that fails, by `vestimd --daemonize`. Both return when the
 * daemon serves or has failed. All programs run through vestim_launcher_run_async(), which kills
 * them after RUN_LIMIT_S. */

#define RUN_LIMIT_S 30
#define DAEMON_PREFIX "vestimd: "

typedef struct
{
  GSubprocess *process;
  char *out;
  char *err;
  guint limit_id;
} Run;

static void
run_free (Run *run)
{
  g_clear_handle_id (&run->limit_id, g_source_remove);
  g_clear_object (&run->process);
  g_free (run->out);
  g_free (run->err);
  g_free (run);
}

static gboolean
limit_cb (gpointer data)
{
  Run *run = data;

  run->limit_id = 0;
  g_subprocess_force_exit (run->process);
  return G_SOURCE_REMOVE;
}

static void
communicate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  g_clear_handle_id (&run->limit_id, g_source_remove);
  if (!g_subprocess_communicate_utf8_finish (run->process, result, &run->out, &run->err, &error))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, g_subprocess_get_if_exited (run->process)
                                 ? g_subprocess_get_exit_status (run->process)
                                 : 128);
}

void
vestim_launcher_run_async (const char *const *argv, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  Run *run;
  GError *error = NULL;

  g_return_if_fail (argv != NULL && argv[0] != NULL);
  task = g_task_new (NULL, cancellable, callback, data);
  run = g_new0 (Run, 1);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  run->process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (run->process == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  run->limit_id = g_timeout_add_seconds (RUN_LIMIT_S, limit_cb, run);
  g_subprocess_communicate_utf8_async (run->process, NULL, cancellable, communicate_cb, task);
}

int
vestim_launcher_run_finish (GAsyncResult *result, char **out, char **err, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (result));
  int code = (int) g_task_propagate_int (G_TASK (result), error);

  if (out != NULL)
    *out = g_steal_pointer (&run->out);
  if (err != NULL)
    *err = g_steal_pointer (&run->err);
  return code;
}

char *
vestim_launcher_find_daemon (void)
{
  static const char *const places[] = { "vestimd", "../bin/vestimd" };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_canonicalize_filename (path, NULL);
    }
  return g_find_program_in_path ("vestimd");
}

GError *
vestim_launcher_not_installed_error (void)
{
  return vestim_error_new (VESTIM_ERROR_NOT_INSTALLED, NULL,
                           _ ("The VEstim server (vestimd) is not installed on this computer."));
}

static void
unit_listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *out = NULL;
  int code = vestim_launcher_run_finish (result, &out, NULL, NULL);

  g_assert (G_IS_TASK (task));
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task,
                           code == 0 && out != NULL && strstr (out, VESTIM_DAEMON_UNIT) != NULL);
}

void
vestim_launcher_has_unit_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data)
{
  static const char *const argv[] = { "systemctl",  "--user",          "--no-legend",
                                      "--no-pager", "list-unit-files", VESTIM_DAEMON_UNIT,
                                      NULL };
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  /* The unit serves the default data directory. */
  if (vestim_paths_named_home () != NULL)
    {
      g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }
  vestim_launcher_run_async (argv, cancellable, unit_listed_cb, task);
}

gboolean
vestim_launcher_has_unit_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Why the start failed: the last line that begins with the daemon's name, because a hint at its
 * options may follow; without such a line, the last one of all. */
static GError *
start_error (const char *err, int code)
{
  g_auto (GStrv) lines = g_strsplit (err != NULL ? err : "", "\n", -1);
  const char *reason = "";
  gboolean is_signed = FALSE;

  for (char **line = lines; *line != NULL; line++)
    {
      g_strchomp (*line);
      if (g_str_has_prefix (*line, DAEMON_PREFIX))
        {
          reason = *line + strlen (DAEMON_PREFIX);
          is_signed = TRUE;
        }
      else if (!is_signed && (*line)[0] != '\0')
        reason = *line;
    }
  if (reason[0] != '\0')
    return vestim_error_new (VESTIM_ERROR_START_FAILED, NULL, reason);
  return g_error_new (VESTIM_ERROR, VESTIM_ERROR_START_FAILED,
                      _ ("The server ended with code %d and gave no reason."), code);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autofree char *err = NULL;
  GError *error = NULL;
  int code = vestim_launcher_run_finish (result, NULL, &err, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_task_return_error (task, error);
  else if (code != 0)
    g_task_return_error (task, start_error (err, code));
  else
    g_task_return_boolean (task, TRUE);
}

static void
find_thread (GTask *finding, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (finding, vestim_launcher_find_daemon (), g_free);
}

static void
daemon_found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autofree char *daemon = g_task_propagate_pointer (G_TASK (result), &error);
  const char *argv[] = { daemon, "--daemonize", NULL };

  g_assert (G_IS_TASK (task));
  if (daemon != NULL)
    {
      vestim_launcher_run_async (argv, g_task_get_cancellable (task), started_cb, task);
      return;
    }
  g_task_return_error (task, error != NULL ? error : vestim_launcher_not_installed_error ());
  g_object_unref (task);
}

static void
start_by_hand (GTask *task)
{
  g_autoptr (GTask) finding =
      g_task_new (NULL, g_task_get_cancellable (task), daemon_found_cb, task);

  g_task_run_in_thread (finding, find_thread);
}

static void
unit_started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;

  g_assert (G_IS_TASK (task));
  if (vestim_launcher_run_finish (result, NULL, NULL, NULL) != 0)
    {
      start_by_hand (task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
has_unit_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const argv[] = { "systemctl", "--user", "start", VESTIM_DAEMON_UNIT, NULL };
  GTask *task = data;
  GError *error = NULL;
  gboolean has_unit = vestim_launcher_has_unit_finish (result, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
  else if (has_unit)
    vestim_launcher_run_async (argv, g_task_get_cancellable (task), unit_started_cb, task);
  else
    start_by_hand (task);
}

void
vestim_launcher_start_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);

  vestim_launcher_has_unit_async (cancellable, has_unit_cb, task);
}

gboolean
vestim_launcher_start_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
