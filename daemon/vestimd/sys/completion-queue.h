/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

/* Carries work that other threads have finished to the loop's thread, in the order of posting. */

typedef struct Completion Completion;

/* The first member of each object that is posted. */
struct Completion
{
  Completion *next;
  void (*deliver) (Completion *completion); /* on the loop's thread; owns the object from here on */
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

/* From any thread: posts a chain of completions from `first` to `last`. */
void completion_queue_post (CompletionQueue *completions, Completion *first, Completion *last);

/* On the loop's thread, after the last post: delivers the rest, then calls `closed`. */
void completion_queue_close (CompletionQueue *completions, void (*closed) (void *user), void *user);
