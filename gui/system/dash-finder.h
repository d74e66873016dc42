/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

typedef enum
{
  DASH_FOUND_ABSENT,   /* no daemon; the last one ended properly */
  DASH_FOUND_STALE,    /* no daemon; the last one died and left its files */
  DASH_FOUND_STARTING, /* a daemon holds the PID file and does not serve, yet or any more */
  DASH_FOUND_RUNNING,
} DashFoundState;

/* What the data directory says about this user's daemon. `url` and `token` are set when it runs,
 * that is, when the process that server.json names holds the lock on server.pid. Otherwise another
 * program may have taken the port of a daemon that has gone, and must not get the token. */
typedef struct
{
  DashFoundState state;
  char *url;
  char *token; /* (nullable) */
} DashFound;

void dash_found_free (DashFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashFound, dash_found_free)

/* (transfer full) It reads files: not for the main loop. `home` as in vestim_paths_new(). */
DashFound *dash_finder_look (const char *home);

/* The same in another thread. */
void dash_finder_look_async (const char *home, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
DashFound *dash_finder_look_finish (GAsyncResult *result, GError **error);
