/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/patience.h"

#include <stdio.h>

#include "common/client/vestim-error.h"
#include "daemon/vestim/failure.h"

/* A server that has gone is waited for so long. */
#define LIMIT_MINUTES 5
#define LIMIT_US (LIMIT_MINUTES * 60 * G_USEC_PER_SEC)

/* Whether to ask again after `error`, which is then freed, and printed the first time. An address
 * where nobody has answered may be wrong. */
static bool
is_patient (Patience *self, Session *session, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (!session_has_met_server (session))
    return false;
  if (!vestim_error_is_passing (*error)
      && !g_error_matches (*error, VESTIM_ERROR, VESTIM_ERROR_NO_SERVER)
      && !g_error_matches (*error, VESTIM_ERROR, VESTIM_ERROR_STARTING))
    return false;
  if (self->gone_since == 0)
    {
      self->gone_since = now;
      self->n_told++;
      failure_tell (*error);
      fprintf (stderr, "vestim: Waiting until the server answers again, at most %d minutes.\n",
               LIMIT_MINUTES);
    }
  if (now - self->gone_since > LIMIT_US)
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
