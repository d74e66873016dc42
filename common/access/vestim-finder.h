/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

typedef enum
{
  VESTIM_FOUND_ABSENT,   /* no daemon; the last one ended properly */
  VESTIM_FOUND_STALE,    /* no daemon; the last one died and left its files */
  VESTIM_FOUND_STARTING, /* a daemon holds the PID file and does not serve, yet or any more */
  VESTIM_FOUND_RUNNING,
} VestimFoundState;

/* What the data directory says about this user's daemon. `url` and `token` are set when it runs,
 * that is, when the process that server.json names holds the lock on server.pid. Otherwise another
 * program may have taken the port of a daemon that has gone, and must not get the token. */
typedef struct
{
  VestimFoundState state;
  char *url;
  char *token; /* (nullable) */
} VestimFound;

void vestim_found_free (VestimFound *found);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimFound, vestim_found_free)

/* (transfer full) It reads files: not for the main loop. `home` as in vestim_paths_new(). */
VestimFound *vestim_finder_look (const char *home);

/* Whether this user's daemon runs and is the one at `url` with `token` (nullable): a peer check for
 * vestim_client_set_peer_check(). */
gboolean vestim_finder_confirm (const char *url, const char *token);

/* The look in another thread. */
void vestim_finder_look_async (const char *home, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data);
VestimFound *vestim_finder_look_finish (GAsyncResult *result, GError **error);
