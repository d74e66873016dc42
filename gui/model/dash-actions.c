/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-actions-private.h"

#include <glib/gi18n.h>

#include "common/client/vestim-error.h"
#include "gui/net/dash-calls.h"

/* Changes of jobs. An action on many jobs is a batch of steps, one request each. The steps of all
 * batches wait in one queue, from which a few at a time are sent. The steps of a batch in which
 * each step needs the one before enter this queue one by one. When the last step of a batch is
 * answered, the batch reports its failures in one sentence.
 *
 * A deletion can be undone: dash_actions_delete() only hides the jobs and gives a ticket, and the
 * requests are sent when the ticket is committed. A job that could not be deleted is shown again.
 */

/* Requests under way at once: an action on thousands of jobs must not delay everything else. */
#define MAX_UNDER_WAY 4

typedef struct
{
  DashActions *actions;
  guint left;
  guint failed;
  char *first_error; /* (nullable) */
  GPtrArray *kept;   /* DashJob that could not be deleted */
  gboolean in_turn;  /* each step needs the one before */
  GQueue later;      /* Step: those of a batch `in_turn` whose turn has not come */
} Batch;

typedef struct
{
  Batch *batch;
  VestimRequest *request; /* (nullable) until it is sent */
  DashJob *job;           /* (nullable) */
} Step;

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashActions, dash_actions, G_TYPE_OBJECT)

static Batch *
batch_new (DashActions *self)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->actions = g_object_ref (self);
  batch->left = 1;
  g_queue_init (&batch->later);
  batch->kept = g_ptr_array_new_with_free_func (g_object_unref);
  return batch;
}

/* (nullable) (transfer full) what to report of a batch; NULL when nothing failed. */
static char *
describe_failures (const Batch *batch)
{
  guint deletions = batch->kept->len;

  if (batch->failed == 0)
    return NULL;
  if (deletions > 0)
    return g_strdup_printf (
        ngettext ("%u job could not be deleted: %s", "%u jobs could not be deleted: %s", deletions),
        deletions, batch->first_error);
  if (batch->failed == 1)
    return g_strdup (batch->first_error);
  return g_strdup_printf (ngettext ("%u job could not be changed: %s",
                                    "%u jobs could not be changed: %s", batch->failed),
                          batch->failed, batch->first_error);
}

static void
batch_drop (Batch *batch)
{
  g_autofree char *text = NULL;

  if (--batch->left > 0)
    return;
  if (batch->kept->len > 0)
    dash_job_store_show (dash_connection_get_store (batch->actions->connection), batch->kept);
  text = describe_failures (batch);
  if (text != NULL)
    g_signal_emit (batch->actions, signals[FAILED], 0, text);
  g_object_unref (batch->actions);
  g_ptr_array_unref (batch->kept);
  g_free (batch->first_error);
  g_free (batch);
}

/* Takes over `step` and `failure` (nullable). */
static void
end_step (Step *step, GError *failure)
{
  Batch *batch = step->batch;
  g_autoptr (GError) error = failure;
  /* A job that is already gone need not be deleted, and after closing nobody reads a message. */
  gboolean fine =
      error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || (step->job != NULL && g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND));

  if (!fine && batch->failed++ == 0)
    batch->first_error = g_strdup (vestim_error_get_reason (error));
  if (!fine && step->job != NULL)
    g_ptr_array_add (batch->kept, g_object_ref (step->job));
  g_clear_object (&step->job);
  g_clear_pointer (&step->request, vestim_request_free);
  g_free (step);
  if (!g_queue_is_empty (&batch->later))
    g_queue_push_tail (&batch->actions->waiting, g_queue_pop_head (&batch->later));
  batch_drop (batch);
}

static void send_waiting (DashActions *self);

static void
step_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Step *step = data;
  g_autoptr (DashActions) self = g_object_ref (step->batch->actions);
  GError *error = NULL;
  gpointer reply = vestim_client_send_finish (VESTIM_CLIENT (source), result, &error);

  vestim_reply_free (reply);
  self->under_way--;
  end_step (step, error);
  send_waiting (self);
}

