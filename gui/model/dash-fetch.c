/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-fetch.h"

#include "gui/net/dash-calls.h"

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *list = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  g_assert (G_IS_TASK (task));
  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* `request` and `task` are taken over. */
static void
send (DashConnection *connection, VestimRequest *request, GTask *task, GAsyncReadyCallback callback)
{
  VestimClient *client;

  g_assert (DASH_IS_CONNECTION (connection));
  client = dash_connection_get_client (connection);
  if (client != NULL)
    {
      vestim_client_send_async (client, request, g_task_get_cancellable (task), callback, task);
      return;
    }
  vestim_request_free (request);
  g_task_return_error (task, dash_connection_no_server_error ());
  g_object_unref (task);
}

void
dash_fetch_metrics_async (DashConnection *connection, const char *job_id, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (DASH_IS_CONNECTION (connection) && job_id != NULL);
  send (connection, dash_call_metrics (job_id), g_task_new (NULL, cancellable, callback, data),
        list_cb);
}

void
dash_fetch_files_async (DashConnection *connection, const char *job_id, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (DASH_IS_CONNECTION (connection) && job_id != NULL);
  send (connection, dash_call_files (job_id), g_task_new (NULL, cancellable, callback, data),
        list_cb);
}

void
dash_fetch_predictions_async (DashConnection *connection, const char *job_id, const char *name,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer data)
{
  g_return_if_fail (DASH_IS_CONNECTION (connection) && job_id != NULL && name != NULL);
  send (connection, dash_call_predictions (job_id, name),
        g_task_new (NULL, cancellable, callback, data), list_cb);
}

GPtrArray *
dash_fetch_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
text_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (VestimReply) reply = NULL;
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  reply = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);
  if (reply != NULL)
    g_task_return_pointer (task, g_bytes_ref (reply->body), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

void
dash_fetch_text_async (DashConnection *connection, const char *job_id, const char *name,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (DASH_IS_CONNECTION (connection) && job_id != NULL && name != NULL);
  send (connection, dash_call_file (job_id, name), g_task_new (NULL, cancellable, callback, data),
        text_cb);
}

GBytes *
dash_fetch_text_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
