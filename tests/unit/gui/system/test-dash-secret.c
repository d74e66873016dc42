/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-token-keeper.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"
#include "common/access/vestim-secret.h"

#define URL "http://192.0.2.1:8001"
#define ITEM "/org/freedesktop/secrets/item/1"

/* A keyring for one secret. It does not encrypt it on the bus, which the protocol
 * allows. */
typedef struct
{
  GDBusConnection *bus;
  GDBusNodeInfo *info;
  guint ids[2];
  GHashTable *attributes; /* (nullable) of the secret */
  char *secret;           /* (nullable) */
  gboolean refuses;
} Keyring;

static const char interfaces[] =
    "<node><interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
    "<method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>"
    "<arg type='a{o(oayays)}' direction='out'/></method>"
    "</interface><interface name='org.freedesktop.Secret.Collection'>"
    "<method name='CreateItem'><arg type='a{sv}' direction='in'/>"
    "<arg type='(oayays)' direction='in'/><arg type='b' direction='in'/>"
    "<arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
    "</interface></node>";

static void
open_session (Keyring *self, GVariant *arguments, GDBusMethodInvocation *call)
{
  const char *algorithm;

  g_variant_get_child (arguments, 0, "&s", &algorithm);
  if (g_str_equal (algorithm, "plain"))
    g_dbus_method_invocation_return_value (
        call,
        g_variant_new ("(vo)", g_variant_new_string (""), "/org/freedesktop/secrets/session"));
  else
    g_dbus_method_invocation_return_error (call, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "plain");
}

static gboolean
has_attributes (Keyring *self, GVariant *wanted)
{
  GVariantIter iter;
  const char *name, *value;

  g_variant_iter_init (&iter, wanted);
  while (g_variant_iter_loop (&iter, "{&s&s}", &name, &value))
    if (self->attributes == NULL
        || g_strcmp0 (g_hash_table_lookup (self->attributes, name), value) != 0)
      return FALSE;
  return TRUE;
}

static void
search_items (Keyring *self, GVariant *arguments, GDBusMethodInvocation *call)
{
  g_autoptr (GVariant) wanted = g_variant_get_child_value (arguments, 0);
  const char *found[] = { has_attributes (self, wanted) ? ITEM : NULL, NULL };

  g_dbus_method_invocation_return_value (call, g_variant_new ("(^ao^ao)", found, found + 1));
}

static void
get_secrets (Keyring *self, GVariant *arguments, GDBusMethodInvocation *call)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{o(oayays)}"));
  g_variant_builder_add (
      &builder, "{o(o@ay@ays)}", ITEM, "/org/freedesktop/secrets/session",
      g_variant_new_array (G_VARIANT_TYPE_BYTE, NULL, 0),
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->secret, strlen (self->secret), 1),
      "text/plain");
  g_dbus_method_invocation_return_value (call, g_variant_new ("(a{o(oayays)})", &builder));
}

static void
create_item (Keyring *self, GVariant *arguments, GDBusMethodInvocation *call)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (arguments, 0);
  g_autoptr (GVariant) attributes = g_variant_lookup_value (
      properties, "org.freedesktop.Secret.Item.Attributes", G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) secret = g_variant_get_child_value (arguments, 1);
  g_autoptr (GVariant) bytes = g_variant_get_child_value (secret, 2);
  GVariantIter iter;
  char *name, *value;

  if (self->refuses)
    {
      g_dbus_method_invocation_return_error (call, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED,
                                             "locked for good");
      return;
    }
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_variant_iter_init (&iter, attributes);
  while (g_variant_iter_next (&iter, "{ss}", &name, &value))
    g_hash_table_insert (self->attributes, name, value);
  g_free (self->secret);
  self->secret = g_strndup (g_variant_get_data (bytes), g_variant_get_size (bytes));
  g_dbus_method_invocation_return_value (call, g_variant_new ("(oo)", ITEM, "/"));
}

static void
called_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *arguments, GDBusMethodInvocation *call, gpointer data)
{
  if (g_str_equal (method, "OpenSession"))
    open_session (data, arguments, call);
  else if (g_str_equal (method, "SearchItems"))
    search_items (data, arguments, call);
  else if (g_str_equal (method, "GetSecrets"))
    get_secrets (data, arguments, call);
  else
    create_item (data, arguments, call);
}