static void
send_waiting (DashActions *self)
{
  while (self->under_way < MAX_UNDER_WAY && !g_queue_is_empty (&self->waiting))
    {
      Step *step = g_queue_pop_head (&self->waiting);
      VestimClient *client = dash_connection_get_client (self->connection);

      if (g_cancellable_is_cancelled (self->life))
        end_step (step, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed"));
      else if (client == NULL)
        end_step (step, dash_connection_no_server_error ());
      else
        {
          self->under_way++;
          vestim_client_send_async (client, g_steal_pointer (&step->request), self->life, step_cb,
                                    step);
        }
    }
  if (self->stops && dash_actions_get_pending (self) == 0)
    {
      self->stops = FALSE;
      dash_connection_stop_server (self->connection, self->keeps_jobs);
    }
}

/* Takes over `request`. `hidden_job` (nullable) is shown again when it fails. */
static void
add_step (Batch *batch, VestimRequest *request, DashJob *hidden_job)
{
  Step *step = g_new0 (Step, 1);

  step->batch = batch;
  step->job = hidden_job != NULL ? g_object_ref (hidden_job) : NULL;
  step->request = request;
  batch->left++;
  /* The events bring the job's new state; of the answers only errors matter. */
  request->parse = NULL;
  request->free_result = NULL;
  g_queue_push_tail (batch->in_turn && batch->left > 2 ? &batch->later : &batch->actions->waiting,
                     step);
}

/* The batch is complete; it is taken over. */
static void
send_batch (Batch *batch)
{
  send_waiting (batch->actions);
  batch_drop (batch);
}

static void
dash_actions_dispose (GObject *object)
{
  DashActions *self = DASH_ACTIONS (object);

  g_clear_pointer (&self->tickets, g_hash_table_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->life);
  G_OBJECT_CLASS (dash_actions_parent_class)->dispose (object);
}

static void
dash_actions_class_init (DashActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dash_actions_dispose;
  signals[FAILED] = g_signal_new ("failed", DASH_TYPE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
dash_actions_init (DashActions *self)
{
  self->life = g_cancellable_new ();
  g_queue_init (&self->waiting);
  self->tickets = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                         (GDestroyNotify) g_ptr_array_unref);
}

DashActions *
dash_actions_new (DashConnection *connection)
{
  DashActions *self;

  g_return_val_if_fail (DASH_IS_CONNECTION (connection), NULL);
  self = g_object_new (DASH_TYPE_ACTIONS, NULL);
  self->connection = g_object_ref (connection);
  return self;
}

void
dash_actions_move (DashActions *self, GPtrArray *jobs, DashMove move)
{
  static const struct
  {
    const char *verb;
    gboolean (*applies) (DashJob *job);
  } moves[DASH_N_MOVES] = {
    [DASH_MOVE_START] = { "start", dash_job_can_start },
    [DASH_MOVE_STOP] = { "stop", dash_job_can_stop },
    [DASH_MOVE_FINISH] = { "finish", dash_job_can_finish },
    [DASH_MOVE_RETRY] = { "retry", dash_job_can_retry },
    [DASH_MOVE_PAUSE] = { "pause", dash_job_can_pause },
    [DASH_MOVE_RESUME] = { "resume", dash_job_can_resume },
  };
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self) && jobs != NULL && move < DASH_N_MOVES);
  batch = batch_new (self);
  for (guint i = 0; i < jobs->len; i++)
    if (moves[move].applies (jobs->pdata[i]))
      add_step (batch, dash_call_move (dash_job_get_id (jobs->pdata[i]), moves[move].verb), NULL);
  send_batch (batch);
}

void
dash_actions_set_notes (DashActions *self, DashJob *job, const char *const *tags, const char *note,
                        gboolean pinned)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self) && DASH_IS_JOB (job) && tags != NULL && note != NULL);
  batch = batch_new (self);
  add_step (batch, dash_call_set_notes (dash_job_get_id (job), tags, note, pinned), NULL);
  send_batch (batch);
}

