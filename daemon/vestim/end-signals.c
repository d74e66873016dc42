/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/end-signals.h"

#include <glib-unix.h>
#include <signal.h>

#include "daemon/vestim/ignored-signal.h"

static gboolean
end_by_signal (EndSignals *self, int number)
{
  self->before_end (self->user);
  signal (number, SIG_DFL);
  raise (number);
  return G_SOURCE_CONTINUE;
}

static gboolean
interrupted_cb (gpointer data)
{
  return end_by_signal (data, SIGINT);
}

static gboolean
terminated_cb (gpointer data)
{
  return end_by_signal (data, SIGTERM);
}

/* 0 for a signal that is ignored. */
static guint
watch (EndSignals *self, int number, GSourceFunc callback)
{
  return signal_is_ignored (number) ? 0 : g_unix_signal_add (number, callback, self);
}

void
end_signals_watch (EndSignals *self, void (*before_end) (void *user), void *user)
{
  self->before_end = before_end;
  self->user = user;
  self->sources[0] = watch (self, SIGINT, interrupted_cb);
  self->sources[1] = watch (self, SIGTERM, terminated_cb);
}

void
end_signals_unwatch (EndSignals *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->sources); i++)
    if (self->sources[i] != 0)
      g_source_remove (self->sources[i]);
}
