/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-secret.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

static const SecretSchema schema = {
  "org.vestim.Dashboard.Token",
  SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
};

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  char *token = secret_password_lookup_finish (result, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_debug ("cannot access the keyring: %s", error->message);
  g_task_return_pointer (task, token, (GDestroyNotify) secret_password_free);
}

void
vestim_secret_lookup_async (const char *url, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail (url != NULL);
  task = g_task_new (NULL, cancellable, callback, data);
  secret_password_lookup (&schema, cancellable, found_cb, task, "server", url, NULL);
}

char *
vestim_secret_lookup_finish (GAsyncResult *result)
{
  char *secret = g_task_propagate_pointer (G_TASK (result), NULL);
  char *token = g_strdup (secret);

  secret_password_free (secret);
  return token;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
vestim_secret_store_async (const char *url, const char *token, GAsyncReadyCallback callback,
                           gpointer data)
{
  g_return_if_fail (url != NULL && token != NULL);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, _ ("Token of a VEstim server"), token,
                         NULL, stored_cb, g_task_new (NULL, NULL, callback, data), "server", url,
                         NULL);
}

gboolean
vestim_secret_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
