/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-follow.h"

#include <errno.h>
#include <limits.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/log-follow.h"
#include "daemon/posix/lack.h"
#include "daemon/vestimd/api/responses.h"

/* A stream repeats three steps: a worker thread reads a piece, the client takes it, and when there
 * is nothing more to read, the stream waits until the file or the job changes. So a client that is
 * slow, or that pauses, costs one piece of memory. A change during a step sets `is_dirty`, and the
 * next step follows at once. */

#define PIECE_SIZE (64 * 1024)
#define PAUSE_MS 50   /* between two reads of a log that grows: its lines come together */
#define POLL_MS 250   /* where the kernel does not report changes of the file */
#define LACK_MS 500   /* until something that is lacking may be there again */
#define GRACE_MS 1000 /* for the last pieces, when the daemon stops */
/* A reader may stop for a while to look at what it has, as in a pager. */
#define WRITE_TIMEOUT_MS (15 * 60 * 1000)

typedef struct
{
  JobWatcher watcher; /* the first member */
  JobFollows *follows;
  HttpExchange *exchange; /* NULL: it is closed */
  GList link;
  uv_fs_event_t watch;
  uv_timer_t timer;
  int n_handles;
  bool is_watching; /* `watcher` is in use */
  int last_attempt; /* INT_MAX: the job is not over */
  bool is_dirty;    /* there may be something to read */
  bool is_writing;  /* the client has not taken the last piece */
  bool is_ended;
  bool was_full; /* the last piece */
  uint64_t read_at;

  /* The worker thread's while `is_working`. */
  uv_work_t work;
  bool is_working;
  char *folder;
  bool has_begun;
  int64_t n_lines;
  int64_t n_bytes;
  LogPlace place;
  char *buffer;
  int64_t result;
} Follow;

struct JobFollows
{
  uv_loop_t *loop;
  JobWatchers *watchers;
  const char *jobs_dir;
  GQueue all; /* of Follow */
  uv_timer_t grace;
  void (*closed) (void *user);
  void *closed_user;
};

static void step (Follow *follow);

/* ---- The end ---- */

static void
on_grace_closed (uv_handle_t *handle)
{
  JobFollows *follows = handle->data;

  follows->closed (follows->closed_user);
  g_free (follows);
}

static void
close_if_done (JobFollows *follows)
{
  if (follows->closed != NULL && follows->all.length == 0
      && !uv_is_closing ((uv_handle_t *) &follows->grace))
    uv_close ((uv_handle_t *) &follows->grace, on_grace_closed);
}

static void
free_if_done (Follow *follow)
{
  JobFollows *follows = follow->follows;

  if (follow->n_handles > 0 || follow->is_working)
    return;
  g_queue_unlink (&follows->all, &follow->link);
  g_free (follow->folder);
  g_free (follow);
  close_if_done (follows);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  Follow *follow = handle->data;

  follow->n_handles--;
  free_if_done (follow);
}

static void
stop_watching (Follow *follow)
{
  if (follow->is_watching)
    job_watcher_remove (&follow->watcher);
  follow->is_watching = false;
}

static void
on_stream_closed (void *user)
{
  Follow *follow = user;

  follow->exchange = NULL;
  stop_watching (follow);
  uv_close ((uv_handle_t *) &follow->watch, on_handle_closed);
  uv_close ((uv_handle_t *) &follow->timer, on_handle_closed);
}

static void
end (Follow *follow)
{
  if (follow->is_ended)
    return;
  follow->is_ended = true;
  stop_watching (follow);
  http_exchange_stream_close (follow->exchange);
}

/* In HTTP/1.0 nothing but data can be written, so a client that sends no more counts as gone. */
static void
on_half_closed (void *user)
{
  Follow *follow = user;

  if (!http_exchange_stream_probe (follow->exchange))
    end (follow);
}

/* ---- Waiting ---- */

static void
on_timer (uv_timer_t *timer)
{
  step (timer->data);
}

static void
look_later (Follow *follow, uint64_t ms)
{
  follow->is_dirty = true;
  uv_timer_start (&follow->timer, on_timer, ms, 0);
}

static void
on_file_changed (uv_fs_event_t *watch, const char *name, int events, int status)
{
  Follow *follow = watch->data;

  if (status < 0 || (events & UV_RENAME) != 0)
    uv_fs_event_stop (watch); /* the file has gone; the next one is watched when it is there */
  follow->is_dirty = true;
  step (follow);
}

/* There is nothing more to read. What was written before the watch began is read once more. */
static void
await_change (Follow *follow)
{
  g_autofree char *path = NULL;
  int r;

  if (uv_is_active ((uv_handle_t *) &follow->watch))
    return;
  path = g_strconcat (follow->folder, "/" ATTEMPT_LOG_FILE, NULL);
  r = uv_fs_event_start (&follow->watch, on_file_changed, path, 0);
  if (r == 0)
    {
      follow->is_dirty = true;
      step (follow);
    }
  else if (follow->watcher.state == VESTIM_JOB_RUNNING)
    look_later (follow, POLL_MS);
}

static void
on_job_changed (JobWatcher *watcher, const VestimJob *job)
{
  Follow *follow = (Follow *) watcher;

  if (job == NULL)
    {
      end (follow);
      return;
    }
  if (vestim_job_state_is_final (job->state))
    {
      follow->last_attempt = job->attempt;
      stop_watching (follow);
    }
  uv_fs_event_stop (&follow->watch); /* the next attempt has a new file */
  uv_timer_stop (&follow->timer);
  follow->is_dirty = true;
  step (follow);
}

/* ---- Reading ---- */

