/* SPDX-License-Identifier: MIT */
#include "gui/system/dash-sleep.h"

struct _DashSleep
{
  GObject parent;
  GDBusConnection *bus; /* (nullable) */
  guint subscription;
  GCancellable *life;
};

G_DEFINE_FINAL_TYPE (DashSleep, dash_sleep, G_TYPE_OBJECT)

static guint resumed_signal;

static void
prepare_for_sleep_cb (GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *name, GVariant *parameters, gpointer data)
{
  gboolean before = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &before);
  if (!before)
    g_signal_emit (data, resumed_signal, 0);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashSleep) self = data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  g_assert (DASH_IS_SLEEP (self));
  if (bus == NULL || g_cancellable_is_cancelled (self->life))
    return;
  self->bus = g_steal_pointer (&bus);
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self, NULL);
}

static void
dash_sleep_dispose (GObject *object)
{
  DashSleep *self = DASH_SLEEP (object);

  g_cancellable_cancel (self->life);
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (dash_sleep_parent_class)->dispose (object);
}

static void
dash_sleep_finalize (GObject *object)
{
  g_object_unref (DASH_SLEEP (object)->life);
  G_OBJECT_CLASS (dash_sleep_parent_class)->finalize (object);
}

static void
dash_sleep_class_init (DashSleepClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_sleep_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_sleep_finalize;
  resumed_signal = g_signal_new ("resumed", DASH_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
dash_sleep_init (DashSleep *self)
{
  self->life = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, self->life, bus_cb, g_object_ref (self));
}

DashSleep *
dash_sleep_new (void)
{
  return g_object_new (DASH_TYPE_SLEEP, NULL);
}
