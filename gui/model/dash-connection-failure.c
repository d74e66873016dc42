/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-connection-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-address.h"
#include "common/client/vestim-error.h"
#include "common/vestim-paths.h"

/* What the user reads about a failure, and what follows from it: another attempt after a while, or
 * nothing until the user does something. */

/* A daemon that was asked to stop has ten seconds to end; a new one can start only after that. */
#define STARTING_ATTEMPTS 7

static void
refuse_token (DashConnection *self)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (NULL);
  g_autofree char *text = NULL;

  if (self->fixed_url == NULL)
    text = g_strdup_printf (_ ("The server does not accept the token in %s. The file may have "
                               "changed since the server started: restart the server."),
                            paths->token);
  else if (self->fixed_token == NULL)
    text = g_strdup_printf (_ ("The server at %s requires its token."), self->fixed_url);
  else
    text = g_strdup_printf (_ ("The server at %s does not accept the token."), self->fixed_url);
  dash_connection_show (self, DASH_CONNECTION_PROBLEM,
                        self->fixed_url != NULL ? DASH_REMEDY_TOKEN : DASH_REMEDY_TOKEN_FILE, text);
}

/* So many attempts may fail before the user sees a problem: a daemon takes a while to start or end.
 */
static guint
patience (DashConnection *self, const GError *error)
{
  if (self->asked_to_start || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_STARTING))
    return STARTING_ATTEMPTS;
  return self->fixed_url != NULL ? 0 : 1;
}

void
dash_connection_fail (DashConnection *self, GError *failure)
{
  g_autoptr (GError) error = failure;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  dash_connection_drop_attempt (self);
  if (g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_TOKEN))
    {
      refuse_token (self);
      return;
    }
  if (self->was_online)
    dash_connection_show (self, DASH_CONNECTION_RECONNECTING, DASH_REMEDY_RETRY, error->message);
  else if (self->backoff.attempt >= patience (self, error))
    dash_connection_show (self, DASH_CONNECTION_PROBLEM, DASH_REMEDY_RETRY, error->message);
  dash_connection_schedule (self);
}

void
dash_connection_fail_greeting (DashConnection *self, GError *failure)
{
  const char *url = dash_connection_get_url (self);
  g_autofree char *text = NULL;

  if (g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_GARBLED)
      || g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_TOO_BIG)
      || g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    text = g_strdup_printf (_ ("The program that answers at %s is probably not a VEstim server."),
                            url);
  else if (g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT))
    text = g_strdup_printf (_ ("The server at %s does not answer in time."), url);
  if (text == NULL)
    {
      dash_connection_fail (self, failure);
      return;
    }
  dash_connection_fail (self, vestim_error_new ((VestimError) failure->code, NULL, text));
  g_error_free (failure);
}

/* Not without a server: then the state already says what is wrong. */
void
dash_connection_report_error (DashConnection *self, GError *failure)
{
  g_autoptr (GError) error = failure;

  if (self->state == DASH_CONNECTION_ONLINE
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit_by_name (self, "failed", error->message);
}

/* The daemon is not started again until the user asks for it. */
void
dash_connection_fail_launch (DashConnection *self, DashRemedy remedy, const char *text)
{
  dash_connection_drop_attempt (self);
  self->launch = DASH_LAUNCH_FORBIDDEN;
  self->asked_to_start = FALSE;
  dash_connection_show (self, DASH_CONNECTION_PROBLEM, remedy, text);
}

gboolean
dash_connection_needs_consent (DashConnection *self)
{
  return self->fixed_url != NULL && self->fixed_token != NULL && !self->clear_text_allowed
         && vestim_address_is_clear_text (self->fixed_url);
}

void
dash_connection_ask_consent (DashConnection *self)
{
  g_autofree char *text =
      g_strdup_printf (_ ("The connection to %s is not encrypted: others on the network could read "
                          "the token. The token has not been sent yet. An SSH tunnel is safe."),
                       self->fixed_url);

  dash_connection_show (self, DASH_CONNECTION_PROBLEM, DASH_REMEDY_CONSENT, text);
}

GError *
dash_connection_no_server_error (void)
{
  return vestim_error_new (VESTIM_ERROR_NO_SERVER, NULL, _ ("The server is not available yet."));
}
