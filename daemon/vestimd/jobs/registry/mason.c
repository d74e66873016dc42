/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/mason.h"

#include <stdlib.h>

static void
mason_main (void *user)
{
  Mason *mason = user;

  uv_mutex_lock (&mason->worker.lock);
  for (;;)
    {
      while (mason->is_done && !mason->worker.stopping)
        uv_cond_wait (&mason->worker.wake, &mason->worker.lock);
      if (mason->is_done)
        break;
      uv_mutex_unlock (&mason->worker.lock);
      for (unsigned i = 0; i < mason->ops->len; i++)
        {
          ChangeOp *op = mason->ops->pdata[i];

          op->folder_status = folders_make (mason->folders, op->job->id, &op->made_folder);
        }
      uv_mutex_lock (&mason->worker.lock);
      mason->is_done = true;
      uv_cond_signal (&mason->done);
    }
  uv_mutex_unlock (&mason->worker.lock);
}

static void
on_gone (void *user)
{
  Mason *mason = user;

  uv_cond_destroy (&mason->done);
  g_ptr_array_unref (mason->ops);
  mason->closed (mason->user);
}

int
mason_open (Mason *mason, Mailbox *mailbox, Folders *folders)
{
  worker_init (&mason->worker, mailbox, mason_main, mason);
  if (uv_cond_init (&mason->done) < 0)
    abort ();
  mason->folders = folders;
  mason->ops = g_ptr_array_new ();
  mason->is_done = true;
  return worker_start (&mason->worker);
}

bool
mason_begin (Mason *mason, RegistryChange *first)
{
  g_ptr_array_set_size (mason->ops, 0);
  for (RegistryChange *change = first; change != NULL; change = change_next (change))
    for (ChangeOp *op = change->ops; op != NULL; op = op->next)
      if (op->kind == CHANGE_INSERT)
        g_ptr_array_add (mason->ops, op);
  if (mason->ops->len == 0)
    return false;
  uv_mutex_lock (&mason->worker.lock);
  mason->is_done = false;
  worker_wake (&mason->worker);
  uv_mutex_unlock (&mason->worker.lock);
  return true;
}

void
mason_finish (Mason *mason)
{
  uv_mutex_lock (&mason->worker.lock);
  while (!mason->is_done)
    uv_cond_wait (&mason->done, &mason->worker.lock);
  uv_mutex_unlock (&mason->worker.lock);
}

void
mason_close (Mason *mason, void (*closed) (void *user), void *user)
{
  mason->closed = closed;
  mason->user = user;
  worker_stop (&mason->worker, on_gone);
}
