/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-token-keeper.h"

#include "common/access/vestim-secret.h"

typedef struct
{
  GTask *task; /* (nullable) until the token is accepted */
  char *token;
} Offer;

static void
offer_free (Offer *offer)
{
  if (offer->task != NULL)
    g_task_return_new_error (offer->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "never accepted");
  g_clear_object (&offer->task);
  g_free (offer->token);
  g_free (offer);
}

static void
offer_unref_cb (gpointer offer, GClosure *closure)
{
  offer_free (offer);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  if (vestim_secret_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
state_cb (DashConnection *connection, GParamSpec *pspec, Offer *offer)
{
  g_assert (DASH_IS_CONNECTION (connection));
  if (dash_connection_get_state (connection) != DASH_CONNECTION_ONLINE)
    return;
  vestim_secret_store_async (dash_connection_get_url (connection), offer->token, stored_cb,
                             g_steal_pointer (&offer->task));
  g_signal_handlers_disconnect_by_data (connection, offer);
}

void
dash_token_keeper_keep_async (DashConnection *connection, const char *token,
                              GAsyncReadyCallback callback, gpointer data)
{
  Offer *offer;

  g_return_if_fail (DASH_IS_CONNECTION (connection) && token != NULL);
  offer = g_new0 (Offer, 1);
  offer->task = g_task_new (NULL, NULL, callback, data);
  offer->token = g_strdup (token);
  g_signal_connect_data (connection, "notify::state", G_CALLBACK (state_cb), offer, offer_unref_cb,
                         0);
}

gboolean
dash_token_keeper_keep_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
