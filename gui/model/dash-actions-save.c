/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "gui/model/dash-actions-private.h"
#include "gui/net/dash-calls.h"

/* The requests of the dialog that creates and edits jobs. It waits for their answers. */

/* A job that the request created exists and can be shown at once. Of another one, the events say
 * whether it still exists. */
static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  DashActions *self = g_task_get_source_object (task);
  GError *error = NULL;
  DashSnapshot *snapshot = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);
  char *id;

  g_assert (G_IS_TASK (task));
  if (snapshot == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  id = g_strdup (snapshot->job->id);
  if (snapshot->is_new)
    dash_job_store_put_answer (dash_connection_get_store (self->connection), snapshot);
  else
    dash_snapshot_free (snapshot);
  g_task_return_pointer (task, id, g_free);
}

/* Takes over `request` and `task`. Without a server the task fails at once. */
static void
send_for_task (DashActions *self, VestimRequest *request, GTask *task, GAsyncReadyCallback callback)
{
  VestimClient *client = dash_connection_get_client (self->connection);

  if (client != NULL)
    {
      vestim_client_send_async (client, request, g_task_get_cancellable (task), callback, task);
      return;
    }
  vestim_request_free (request);
  g_task_return_error (
      task, vestim_error_new (
                VESTIM_ERROR_NO_SERVER, NULL,
                _ ("The server is not available yet. Your input is kept: try again later.")));
  g_object_unref (task);
}

void
dash_actions_save_async (DashActions *self, const char *job_id, const char *body, const char *key,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  VestimRequest *request;

  g_return_if_fail (DASH_IS_ACTIONS (self) && body != NULL && key != NULL);
  task = g_task_new (self, cancellable, callback, data);
  request = job_id != NULL ? dash_call_patch (job_id, body) : dash_call_create (body);
  g_free (request->key);
  request->key = g_strdup (key);
  send_for_task (self, request, task, saved_cb);
}

char *
dash_actions_save_finish (DashActions *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *checks = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (G_IS_TASK (task));
  if (checks != NULL)
    g_task_return_pointer (task, checks, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
dash_actions_check_async (DashActions *self, const char *const *files, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (DASH_IS_ACTIONS (self) && files != NULL);
  send_for_task (self, dash_call_check (files), g_task_new (self, cancellable, callback, data),
                 checked_cb);
}

GPtrArray *
dash_actions_check_finish (DashActions *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
