/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-secret.h"

#include <glib/gi18n.h>
#include <gmodule.h>
#include <libsecret/secret.h>

/* libsecret is loaded when the keyring is asked. Few runs of vestim ask it, and without the library
 * all others start faster. */
#define LIBRARY "libsecret-1.so.0"

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

/* (nullable) a function of libsecret; NULL when the library is not installed. */
static gpointer
find (const char *function)
{
  GModule *library = g_module_open (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  gpointer found = NULL;

  if (library == NULL)
    {
      g_debug ("cannot load the library of the keyring: %s", g_module_error ());
      return NULL;
    }
  /* It has registered types, so it stays. */
  g_module_make_resident (library);
  g_module_symbol (library, function, &found);
  return found;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  __typeof__ (&secret_password_lookup_finish) finish = find ("secret_password_lookup_finish");
  __typeof__ (&secret_password_free) free_secret = find ("secret_password_free");
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  char *secret = finish (result, &error);

  g_assert (G_IS_TASK (task));
  if (error != NULL)
    g_debug ("cannot access the keyring: %s", error->message);
  g_task_return_pointer (task, g_strdup (secret), g_free);
  free_secret (secret);
}

void
vestim_secret_lookup_async (const char *url, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data)
{
  __typeof__ (&secret_password_lookup) lookup = find ("secret_password_lookup");
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (url != NULL);
  task = g_task_new (NULL, cancellable, callback, data);
  if (lookup == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else
    lookup (&schema, cancellable, found_cb, g_steal_pointer (&task), "server", url, NULL);
}

char *
vestim_secret_lookup_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  __typeof__ (&secret_password_store_finish) finish = find ("secret_password_store_finish");
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  g_assert (G_IS_TASK (task));
  if (finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
vestim_secret_store_async (const char *url, const char *token, GAsyncReadyCallback callback,
                           gpointer data)
{
  __typeof__ (&secret_password_store) store = find ("secret_password_store");
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (url != NULL && token != NULL);
  task = g_task_new (NULL, NULL, callback, data);
  if (store == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                             _ ("the library of the keyring, libsecret, is not installed"));
  else
    store (&schema, SECRET_COLLECTION_DEFAULT, _ ("Token of a VEstim server"), token, NULL,
           stored_cb, g_steal_pointer (&task), "server", url, NULL);
}

gboolean
vestim_secret_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