static void
call_bus (Keyring *self, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
}

static void
set_up (Keyring *self, gconstpointer data)
{
  static const GDBusInterfaceVTable table = { .method_call = called_cb };
  static const char *const paths[] = { "/org/freedesktop/secrets",
                                       "/org/freedesktop/secrets/aliases/default" };

  self->bus =
      g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, NULL);
  g_assert_nonnull (self->bus);
  self->info = g_dbus_node_info_new_for_xml (interfaces, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    self->ids[i] = g_dbus_connection_register_object (
        self->bus, paths[i], self->info->interfaces[i], &table, self, NULL, NULL);
  call_bus (self, "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 0));
}

static void
tear_down (Keyring *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->ids); i++)
    g_dbus_connection_unregister_object (self->bus, self->ids[i]);
  g_assert_true (g_dbus_connection_close_sync (self->bus, NULL, NULL));
  g_clear_object (&self->bus);
  g_clear_pointer (&self->info, g_dbus_node_info_unref);
  g_clear_pointer (&self->attributes, g_hash_table_unref);
  g_free (self->secret);
}

static char *
look_up (const char *url)
{
  g_autoptr (GAsyncResult) result = NULL;

  vestim_secret_lookup_async (url, NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  return vestim_secret_lookup_finish (result);
}

static gboolean
store (const char *url, const char *token, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  vestim_secret_store_async (url, token, loop_result_cb, &result);
  loop_until (result != NULL);
  return vestim_secret_store_finish (result, error);
}

static void
test_found_again (Keyring *keyring, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  g_assert_null (look_up (URL));
  g_assert_true (store (URL, "a token", &error));
  g_assert_no_error (error);
  found = look_up (URL);
  g_assert_cmpstr (found, ==, "a token");
  g_assert_null (look_up ("http://192.0.2.2:8001"));
}

static void
test_refused (Keyring *keyring, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  keyring->refuses = TRUE;
  g_assert_false (store (URL, "a token", &error));
  g_assert_nonnull (strstr (error->message, "locked for good"));
  g_assert_null (look_up (URL));
}

static void
test_no_keyring (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (look_up (URL));
  g_assert_false (store (URL, "a token", &error));
  g_assert_nonnull (error);
}

/* Offers a token to a server that accepts only "right", and releases the connection. */
static void
offer (const char *token, DashConnectionState state, GError **error)
{
  FakeServer *server = fake_server_new ("right");
  DashConnection *connection = dash_connection_new (fake_server_get_url (server), token);
  g_autoptr (GAsyncResult) result = NULL;

  dash_token_keeper_keep_async (connection, token, loop_result_cb, &result);
  dash_connection_open (connection);
  loop_until (dash_connection_get_state (connection) == state);
  loop_until (state != DASH_CONNECTION_ONLINE || result != NULL);
  g_assert_true (state == DASH_CONNECTION_ONLINE || result == NULL);
  dash_connection_close (connection);
  loop_until (G_OBJECT (connection)->ref_count == 1);
  g_assert_finalize_object (connection);
  loop_until (result != NULL);
  dash_token_keeper_keep_finish (result, error);
  fake_server_free (server);
}

static void
test_kept_when_accepted (Keyring *keyring, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  offer ("wrong", DASH_CONNECTION_PROBLEM, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (keyring->secret);
  g_clear_error (&error);
  offer ("right", DASH_CONNECTION_ONLINE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (keyring->secret, ==, "right");
}

#define ADD(path, test) g_test_add (path, Keyring, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  /* Never freed: that would wait for libsecret to release its connection. */
  static GTestDBus *bus;
  int code;

  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  g_test_add_func ("/secret/without a keyring nothing is found or stored", test_no_keyring);
  ADD ("/secret/a stored token is found for its server only", test_found_again);
  ADD ("/secret/a keyring that refuses says why", test_refused);
  ADD ("/secret/a token is stored when the server accepts it", test_kept_when_accepted);
  code = g_test_run ();
  g_test_dbus_stop (bus);
  return code;
}
