/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

typedef enum
{
  DASH_FOUND_ABSENT,   /* no daemon, and none died here */
  DASH_FOUND_STALE,    /* one died without taking its leave */
  DASH_FOUND_STARTING, /* one holds the PID file and does not serve yet */
  DASH_FOUND_RUNNING,
} DashFoundState;

/* What the data directory says of this user's daemon. `url` and `token` are set when it runs: only
 * while server.pid is locked by the very process that server.json names, for any other program may
 * have taken the port of one that is gone, and must not be handed the token. */
typedef struct
{
  DashFoundState state;
  char *url;
  char *token; /* (nullable) */
} DashFound;

void dash_found_free (DashFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashFound, dash_found_free)

/* (transfer full) Reads some small files: not for the main loop. `home` as in vestim_paths_new().
 */
DashFound *dash_finder_look (const char *home);

/* The same in another thread. */
void dash_finder_look_async (const char *home, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);
DashFound *dash_finder_look_finish (GAsyncResult *result, GError **error);
