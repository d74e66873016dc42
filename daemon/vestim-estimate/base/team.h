/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* Threads that help each other. A thread with work in parts calls team_run(): it does parts itself,
 * and threads in team_help() do others. Which thread does a part differs from run to run, so the
 * result of a part must not depend on it. The threads are the caller's; each has a number from 0 to
 * n_threads - 1. Several may call team_run() at the same time. */
typedef struct Team Team;

/* `(transfer full)` */
Team *team_new (int n_threads);
void team_free (Team *team);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Team, team_free)

int team_size (const Team *team);

typedef void (*TeamPart) (int thread, int part, void *user);

/* Returns when the parts 0 to n_parts - 1 are done. `thread` is the number of the caller. */
void team_run (Team *team, int thread, int n_parts, TeamPart do_part, void *user);

/* Does parts of others until team_end(). */
void team_help (Team *team, int thread);

/* There will be no more work. */
void team_end (Team *team);
