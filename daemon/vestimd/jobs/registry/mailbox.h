/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

/* Brings what other threads have finished to the loop's thread, in the order of posting. */

typedef struct Letter Letter;

/* Embedded as the first member of what is posted. */
struct Letter
{
  Letter *next;
  void (*deliver) (Letter *letter); /* on the loop's thread; takes the letter */
};

typedef struct
{
  uv_async_t async;
  uv_mutex_t lock;
  Letter *first;
  Letter **end;
  void (*closed) (void *user);
  void *user;
} Mailbox;

/* 0 or a UV_* code. */
int mailbox_open (Mailbox *mailbox, uv_loop_t *loop);

/* From any thread: posts a chain of letters, `last` being its end. */
void mailbox_post (Mailbox *mailbox, Letter *first, Letter *last);

/* On the loop's thread, when nothing will be posted any more: delivers what is left, then `closed`.
 */
void mailbox_close (Mailbox *mailbox, void (*closed) (void *user), void *user);
