/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/check-queue.h"

#include <assert.h>
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/vestimd/api/check-process.h"
#include "daemon/vestimd/sys/completion-queue.h"
#include "daemon/vestimd/sys/log.h"

#define MAX_AT_ONCE 4
#define MAX_WAITING 64

typedef struct
{
  Completion completion; /* the first member: posted when the check has ended */
  CheckQueue *queue;
  CheckProcess process;
  char *input;
  CheckFn fn;
  void *user;
  uv_thread_t thread;
  int cancelled; /* atomic */
  CheckStatus status;
  GString *output;
} QueuedCheck;

/* A check waits, then runs on a thread of its own, then comes back through `ended`. */
struct CheckQueue
{
  const char *program;
  GQueue waiting;
  GQueue running;
  CompletionQueue ended;
  unsigned n_checks; /* of which `fn` was not yet called */
  void (*closed) (void *user);
  void *closed_user;
  bool is_closing;
};

static void
check_free (QueuedCheck *check)
{
  g_strfreev (check->process.argv);
  g_free (check->input);
  g_string_free (check->output, TRUE);
  g_free (check);
}

static void
check_end (QueuedCheck *check)
{
  completion_queue_post (&check->queue->ended, &check->completion, &check->completion);
}

static void
check_thread (void *data)
{
  QueuedCheck *check = data;

  check->status = check_process_run (&check->process, check->output);
  check_end (check);
}

/* False when it cannot be started: the check then has its status, and the caller ends it. */
static bool
check_launch (QueuedCheck *check)
{
  int pair[2];

  check->status = CHECK_BUSY;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    return false;
  check->process.channel = pair[0];
  check->process.child_end = pair[1];
  g_queue_push_tail (&check->queue->running, check);
  if (uv_thread_create (&check->thread, check_thread, check) == 0)
    return true;
  g_queue_remove (&check->queue->running, check);
  close (pair[0]);
  close (pair[1]);
  check->process.channel = -1;
  return false;
}

static void
launch_waiting (CheckQueue *queue)
{
  while (queue->running.length < MAX_AT_ONCE && queue->waiting.length > 0)
    {
      QueuedCheck *check = g_queue_pop_head (&queue->waiting);

      if (!check_launch (check))
        {
          log_warning ("api", "no resources for a check process error=\"%s\"", strerror (errno));
          check_end (check);
        }
    }
}

static void
on_ended_closed (void *user)
{
  CheckQueue *queue = user;

  queue->closed (queue->closed_user);
  g_free (queue);
}

static void
close_if_done (CheckQueue *queue)
{
  if (queue->is_closing && queue->n_checks == 0)
    completion_queue_close (&queue->ended, on_ended_closed, queue);
}

static void
deliver_check (Completion *completion)
{
  QueuedCheck *check = (QueuedCheck *) completion;
  CheckQueue *queue = check->queue;

  if (check->process.channel >= 0)
    {
      uv_thread_join (&check->thread);
      g_queue_remove (&queue->running, check);
      close (check->process.channel);
    }
  if (queue->is_closing)
    check->status = CHECK_CANCELLED;
  check->fn (check->user, check->status, check->output->str, check->output->len);
  check_free (check);
  queue->n_checks--;
  launch_waiting (queue);
  close_if_done (queue);
}

CheckQueue *
check_queue_new (uv_loop_t *loop, const char *program)
{
  CheckQueue *queue = g_new0 (CheckQueue, 1);

  queue->program = program;
  completion_queue_open (&queue->ended, loop);
  return queue;
}

static char **
make_argv (const char *program, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, g_strdup (program));
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

void
check_queue_add (CheckQueue *queue, const char *const *arguments, const char *input,
                 size_t input_length, unsigned limit_ms, CheckFn fn, void *user)
{
  QueuedCheck *check = g_new0 (QueuedCheck, 1);

  queue->n_checks++;
  check->completion.deliver = deliver_check;
  check->queue = queue;
  check->fn = fn;
  check->user = user;
  check->output = g_string_new (NULL);
  check->input = g_memdup2 (input, input_length);
  check->process = (CheckProcess){ .argv = make_argv (queue->program, arguments),
                                   .channel = -1,
                                   .input = check->input,
                                   .input_length = input_length,
                                   .limit_ms = limit_ms,
                                   .cancelled = &check->cancelled };
  if (queue->program == NULL || queue->is_closing || queue->waiting.length >= MAX_WAITING)
    {
      check->status = queue->program == NULL ? CHECK_FAILED : CHECK_BUSY;
      check_end (check);
      return;
    }
  g_queue_push_tail (&queue->waiting, check);
  launch_waiting (queue);
}

void
check_queue_close (CheckQueue *queue, void (*closed) (void *user), void *user)
{
  QueuedCheck *check = NULL;

  assert (!queue->is_closing);
  queue->is_closing = true;
  queue->closed = closed;
  queue->closed_user = user;
  while ((check = g_queue_pop_head (&queue->waiting)) != NULL)
    check_end (check);
  for (GList *l = queue->running.head; l != NULL; l = l->next)
    {
      check = l->data;
      g_atomic_int_set (&check->cancelled, 1);
      shutdown (check->process.channel, SHUT_RDWR);
    }
  close_if_done (queue);
}
