/* SPDX-License-Identifier: MIT */
#include "system/dash-secret.h"

void
dash_secret_lookup_async (const char *url, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_return_pointer (task, NULL, NULL);
}

char *
dash_secret_lookup_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
dash_secret_store (const char *url, const char *token)
{
}
