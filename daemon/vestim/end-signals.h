/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* SIGINT and SIGTERM end the program while it is in GLib's main loop, as the shell expects it, but
 * first call a function. A signal that is ignored stays so. Nothing moves an EndSignals between
 * the two calls. */
typedef struct
{
  void (*before_end) (void *user);
  void *user;
  guint sources[2];
} EndSignals;

void end_signals_watch (EndSignals *self, void (*before_end) (void *user), void *user);

/* Does nothing if all is 0. */
void end_signals_unwatch (EndSignals *self);
