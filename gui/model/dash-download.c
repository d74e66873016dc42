/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-download.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "common/client/vestim-error.h"
#include "gui/net/dash-calls.h"

#define PIECE_BYTES (4 * 1024 * 1024)

typedef struct
{
  DashConnection *connection;
  char *job_id;
  char *name;
  GFileOutputStream *stream;
  goffset done;
  goffset total;                  /* -1 until the first piece has come */
  VestimReply *piece;             /* (nullable) being written */
  GError *failure;                /* (nullable) */
  GFileProgressCallback progress; /* (nullable) */
  gpointer progress_data;
} Download;

static void
download_free (Download *download)
{
  g_object_unref (download->connection);
  g_clear_object (&download->stream);
  g_clear_pointer (&download->piece, vestim_reply_free);
  g_clear_error (&download->failure);
  g_free (download->job_id);
  g_free (download->name);
  g_free (download);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean closed = g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error);

  g_assert (G_IS_TASK (task));
  if (download->failure != NULL)
    {
      g_clear_error (&error);
      g_task_return_error (task, g_steal_pointer (&download->failure));
    }
  else if (closed)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* All of these take `task` over. */
static void
close_file (GTask *task, GCancellable *cancellable)
{
  Download *download = g_task_get_task_data (task);

  g_output_stream_close_async (G_OUTPUT_STREAM (download->stream), G_PRIORITY_DEFAULT, cancellable,
                               closed_cb, task);
}

/* A file that is closed with a cancelled cancellable does not replace the destination. */
static void
give_up (GTask *task, GError *error)
{
  Download *download = g_task_get_task_data (task);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  download->failure = error;
  g_cancellable_cancel (cancelled);
  close_file (task, cancelled);
}

static void fetch_piece (GTask *task);

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;
  gsize n;

  g_assert (G_IS_TASK (task));
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &n, &error))
    {
      give_up (task, error);
      return;
    }
  download->done += (goffset) n;
  if (download->progress != NULL)
    download->progress (download->done, download->total, download->progress_data);
  if (download->done < download->total)
    fetch_piece (task);
  else
    close_file (task, g_task_get_cancellable (task));
}

static gboolean
is_expected (Download *download, const VestimReply *piece)
{
  goffset size = (goffset) g_bytes_get_size (piece->body);

  return piece->start == download->done && (size > 0 || piece->total == 0)
         && piece->start + size <= piece->total;
}

static void
write_piece (GTask *task)
{
  Download *download = g_task_get_task_data (task);
  gsize length;
  const char *bytes = g_bytes_get_data (download->piece->body, &length);

  g_output_stream_write_all_async (G_OUTPUT_STREAM (download->stream), bytes, length,
                                   G_PRIORITY_DEFAULT, g_task_get_cancellable (task), written_cb,
                                   task);
}

static void
piece_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  g_clear_pointer (&download->piece, vestim_reply_free);
  download->piece = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);
  /* An empty file has no first byte to ask for. */
  if (download->done == 0 && g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_RANGE))
    {
      g_error_free (error);
      close_file (task, g_task_get_cancellable (task));
    }
  else if (error != NULL)
    give_up (task, error);
  else if (!is_expected (download, download->piece))
    give_up (task, vestim_error_new (VESTIM_ERROR_GARBLED, NULL,
                                     _ ("The server sent the wrong part of the file.")));
  else
    {
      if (download->total < 0)
        download->total = download->piece->total;
      write_piece (task);
    }
}

static void
fetch_piece (GTask *task)
{
  Download *download = g_task_get_task_data (task);
  VestimClient *client = dash_connection_get_client (download->connection);
  goffset last = download->done + PIECE_BYTES;
  VestimRequest *request;

  if (client == NULL)
    {
      give_up (task, dash_connection_no_server_error ());
      return;
    }
  if (download->total >= 0)
    last = MIN (last, download->total);
  request = dash_call_file (download->job_id, download->name);
  request->range =
      g_strdup_printf ("bytes=%" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT, download->done, last - 1);
  vestim_client_send_async (client, request, g_task_get_cancellable (task), piece_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Download *download = g_task_get_task_data (task);
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  download->stream = g_task_propagate_pointer (G_TASK (result), &error);
  if (download->stream != NULL)
    {
      fetch_piece (task);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
open_in_thread (GTask *opening, gpointer source, gpointer destination, GCancellable *cancellable)
{
  g_autoptr (GFile) folder = g_file_get_parent (destination);
  g_autofree char *real = NULL; /* where a link leads */
  g_autoptr (GFile) file = NULL;
  GError *error = NULL;
  GFileOutputStream *stream;

  if (g_file_peek_path (destination) != NULL)
    real = realpath (g_file_peek_path (destination), NULL);
  file = real != NULL ? g_file_new_for_path (real) : g_object_ref (destination);
  if (real != NULL && !g_file_test (real, G_FILE_TEST_IS_REGULAR))
    {
      g_task_return_new_error (opening, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                               _ ("%s is not a regular file: choose another name"), real);
      return;
    }
  if (folder != NULL && g_file_peek_path (folder) != NULL)
    g_mkdir_with_parents (g_file_peek_path (folder), 0700);
  stream =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, cancellable, &error);
  if (stream != NULL)
    g_task_return_pointer (opening, stream, g_object_unref);
  else
    g_task_return_error (opening, error);
}

void
dash_download_async (DashConnection *connection, const char *job_id, const char *name,
                     GFile *destination, GFileProgressCallback progress, gpointer progress_data,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  g_autoptr (GTask) opening = NULL;
  Download *download;

  g_return_if_fail (DASH_IS_CONNECTION (connection) && G_IS_FILE (destination));
  g_return_if_fail (job_id != NULL && name != NULL);
  task = g_task_new (NULL, cancellable, callback, data);
  opening = g_task_new (NULL, cancellable, opened_cb, task);
  download = g_new0 (Download, 1);
  download->connection = g_object_ref (connection);
  download->job_id = g_strdup (job_id);
  download->name = g_strdup (name);
  download->total = -1;
  download->progress = progress;
  download->progress_data = progress_data;
  g_task_set_task_data (task, download, (GDestroyNotify) download_free);
  g_task_set_task_data (opening, g_object_ref (destination), g_object_unref);
  g_task_run_in_thread (opening, open_in_thread);
}

gboolean
dash_download_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
