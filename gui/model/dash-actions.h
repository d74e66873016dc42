/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-queue-order.h"
#include "gui/model/dash-connection.h"

/* What users do to jobs. Each change has an Idempotency-Key and is retried. A change that fails in
 * the end is reported by the signal "failed" (const char *sentence), once for an action on many
 * jobs.
 *
 * Lists are GPtrArrays of DashJob; jobs to which the action does not apply are skipped. */
#define DASH_TYPE_ACTIONS (dash_actions_get_type ())
G_DECLARE_FINAL_TYPE (DashActions, dash_actions, DASH, ACTIONS, GObject)

typedef enum
{
  DASH_MOVE_START,
  DASH_MOVE_STOP,
  DASH_MOVE_FINISH, /* end the training, and test */
  DASH_MOVE_RETRY,
  DASH_MOVE_PAUSE,
  DASH_MOVE_RESUME,
  DASH_N_MOVES
} DashMove;

DashActions *dash_actions_new (DashConnection *connection);

void dash_actions_move (DashActions *self, GPtrArray *jobs, DashMove move);
void dash_actions_rename (DashActions *self, DashJob *job, const char *name);
void dash_actions_set_priority (DashActions *self, GPtrArray *jobs, int priority);
void dash_actions_set_notes (DashActions *self, DashJob *job, const char *const *tags,
                             const char *note, gboolean pinned);
/* Carries out DashQueueMoves, one after the other. */
void dash_actions_place (DashActions *self, GPtrArray *moves);
void dash_actions_stop_all (DashActions *self);

/* `states` like "completed,failed"; NULL: jobs in any state. */
void dash_actions_clear (DashActions *self, const char *states);

/* Hides the jobs and returns a ticket. dash_actions_commit() then deletes them, or
 * dash_actions_undo() shows them again. The caller must call one of the two. */
guint dash_actions_delete (DashActions *self, GPtrArray *jobs);
void dash_actions_undo (DashActions *self, guint ticket);
void dash_actions_commit (DashActions *self, guint ticket);
void dash_actions_commit_all (DashActions *self);

/* Commits all deletions, waits for the answers to all changes, then stops the server. */
void dash_actions_stop_server (DashActions *self, gboolean keep_jobs);

/* The number of changes that have no answer yet. */
guint dash_actions_get_pending (DashActions *self);

/* Gives up these changes, without a report. */
void dash_actions_abandon (DashActions *self);

/* Creates a job (`job_id` NULL) or changes one that has not started, from the JSON `body`. A caller
 * that tries again with the same body gives the same `key`, so that a lost answer does not lead to
 * a second job. */
void dash_actions_save_async (DashActions *self, const char *job_id, const char *body,
                              const char *key, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);

/* (nullable) (transfer full) the job's ID. A new job is already in the store. */
char *dash_actions_save_finish (DashActions *self, GAsyncResult *result, GError **error);

/* Has the server check files: GPtrArray of VestimFileCheck. */
void dash_actions_check_async (DashActions *self, const char *const *files,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
GPtrArray *dash_actions_check_finish (DashActions *self, GAsyncResult *result, GError **error);
