/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/patience.h"

#include <stdio.h>

#include "common/client/vestim-error.h"
#include "common/vestim-duration.h"
#include "daemon/vestim/command.h"
#include "daemon/vestim/failure.h"

#define LIMIT_S 300        /* for a server that died or cannot be reached */
#define STOPPED_LIMIT_S 30 /* for one that was stopped, which may be a restart */
#define STOPPED_LIMIT_NAME "VESTIM_RESTART_WAIT"

/* A restart of a service takes a few seconds; whoever stops a server for long does not want that
 * others wait for it. */
static bool
read_stopped_limit (double *seconds, GError **error)
{
  const char *text = g_getenv (STOPPED_LIMIT_NAME);

  *seconds = STOPPED_LIMIT_S;
  if (text == NULL || *text == '\0' || vestim_duration_parse (text, seconds))
    return true;
  usage_error_set (error, STOPPED_LIMIT_NAME " must be a duration such as 90, 30s or 5m.");
  return false;
}

static void
tell (Patience *self, const GError *error, double limit_s)
{
  g_autofree char *limit = vestim_duration_text (limit_s);

  self->n_told++;
  if (self->is_stopped)
    {
      fprintf (stderr, "vestim: The server was stopped. Waiting at most %s for its restart.\n",
               limit);
      return;
    }
  failure_tell (error);
  fprintf (stderr, "vestim: Waiting until the server answers again, at most %s.\n", limit);
}

static bool
is_lack_of_server (const GError *error)
{
  return vestim_error_is_passing (error)
         || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_NO_SERVER)
         || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_STARTING);
}

/* Whether to ask again after `error`, which is then freed, and printed the first time. An address
 * where nobody has answered may be wrong. */
static bool
is_patient (Patience *self, Session *session, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  bool is_stopped = session_was_stopped (session);
  double limit_s = LIMIT_S;

  if (!session_has_met_server (session) || !is_lack_of_server (*error))
    return false;
  if (is_stopped)
    {
      g_autoptr (GError) fault = NULL;

      if (!read_stopped_limit (&limit_s, &fault))
        {
          g_clear_error (error);
          *error = g_steal_pointer (&fault);
          return false;
        }
    }
  if (self->gone_since == 0 || is_stopped != self->is_stopped)
    {
      self->gone_since = now;
      self->is_stopped = is_stopped;
      tell (self, *error, limit_s);
    }
  if ((double) (now - self->gone_since) > limit_s * G_USEC_PER_SEC)
    return false;
  g_clear_error (error);
  session_sleep (vestim_backoff_next (&self->backoff));
  return true;
}

VestimReply *
patience_send (Patience *self, Session *session, VestimRequest *taken, GError **error)
{
  g_autoptr (VestimRequest) request = taken;

  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      VestimRequest *copy = vestim_request_copy (request);
      VestimReply *reply;

      copy->once = session_has_met_server (session);
      reply = session_send_waiting (session, copy, &failure);
      if (reply != NULL)
        {
          self->gone_since = 0;
          self->is_stopped = false;
          vestim_backoff_reset (&self->backoff);
          return reply;
        }
      if (!is_patient (self, session, &failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
}
