/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"

/* What users do to jobs. Each change carries a key and is retried; what fails in the end is told by
 * the signal "failed" (const char *sentence), once for many jobs.
 *
 * Lists are GPtrArrays of DashJob; jobs that the action does not apply to are passed over. */
#define DASH_TYPE_ACTIONS (dash_actions_get_type ())
G_DECLARE_FINAL_TYPE (DashActions, dash_actions, DASH, ACTIONS, GObject)

DashActions *dash_actions_new (DashConnection *connection);

void dash_actions_start (DashActions *self, GPtrArray *jobs);
void dash_actions_stop (DashActions *self, GPtrArray *jobs);
void dash_actions_retry (DashActions *self, GPtrArray *jobs);
void dash_actions_rename (DashActions *self, DashJob *job, const char *name);
void dash_actions_set_priority (DashActions *self, GPtrArray *jobs, int priority);
void dash_actions_stop_all (DashActions *self);

/* `states` (nullable: every job) like "completed,failed". */
void dash_actions_clear (DashActions *self, const char *states);

/* Takes the jobs off the list now and deletes them when dash_actions_commit() is called with the
 * ticket; dash_actions_undo() brings them back instead. One of both is to be called. */
guint dash_actions_delete (DashActions *self, GPtrArray *jobs);
void dash_actions_undo (DashActions *self, guint ticket);
void dash_actions_commit (DashActions *self, guint ticket);
void dash_actions_commit_all (DashActions *self);

/* Stops the server when all changes, those deletions too that could still be undone, are answered.
 */
void dash_actions_stop_server (DashActions *self, gboolean keep_jobs);

/* How many changes have not been answered yet. */
guint dash_actions_get_pending (DashActions *self);

/* Gives up those changes: nobody is there any more to hear of them. */
void dash_actions_abandon (DashActions *self);

/* Creates a job (`job_id` NULL) or completes a draft from the JSON `body`. Who asks again with the
 * same body gives the same `key`, so that a lost answer does not make a second job. */
void dash_actions_save_async (DashActions *self, const char *job_id, const char *body,
                              const char *key, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);

/* (transfer full) (nullable) the job's ID. A new job is in the store already. */
char *dash_actions_save_finish (DashActions *self, GAsyncResult *result, GError **error);

/* Asks the server to look into files: GPtrArray of VestimFileCheck. */
void dash_actions_check_async (DashActions *self, const char *const *files,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer data);
GPtrArray *dash_actions_check_finish (DashActions *self, GAsyncResult *result, GError **error);
