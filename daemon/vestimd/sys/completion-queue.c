/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/completion-queue.h"

#include <assert.h>
#include <stddef.h>

static void
deliver_all (CompletionQueue *completions)
{
  Completion *completion;

  uv_mutex_lock (&completions->lock);
  completion = completions->first;
  completions->first = NULL;
  completions->end = &completions->first;
  uv_mutex_unlock (&completions->lock);

  while (completion != NULL)
    {
      Completion *next = completion->next;

      completion->deliver (completion);
      completion = next;
    }
}

static void
on_async (uv_async_t *async)
{
  deliver_all (async->data);
}

static void
on_async_closed (uv_handle_t *handle)
{
  CompletionQueue *completions = handle->data;

  uv_mutex_destroy (&completions->lock);
  completions->closed (completions->user);
}

int
completion_queue_open (CompletionQueue *completions, uv_loop_t *loop)
{
  int r = uv_mutex_init (&completions->lock);

  if (r < 0)
    return r;
  r = uv_async_init (loop, &completions->async, on_async);
  if (r < 0)
    {
      uv_mutex_destroy (&completions->lock);
      return r;
    }
  completions->async.data = completions;
  completions->first = NULL;
  completions->end = &completions->first;
  return 0;
}

void
completion_queue_post (CompletionQueue *completions, Completion *first, Completion *last)
{
  last->next = NULL;
  uv_mutex_lock (&completions->lock);
  *completions->end = first;
  completions->end = &last->next;
  uv_mutex_unlock (&completions->lock);
  uv_async_send (&completions->async);
}

void
completion_queue_close (CompletionQueue *completions, void (*closed) (void *user), void *user)
{
  deliver_all (completions);
  assert (completions->first == NULL);
  completions->closed = closed;
  completions->user = user;
  uv_close ((uv_handle_t *) &completions->async, on_async_closed);
}