static void
on_work (uv_work_t *work)
{
  Follow *follow = work->data;

  follow->result = 0;
  if (!follow->has_begun)
    follow->result =
        log_follow_begin (follow->folder, &follow->place, follow->n_lines, follow->n_bytes);
  follow->has_begun = follow->has_begun || follow->result == 0;
  if (follow->result == 0)
    follow->result = log_follow_read (follow->folder, &follow->place, follow->buffer, PIECE_SIZE);
}

static void
write_piece (Follow *follow)
{
  char *buffer = g_steal_pointer (&follow->buffer);
  HttpBytes part = { buffer, (size_t) follow->result, g_free, buffer };

  follow->is_dirty = follow->is_writing = true;
  http_exchange_stream_write (follow->exchange, &part, 1);
}

static void
on_worked (uv_work_t *work, int status)
{
  Follow *follow = work->data;
  bool was_over = follow->place.last_attempt != INT_MAX;

  follow->is_working = false;
  follow->read_at = uv_now (follow->follows->loop);
  follow->was_full = follow->result == PIECE_SIZE;
  if (follow->result > 0 && follow->exchange != NULL && !follow->is_ended)
    {
      write_piece (follow);
      return;
    }
  g_clear_pointer (&follow->buffer, g_free);
  if (follow->exchange == NULL)
    free_if_done (follow);
  else if (follow->is_ended)
    return;
  else if (follow->result == -EAGAIN || lack_is ((int) -follow->result))
    look_later (follow, LACK_MS);
  else if (was_over)
    end (follow);
  else if (follow->is_dirty)
    step (follow);
  else
    await_change (follow);
}

/* The last pieces of a log come without a pause. */
static uint64_t
pause_left (const Follow *follow)
{
  uint64_t due = follow->read_at + PAUSE_MS, now = uv_now (follow->follows->loop);

  return follow->was_full || follow->last_attempt != INT_MAX || now >= due ? 0 : due - now;
}

static void
step (Follow *follow)
{
  uint64_t pause = pause_left (follow);

  if (follow->is_ended || follow->is_working || follow->is_writing || !follow->is_dirty
      || uv_is_active ((uv_handle_t *) &follow->timer))
    return;
  if (pause > 0)
    {
      look_later (follow, pause);
      return;
    }
  follow->is_dirty = false;
  follow->is_working = true;
  follow->place.last_attempt = follow->last_attempt;
  follow->buffer = g_malloc (PIECE_SIZE);
  uv_queue_work (follow->follows->loop, &follow->work, on_work, on_worked);
}

static void
on_taken (void *user)
{
  Follow *follow = user;

  follow->is_writing = false;
  step (follow);
}

/* ---- All of them ---- */

JobFollows *
job_follows_new (uv_loop_t *loop, JobWatchers *watchers, const char *jobs_dir)
{
  JobFollows *follows = g_new0 (JobFollows, 1);

  follows->loop = loop;
  follows->watchers = watchers;
  follows->jobs_dir = jobs_dir;
  g_queue_init (&follows->all);
  uv_timer_init (loop, &follows->grace);
  follows->grace.data = follows;
  return follows;
}

static Follow *
follow_new (JobFollows *follows, HttpExchange *exchange, const VestimJob *job)
{
  Follow *follow = g_new0 (Follow, 1);

  follow->follows = follows;
  follow->exchange = exchange;
  follow->link.data = follow;
  follow->folder = g_strconcat (follows->jobs_dir, "/", job->id, NULL);
  follow->place.attempt = job->attempt;
  uv_fs_event_init (follows->loop, &follow->watch);
  uv_timer_init (follows->loop, &follow->timer);
  follow->watch.data = follow;
  follow->timer.data = follow;
  follow->work.data = follow;
  follow->n_handles = 2;
  g_queue_push_tail_link (&follows->all, &follow->link);
  return follow;
}

void
job_follows_add (JobFollows *follows, HttpExchange *exchange, const VestimJob *job, int64_t n_lines,
                 int64_t n_bytes)
{
  Follow *follow = follow_new (follows, exchange, job);
  HttpStream stream = { .closed = on_stream_closed,
                        .half_closed = on_half_closed,
                        .taken = on_taken,
                        .user = follow,
                        .write_timeout_ms = WRITE_TIMEOUT_MS };

  follow->n_lines = n_lines;
  follow->n_bytes = n_bytes;
  follow->is_dirty = true;
  follow->last_attempt = vestim_job_state_is_final (job->state) ? job->attempt : INT_MAX;
  follow->is_watching = follow->last_attempt == INT_MAX;
  if (follow->is_watching)
    job_watchers_add (follows->watchers, &follow->watcher, job, on_job_changed);
  http_exchange_add_header (exchange, "Cache-Control", "no-cache");
  /* nginx would otherwise keep lines back until its buffer is full. */
  http_exchange_add_header (exchange, "X-Accel-Buffering", "no");
  http_exchange_stream_open (exchange, API_TEXT, &stream);
  step (follow);
}

static void
on_grace_over (uv_timer_t *timer)
{
  JobFollows *follows = timer->data;

  for (GList *l = follows->all.head; l != NULL; l = l->next)
    if (((Follow *) l->data)->exchange != NULL)
      http_exchange_stream_abort (((Follow *) l->data)->exchange);
}

/* A stream that ends without its end tells the client that the job is not over. */
void
job_follows_close (JobFollows *follows, void (*closed) (void *user), void *user)
{
  follows->closed = closed;
  follows->closed_user = user;
  for (GList *l = follows->all.head; l != NULL; l = l->next)
    {
      const Follow *follow = l->data;

      if (follow->exchange != NULL && follow->last_attempt == INT_MAX)
        http_exchange_stream_abort (follow->exchange);
    }
  uv_timer_start (&follows->grace, on_grace_over, GRACE_MS, 0);
  close_if_done (follows);
}
