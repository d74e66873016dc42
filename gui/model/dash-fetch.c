/* SPDX-License-Identifier: MIT */
#include "model/dash-fetch.h"

#include <glib/gi18n.h>

#include "base/dash-error.h"
#include "net/dash-calls.h"

#define PIECE_BYTES (4 * 1024 * 1024)

static void
list_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray *list = dash_client_send_finish (DASH_CLIENT (source), result, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* FALSE when there is no server; `request` and `task` are taken over. */
static void
send (DashConnection *connection, DashRequest *request, GTask *task, GAsyncReadyCallback callback)
{
  DashClient *client = dash_connection_get_client (connection);

  if (client != NULL)
    {
      dash_client_send_async (client, request, g_task_get_cancellable (task), callback, task);
      return;
    }
  dash_request_free (request);
  g_task_return_error (
      task, dash_error_new (DASH_ERROR_NO_SERVER, NULL, _ ("There is no server to ask yet.")));
  g_object_unref (task);
}

void
dash_fetch_metrics_async (DashConnection *connection, const char *job_id, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  send (connection, dash_call_metrics (job_id), g_task_new (NULL, cancellable, callback, data),
        list_cb);
}

void
dash_fetch_files_async (DashConnection *connection, const char *job_id, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer data)
{
  send (connection, dash_call_files (job_id), g_task_new (NULL, cancellable, callback, data),
        list_cb);
}

void
dash_fetch_predictions_async (DashConnection *connection, const char *job_id, const char *name,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer data)
{
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
  g_autoptr (DashReply) reply = NULL;
  GError *error = NULL;

  reply = dash_client_send_finish (DASH_CLIENT (source), result, &error);
  if (reply != NULL)
    g_task_return_pointer (task, g_bytes_ref (reply->body), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

void
dash_fetch_text_async (DashConnection *connection, const char *job_id, const char *name,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  send (connection, dash_call_file (job_id, name), g_task_new (NULL, cancellable, callback, data),
        text_cb);
}

GBytes *
dash_fetch_text_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  DashConnection *connection;
  char *job_id;
  char *name;
  GFileOutputStream *stream;
  goffset done;
  DashReply *piece;
} Save;

/* A stream that is let go of open would put what it has in the place of the old file. */
static void
abandon (GFileOutputStream *stream)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (stream), cancelled, NULL);
}

static void
save_free (Save *save)
{
  if (save->stream != NULL && !g_output_stream_is_closed (G_OUTPUT_STREAM (save->stream)))
    abandon (save->stream);
  g_clear_object (&save->connection);
  g_clear_object (&save->stream);
  g_clear_pointer (&save->piece, dash_reply_free);
  g_free (save->job_id);
  g_free (save->name);
  g_free (save);
}

static void save_next (GTask *task);

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes over `task`: all is written. */
static void
close_file (GTask *task)
{
  Save *save = g_task_get_task_data (task);

  g_output_stream_close_async (G_OUTPUT_STREAM (save->stream), G_PRIORITY_DEFAULT,
                               g_task_get_cancellable (task), closed_cb, task);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;
  gsize n;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &n, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  save->done += (goffset) n;
  if (save->done < save->piece->total)
    save_next (g_steal_pointer (&task));
  else
    close_file (g_steal_pointer (&task));
}

/* Whether the piece begins where the last one ended, and brings the end nearer. */
static gboolean
continues (const Save *save, const DashReply *piece)
{
  goffset length = (goffset) g_bytes_get_size (piece->body);

  return piece->start == save->done && piece->total >= save->done + length
         && (length > 0 || piece->total == save->done);
}

static void
piece_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Save *save = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  DashReply *reply = dash_client_send_finish (DASH_CLIENT (source), result, &error);
  gsize length;
  const char *bytes;

  if (reply != NULL && !continues (save, reply))
    {
      dash_reply_free (reply);
      reply = NULL;
      error =
          dash_error_new (DASH_ERROR_GARBLED, NULL,
                          _ ("The server sent another part of the file than it was asked for."));
    }
  /* An empty file has no first byte to ask for. */
  if (reply == NULL && save->done == 0 && g_error_matches (error, DASH_ERROR, DASH_ERROR_RANGE))
    {
      g_error_free (error);
      close_file (g_steal_pointer (&task));
      return;
    }
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&save->piece, dash_reply_free);
  save->piece = reply;
  bytes = g_bytes_get_data (reply->body, &length);
  g_output_stream_write_all_async (G_OUTPUT_STREAM (save->stream), bytes, length,
                                   G_PRIORITY_DEFAULT, cancellable, written_cb,
                                   g_steal_pointer (&task));
}

static void
save_next (GTask *task)
{
  Save *save = g_task_get_task_data (task);
  DashRequest *request = dash_call_file (save->job_id, save->name);

  request->range = g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT, save->done,
                                    save->done + PIECE_BYTES - 1);
  send (save->connection, request, task, piece_cb);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;

  save->stream = g_file_replace_finish (G_FILE (source), result, &error);
  if (save->stream != NULL)
    {
      save_next (task);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
dash_fetch_save_async (DashConnection *connection, const char *job_id, const char *name,
                       GFile *destination, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Save *save = g_new0 (Save, 1);

  save->connection = g_object_ref (connection);
  save->job_id = g_strdup (job_id);
  save->name = g_strdup (name);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  g_file_replace_async (destination, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                        G_PRIORITY_DEFAULT, cancellable, replaced_cb, task);
}

gboolean
dash_fetch_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
