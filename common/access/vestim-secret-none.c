/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-secret.h"

#include <glib/gi18n.h>

void
vestim_secret_lookup_async (const char *url, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_return_pointer (task, NULL, NULL);
}

char *
vestim_secret_lookup_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
vestim_secret_store_async (const char *url, const char *token, GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                           _ ("this program has no keyring support (libsecret)"));
}

gboolean
vestim_secret_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
