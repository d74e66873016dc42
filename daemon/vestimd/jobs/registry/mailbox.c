/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/mailbox.h"

#include <assert.h>
#include <stddef.h>

static void
deliver_all (Mailbox *mailbox)
{
  Letter *letter;

  uv_mutex_lock (&mailbox->lock);
  letter = mailbox->first;
  mailbox->first = NULL;
  mailbox->end = &mailbox->first;
  uv_mutex_unlock (&mailbox->lock);

  while (letter != NULL)
    {
      Letter *next = letter->next;

      letter->deliver (letter);
      letter = next;
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
  Mailbox *mailbox = handle->data;

  uv_mutex_destroy (&mailbox->lock);
  mailbox->closed (mailbox->user);
}

int
mailbox_open (Mailbox *mailbox, uv_loop_t *loop)
{
  int r = uv_mutex_init (&mailbox->lock);

  if (r < 0)
    return r;
  r = uv_async_init (loop, &mailbox->async, on_async);
  if (r < 0)
    {
      uv_mutex_destroy (&mailbox->lock);
      return r;
    }
  mailbox->async.data = mailbox;
  mailbox->first = NULL;
  mailbox->end = &mailbox->first;
  return 0;
}

void
mailbox_post (Mailbox *mailbox, Letter *first, Letter *last)
{
  last->next = NULL;
  uv_mutex_lock (&mailbox->lock);
  *mailbox->end = first;
  mailbox->end = &last->next;
  uv_mutex_unlock (&mailbox->lock);
  uv_async_send (&mailbox->async);
}

void
mailbox_close (Mailbox *mailbox, void (*closed) (void *user), void *user)
{
  deliver_all (mailbox);
  assert (mailbox->first == NULL);
  mailbox->closed = closed;
  mailbox->user = user;
  uv_close ((uv_handle_t *) &mailbox->async, on_async_closed);
}
