/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Runs the main context until `condition` holds; fails the test after two minutes. */
#define loop_until(condition) \
  G_STMT_START \
  { \
    gint64 loop_end = g_get_monotonic_time () + 120 * G_USEC_PER_SEC; \
    guint loop_tick = g_timeout_add (5, loop_tick_cb, NULL); \
\
    while (!(condition) && g_get_monotonic_time () < loop_end) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (loop_tick); \
    g_assert_true (condition); \
  } \
  G_STMT_END

/* Wakes the loop so that conditions which no event announces are seen too. */
static inline gboolean
loop_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Keeps the result of an asynchronous call: pass as callback with a GAsyncResult ** as data. */
static inline void
loop_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}
