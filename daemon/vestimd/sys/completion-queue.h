/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

/* Brings what other threads have finished to the loop's thread, in the order of posting. */

typedef struct Completion Completion;

/* Embedded as the first member of what is posted. */
struct Completion
{
  Completion *next;
  void (*deliver) (Completion *completion); /* on the loop's thread; takes the completion */
};

typedef struct
{
  uv_async_t async;
  uv_mutex_t lock;
  Completion *first;
  Completion **end;
  void (*closed) (void *user);
  void *user;
} CompletionQueue;

/* 0 or a UV_* code. */
int completion_queue_open (CompletionQueue *completions, uv_loop_t *loop);

/* From any thread: posts a chain of completions, `last` being its end. */
void completion_queue_post (CompletionQueue *completions, Completion *first, Completion *last);

/* On the loop's thread, when nothing will be posted any more: delivers what is left, then `closed`.
 */
void completion_queue_close (CompletionQueue *completions, void (*closed) (void *user), void *user);
