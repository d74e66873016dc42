/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/attempt.h"
#include "daemon/attempt/foreign-process.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"

/* If a job runs sudo or another setuid program, it has processes that we may not signal, so neither
 * a stop nor a deletion can end it. SIGKILL does not end a process that waits for a hung disk.
 * Clients that wait for the end must be told. */

#define LOOK_MS 10000         /* between two looks */
#define KILL_MS 5000          /* for the SIGKILL after the grace */
#define UNEXPLAINED_MS 120000 /* after the grace: on a slow machine, many processes end slowly */

typedef struct
{
  uv_work_t work;
  ExecutorAttempt *attempt;
  pid_t shim;
  pid_t session;            /* of the job, 0: unknown */
  unsigned long long since; /* the start of its first process */
  bool is_overdue;
  char *reason; /* (nullable) */
} Look;

/* The shim is a subreaper, so all processes of its job descend from it. When the shim is gone, the
 * session identifies them. */
static void
choose (const Look *look, const ProcessList *all, bool *chosen)
{
  process_list_choose_descendants (all, look->shim, NULL, chosen);
  for (size_t i = 0; i < all->n; i++)
    chosen[i] = chosen[i]
                || (look->session > 0 && all->items[i].session == look->session
                    && all->items[i].start >= look->since);
}

static char *
dup_reason (const Look *look, const ProcessList *left)
{
  char sentence[256];

  if (foreign_process_describe (left, FOREIGN_END, "vestimd", sentence, sizeof sentence))
    return g_strdup (sentence);
  if (look->is_overdue && left->n > 0)
    return g_strdup_printf (
        "The job has not ended: SIGKILL does not end process %d. It may wait for a "
        "disk or a network that hangs.",
        (int) left->items[0].pid);
  return look->is_overdue ? g_strdup ("The job has not ended yet: vestim-run does not answer. The "
                                      "disk of the job folder may hang.")
                          : NULL;
}

static void
on_look (uv_work_t *work)
{
  Look *look = work->data;
  ProcessList all = { 0 }, left = { 0 };

  if (look->shim > 0 && process_list_read (&all) == 0)
    {
      g_autofree bool *chosen = g_new0 (bool, all.n + 1);

      choose (look, &all, chosen);
      process_list_add_living (&left, &all, chosen);
    }
  look->reason = dup_reason (look, &left);
  process_list_clear (&left);
  process_list_clear (&all);
}

static void
after_look (uv_work_t *work, int status)
{
  Look *look = work->data;
  ExecutorAttempt *attempt = look->attempt;

  if (look->reason != NULL && !attempt_is_in (attempt, STATE_CLOSED))
    attempt->events.stuck (attempt->user, look->reason);
  g_free (look->reason);
  g_free (look);
  attempt_handle_closed (attempt);
}

static uint64_t
grace_ms (const ExecutorAttempt *attempt)
{
  const AttemptOptions *options = &attempt->spec.options;

  return (uint64_t) (1000 * (options->has_stop_grace ? options->stop_grace_s : ATTEMPT_GRACE_S));
}

static void
on_stuck_timer (uv_timer_t *timer)
{
  ExecutorAttempt *attempt = timer->data;
  Look *look = g_new0 (Look, 1);

  look->work.data = look;
  look->attempt = attempt;
  if (attempt->worker.task == TASK_NONE)
    {
      look->shim = attempt->worker.shim.pid;
      look->session = attempt->worker.record.job_pid;
      look->since = attempt->worker.record.job_start;
    }
  look->is_overdue =
      uv_now (timer->loop) - attempt->loop.stopped_at >= grace_ms (attempt) + UNEXPLAINED_MS;
  attempt->loop.n_open++;
  uv_queue_work (timer->loop, &look->work, on_look, after_look);
}

void
attempt_watch_end (ExecutorAttempt *attempt)
{
  attempt->loop.stopped_at = uv_now (attempt->executor->loop);
  uv_timer_start (&attempt->loop.stuck_timer, on_stuck_timer, grace_ms (attempt) + KILL_MS,
                  LOOK_MS);
}