void
dash_actions_rename (DashActions *self, DashJob *job, const char *name)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self) && DASH_IS_JOB (job) && name != NULL);
  batch = batch_new (self);
  add_step (batch, dash_call_rename (dash_job_get_id (job), name), NULL);
  send_batch (batch);
}

void
dash_actions_set_priority (DashActions *self, GPtrArray *jobs, int priority)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  batch = batch_new (self);
  for (guint i = 0; i < jobs->len; i++)
    if (dash_job_can_edit (jobs->pdata[i]))
      add_step (batch, dash_call_set_priority (dash_job_get_id (jobs->pdata[i]), priority), NULL);
  send_batch (batch);
}

void
dash_actions_place (DashActions *self, GPtrArray *moves)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self) && moves != NULL);
  batch = batch_new (self);
  batch->in_turn = TRUE;
  for (guint i = 0; i < moves->len; i++)
    {
      const DashQueueMove *move = moves->pdata[i];

      add_step (batch, dash_call_place (move->job_id, move->where, move->what), NULL);
    }
  send_batch (batch);
}

void
dash_actions_stop_all (DashActions *self)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  batch = batch_new (self);
  add_step (batch, dash_call_stop_all (), NULL);
  send_batch (batch);
}

void
dash_actions_clear (DashActions *self, const char *states)
{
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  batch = batch_new (self);
  add_step (batch, dash_call_clear (states), NULL);
  send_batch (batch);
}

guint
dash_actions_delete (DashActions *self, GPtrArray *jobs)
{
  GPtrArray *kept;

  g_return_val_if_fail (DASH_IS_ACTIONS (self) && jobs != NULL, 0);
  kept = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < jobs->len; i++)
    g_ptr_array_add (kept, g_object_ref (jobs->pdata[i]));
  self->last_ticket++;
  g_hash_table_insert (self->tickets, GUINT_TO_POINTER (self->last_ticket), kept);
  dash_job_store_hide (dash_connection_get_store (self->connection), kept);
  return self->last_ticket;
}

void
dash_actions_undo (DashActions *self, guint ticket)
{
  GPtrArray *jobs;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  jobs = g_hash_table_lookup (self->tickets, GUINT_TO_POINTER (ticket));
  if (jobs != NULL)
    dash_job_store_show (dash_connection_get_store (self->connection), jobs);
  g_hash_table_remove (self->tickets, GUINT_TO_POINTER (ticket));
}

void
dash_actions_commit (DashActions *self, guint ticket)
{
  GPtrArray *jobs;
  Batch *batch;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  jobs = g_hash_table_lookup (self->tickets, GUINT_TO_POINTER (ticket));
  if (jobs == NULL)
    return;
  batch = batch_new (self);
  for (guint i = 0; i < jobs->len; i++)
    add_step (batch, dash_call_delete (dash_job_get_id (jobs->pdata[i])), jobs->pdata[i]);
  g_hash_table_remove (self->tickets, GUINT_TO_POINTER (ticket));
  send_batch (batch);
}

void
dash_actions_commit_all (DashActions *self)
{
  g_autoptr (GList) tickets = NULL;

  g_return_if_fail (DASH_IS_ACTIONS (self));
  tickets = g_hash_table_get_keys (self->tickets);
  for (GList *at = tickets; at != NULL; at = at->next)
    dash_actions_commit (self, GPOINTER_TO_UINT (at->data));
}

void
dash_actions_stop_server (DashActions *self, gboolean keep_jobs)
{
  g_return_if_fail (DASH_IS_ACTIONS (self));
  dash_actions_commit_all (self);
  self->stops = TRUE;
  self->keeps_jobs = keep_jobs;
  send_waiting (self);
}

guint
dash_actions_get_pending (DashActions *self)
{
  g_return_val_if_fail (DASH_IS_ACTIONS (self), 0);
  return self->under_way + g_queue_get_length (&self->waiting);
}

void
dash_actions_abandon (DashActions *self)
{
  g_return_if_fail (DASH_IS_ACTIONS (self));
  g_cancellable_cancel (self->life);
  send_waiting (self);
}
