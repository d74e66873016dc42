/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/sys/completion-queue.h"

/* A thread with a lock, a condition to wait on, and an end that does not block the loop. */

typedef struct
{
  Completion gone; /* the thread's last act is to post it */
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

/* Wakes the thread; to be called with the lock held. */
void worker_wake (Worker *worker);

/* For the thread, between pieces of long work. */
bool worker_is_stopping (Worker *worker);

/* Asks the thread, if it was started, to end. `on_gone` is called on the loop's thread once it has;
 * never from within this call. The worker may then be freed. */
void worker_stop (Worker *worker, void (*on_gone) (void *user));
