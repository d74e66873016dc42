/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/folders/folder-worker.h"

#include <stdlib.h>

static void
folder_worker_main (void *user)
{
  FolderWorker *worker = user;

  uv_mutex_lock (&worker->worker.lock);
  for (;;)
    {
      while (worker->is_done && !worker->worker.stopping)
        uv_cond_wait (&worker->worker.wake, &worker->worker.lock);
      if (worker->is_done)
        break;
      uv_mutex_unlock (&worker->worker.lock);
      for (unsigned i = 0; i < worker->requests->len; i++)
        {
          FolderRequest *request = worker->requests->pdata[i];

          request->status = folders_make (worker->folders, request->job_id, &request->made);
        }
      uv_mutex_lock (&worker->worker.lock);
      worker->is_done = true;
      uv_cond_signal (&worker->done);
    }
  uv_mutex_unlock (&worker->worker.lock);
}

static void
on_gone (void *user)
{
  FolderWorker *worker = user;

  uv_cond_destroy (&worker->done);
  g_ptr_array_unref (worker->requests);
  worker->closed (worker->user);
}

int
folder_worker_open (FolderWorker *worker, CompletionQueue *completions, Folders *folders)
{
  worker_init (&worker->worker, completions, folder_worker_main, worker);
  if (uv_cond_init (&worker->done) < 0)
    abort ();
  worker->folders = folders;
  worker->requests = g_ptr_array_new ();
  worker->is_done = true;
  return worker_start (&worker->worker);
}

void
folder_worker_add (FolderWorker *worker, FolderRequest *request)
{
  g_ptr_array_add (worker->requests, request);
}

bool
folder_worker_begin (FolderWorker *worker)
{
  if (worker->requests->len == 0)
    return false;
  uv_mutex_lock (&worker->worker.lock);
  worker->is_done = false;
  worker_wake (&worker->worker);
  uv_mutex_unlock (&worker->worker.lock);
  return true;
}

void
folder_worker_finish (FolderWorker *worker)
{
  uv_mutex_lock (&worker->worker.lock);
  while (!worker->is_done)
    uv_cond_wait (&worker->done, &worker->worker.lock);
  uv_mutex_unlock (&worker->worker.lock);
  g_ptr_array_set_size (worker->requests, 0);
}

void
folder_worker_close (FolderWorker *worker, void (*closed) (void *user), void *user)
{
  worker->closed = closed;
  worker->user = user;
  worker_stop (&worker->worker, on_gone);
}
