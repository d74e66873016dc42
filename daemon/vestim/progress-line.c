/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/progress-line.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/vestim/answer.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/output/terminal.h"
#include "daemon/vestim/views/job-words.h"
#include "daemon/vestim/views/watch-page.h"

#define PERIOD_MS 500
#define CLEAR "\r\033[K"

struct ProgressLine
{
  Session *session;
  char *id;
  GCancellable *cancellable;
  guint source;
  bool is_asking;
};

/* The cursor goes back to the beginning: a message of the program replaces the line. */
static void
show (JsonNode *job)
{
  const Terminal terminal = terminal_find (STDERR_FILENO);
  g_autofree char *line = watch_page_dup_line (job, terminal.columns - 1);

  fprintf (stderr, CLEAR "%s\r", line);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ProgressLine *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimReply) reply =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);
  g_autoptr (JsonNode) job = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_asking = false;
  if (reply == NULL)
    return;
  job = answer_parse (reply, NULL);
  if (job != NULL && !job_words_is_over (job))
    show (job);
}

static gboolean
ask_cb (gpointer data)
{
  ProgressLine *self = data;
  VestimClient *client = session_get_client (self->session);
  VestimRequest *request;

  if (client == NULL || self->is_asking)
    return G_SOURCE_CONTINUE;
  request = job_request ("GET", self->id, "");
  request->once = TRUE;
  self->is_asking = true;
  vestim_client_send_async (client, request, self->cancellable, answered_cb, self);
  return G_SOURCE_CONTINUE;
}

ProgressLine *
progress_line_new (Session *session, const char *id)
{
  ProgressLine *self;

  if (!terminal_find (STDERR_FILENO).can_move)
    return NULL;
  self = g_new0 (ProgressLine, 1);
  self->session = session;
  self->id = g_strdup (id);
  self->cancellable = g_cancellable_new ();
  self->source = g_timeout_add (PERIOD_MS, ask_cb, self);
  return self;
}

void
progress_line_free (ProgressLine *self)
{
  if (self == NULL)
    return;
  fputs (CLEAR, stderr);
  g_source_remove (self->source);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self->id);
  g_free (self);
}
