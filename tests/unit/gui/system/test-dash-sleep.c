/* SPDX-License-Identifier: MIT */
#include "tests/support/gui/loop.h"
#include "gui/system/dash-sleep.h"

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *logind; /* stands for logind */
  GDBusConnection *shared; /* the connection on which DashSleep listens */
  DashSleep *sleep;
  guint resumed;
} Fixture;

static void
resumed_cb (DashSleep *sleep, guint *resumed)
{
  (*resumed)++;
}

static void
call_bus (GDBusConnection *connection, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *address;
  g_autoptr (GError) error = NULL;

  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  address = g_test_dbus_get_bus_address (fixture->bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  fixture->logind =
      g_dbus_connection_new_for_address_sync (address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  call_bus (fixture->logind, "RequestName", g_variant_new ("(su)", "org.freedesktop.login1", 0));
  fixture->shared = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  g_assert_no_error (error);
  fixture->sleep = dash_sleep_new ();
  g_signal_connect (fixture->sleep, "resumed", G_CALLBACK (resumed_cb), &fixture->resumed);
  /* It has the bus, and the bus knows its subscription. */
  loop_until (G_OBJECT (fixture->sleep)->ref_count == 1);
  call_bus (fixture->shared, "GetId", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->sleep);
  g_dbus_connection_set_exit_on_close (fixture->shared, FALSE);
  g_assert_true (g_dbus_connection_close_sync (fixture->logind, NULL, NULL));
  g_clear_object (&fixture->logind);
  g_clear_object (&fixture->shared);
  g_test_dbus_down (fixture->bus);
  g_clear_object (&fixture->bus);
}

static void
say (Fixture *fixture, const char *signal, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (fixture->logind, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", signal, parameters, &error);
  g_assert_no_error (error);
}

/* Only waking up emits the signal, each time. */
static void
test_resumed (Fixture *fixture, gconstpointer data)
{
  for (guint time = 1; time <= 2; time++)
    {
      say (fixture, "PrepareForSleep", g_variant_new ("(b)", TRUE));
      say (fixture, "PrepareForSleep", g_variant_new ("(b)", FALSE));
      loop_until (fixture->resumed >= time);
      g_assert_cmpuint (fixture->resumed, ==, time);
    }
}

/* Other signals and wrong parameters are ignored. */
static void
test_other_words (Fixture *fixture, gconstpointer data)
{
  say (fixture, "PrepareForShutdown", g_variant_new ("(b)", FALSE));
  say (fixture, "PrepareForSleep", g_variant_new ("(s)", "false"));
  say (fixture, "PrepareForSleep", g_variant_new ("(b)", FALSE));
  loop_until (fixture->resumed >= 1);
  g_assert_cmpuint (fixture->resumed, ==, 1);
}

/* Without a system bus there are no signals. */
static void
test_no_bus (void)
{
  DashSleep *sleep;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  sleep = dash_sleep_new ();
  loop_until (G_OBJECT (sleep)->ref_count == 1);
  g_assert_finalize_object (sleep);
}

/* After the last reference there are no callbacks. */
static void
test_short_life (void)
{
  DashSleep *sleep = dash_sleep_new ();

  g_object_run_dispose (G_OBJECT (sleep));
  loop_until (G_OBJECT (sleep)->ref_count == 1);
  g_assert_finalize_object (sleep);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sleep/without a system bus nothing happens", test_no_bus);
  g_test_add_func ("/sleep/after the last reference there are no callbacks", test_short_life);
  ADD ("/sleep/waking up is noticed, going to sleep is not", test_resumed);
  ADD ("/sleep/other signals are ignored", test_other_words);
  return g_test_run ();
}
