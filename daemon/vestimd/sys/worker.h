/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/sys/completion-queue.h"

/* A thread with a lock, a condition to wait on, and an end that does not block the loop. */

typedef struct
{
  Completion gone; /* the last thing that the thread posts */
  CompletionQueue *completions;
  uv_thread_t thread;
  uv_mutex_t lock; /* guards `stopping` and what the owner shares with its thread */
  uv_cond_t wake;
  bool stopping;
  bool started;
  void (*run) (void *user); /* on the thread; returns soon after `stopping` */
  void (*on_gone) (void *user);
  void *user;
} Worker;

void worker_init (Worker *worker, CompletionQueue *completions, void (*run) (void *user),
                  void *user);

/* 0 or a UV_* code. */
int worker_start (Worker *worker);

/* Wakes the thread. The caller holds the lock. */
void worker_wake (Worker *worker);

/* For the thread, to ask between pieces of long work. */
bool worker_is_stopping (Worker *worker);

/* Asks the thread to end, if it was started. Then calls `on_gone` on the loop's thread, never from
 * within this call; the worker may be freed in it. */
void worker_stop (Worker *worker, void (*on_gone) (void *user));
