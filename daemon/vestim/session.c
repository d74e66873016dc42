/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/session.h"

#include <string.h>

#include "common/access/vestim-finder.h"
#include "common/access/vestim-launcher.h"
#include "common/client/vestim-backoff.h"
#include "common/client/vestim-error.h"
#include "common/vestim-paths.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/server-place.h"

/* A daemon that stops its jobs needs at most ten seconds; one that starts with many jobs, a few. */
#define STARTING_LIMIT_MS 15000

/* How often a request is sent to a local server that was found again. */
#define MAX_SENDINGS 3

struct Session
{
  const Arguments *arguments;
  ServerPlace place;
  bool place_known;
  VestimClient *client; /* (nullable) */
  bool was_met;         /* it answered, or its lock showed that it runs */
  bool leaves_stopped;  /* do not start a server that was stopped */
  bool was_stopped;
};

void
session_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

void
session_await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
wake_cb (gpointer data)
{
  *(bool *) data = true;
  return G_SOURCE_REMOVE;
}

void
session_sleep (guint ms)
{
  bool is_over = false;

  g_timeout_add (ms, wake_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

Session *
session_new (const Arguments *arguments)
{
  Session *self = g_new0 (Session, 1);

  self->arguments = arguments;
  return self;
}

void
session_free (Session *self)
{
  if (self == NULL)
    return;
  server_place_clear (&self->place);
  g_clear_object (&self->client);
  g_free (self);
}

VestimClient *
session_get_client (Session *self)
{
  return self->client;
}

bool
session_is_local (Session *self)
{
  return self->place.url == NULL;
}

bool
session_has_met_server (Session *self)
{
  return self->was_met;
}

bool
session_was_stopped (Session *self)
{
  return self->was_stopped;
}

static bool
launch (GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (VestimFound) found = NULL;

  vestim_launcher_start_async (NULL, session_result_cb, &result);
  session_await (&result);
  if (vestim_launcher_start_finish (result, &failure))
    return true;
  /* Another client may have started it at the same time. */
  found = vestim_finder_look (NULL);
  if (found->state == VESTIM_FOUND_RUNNING || found->state == VESTIM_FOUND_STARTING)
    return true;
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

static void
set_no_server (GError **error)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);

  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_NO_SERVER,
               "No server runs for %s. Start it: vestimd --daemonize", paths->home);
}

/* (nullable) (transfer full) the daemon once it serves. */
static VestimFound *
find (Session *self, GError **error)
{
  gint64 end = g_get_monotonic_time () + STARTING_LIMIT_MS * 1000LL;
  VestimBackoff backoff = { .first_ms = 10, .max_ms = 500 };
  bool was_launched = false;

  for (;;)
    {
      g_autoptr (VestimFound) found = vestim_finder_look (NULL);

      if (found->state == VESTIM_FOUND_RUNNING)
        return g_steal_pointer (&found);
      if (found->state == VESTIM_FOUND_STARTING)
        {
          if (g_get_monotonic_time () >= end)
            break;
          session_sleep (vestim_backoff_next (&backoff));
        }
      else if (self->place.no_start
               || (self->leaves_stopped && found->state == VESTIM_FOUND_ABSENT))
        {
          set_no_server (error);
          return NULL;
        }
      else if (was_launched)
        break;
      else if (!launch (error))
        return NULL;
      else
        was_launched = true;
    }
  g_set_error_literal (error, VESTIM_ERROR, VESTIM_ERROR_STARTING,
                       was_launched ? "The server started, but stopped immediately."
                                    : "The server started, but it does not answer yet or is about "
                                      "to stop.");
  return NULL;
}

static bool
open_local (Session *self, GError **error)
{
  g_autoptr (VestimFound) found = find (self, error);

  if (found == NULL)
    return false;
  self->client = vestim_client_new (found->url, found->token);
  vestim_client_set_peer_check (self->client, vestim_finder_confirm);
  vestim_client_set_peer_checked (self->client);
  self->was_met = true;
  return true;
}

bool
session_open (Session *self, GError **error)
{
  if (self->client != NULL)
    return true;
  if (!self->place_known && !server_place_init (&self->place, self->arguments, error))
    return false;
  self->place_known = true;
  if (self->place.url == NULL)
    return open_local (self, error);
  self->client = vestim_client_new (self->place.url, self->place.token);
  return true;
}

static VestimReply *
send_once (Session *self, const VestimRequest *request, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  VestimReply *reply;

  if (!session_open (self, error))
    return NULL;
  vestim_client_send_async (self->client, vestim_request_copy (request), NULL, session_result_cb,
                            &result);
  session_await (&result);
  reply = vestim_client_send_finish (self->client, result, error);
  self->was_met |= reply != NULL;
  return reply;
}

/* A sentence that says where the token comes from. */
static void
explain_token (Session *self, GError **error)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);

  if (!g_error_matches (*error, VESTIM_ERROR, VESTIM_ERROR_TOKEN))
    return;
  g_clear_error (error);
  if (self->place.url == NULL)
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_TOKEN,
                 "The server does not accept the token in %s. The file may have changed since the "
                 "server started: restart the server.",
                 paths->token);
  else if (self->place.token == NULL)
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_TOKEN,
                 "The server at %s requires its token: set VESTIM_TOKEN, or use --token-file FILE.",
                 self->place.url);
  else
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_TOKEN,
                 "The server at %s does not accept the token.", self->place.url);
}

VestimReply *
session_send (Session *self, VestimRequest *taken, GError **error)
{
  g_autoptr (VestimRequest) request = taken;
  g_autoptr (GError) failure = NULL;
  VestimReply *reply = NULL;

  for (int i = 0; i < MAX_SENDINGS; i++)
    {
      g_clear_error (&failure);
      reply = send_once (self, request, &failure);
      if (reply != NULL || self->client == NULL || self->place.url != NULL
          || !g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE))
        break;
      g_clear_object (&self->client);
    }
  if (reply != NULL)
    return reply;
  explain_token (self, &failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

VestimReply *
session_send_waiting (Session *self, VestimRequest *taken, GError **error)
{
  g_autoptr (VestimRequest) request = taken;
  g_autoptr (GError) failure = NULL;
  VestimReply *reply;

  self->leaves_stopped = self->was_met;
  reply = send_once (self, request, &failure);
  self->leaves_stopped = false;
  if (reply != NULL)
    return reply;
  if (self->place.url == NULL)
    {
      g_autoptr (VestimFound) found = vestim_finder_look (NULL);

      self->was_stopped = found->state == VESTIM_FOUND_ABSENT;
      g_clear_object (&self->client);
    }
  explain_token (self, &failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

JsonNode *
session_ask (Session *self, VestimRequest *request, GError **error)
{
  g_autoptr (VestimReply) reply = session_send (self, request, error);

  return reply != NULL ? answer_parse (reply, error) : NULL;
}
