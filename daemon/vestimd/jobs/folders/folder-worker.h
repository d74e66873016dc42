/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/folders/folders.h"
#include "daemon/vestimd/sys/worker.h"

/* The helper thread that makes the folders of new jobs while the registry flushes their rows.
 * Making a folder takes longer than storing a row, so doing both in turn would halve the speed. */

/* One folder to make. */
typedef struct
{
  const char *job_id; /* borrowed */
  bool made;          /* the folder is new, so that folders_unmake() may remove it */
  int status;         /* 0, or why there is no folder: -errno */
} FolderRequest;

typedef struct
{
  Worker worker;
  Folders *folders;
  GPtrArray *requests; /* FolderRequest; the caller's while `is_done`, else the thread's */
  bool is_done;        /* guarded by the worker's lock */
  uv_cond_t done;
  void (*closed) (void *user);
  void *user;
} FolderWorker;

/* 0 or a UV_* code; to be closed in either case. */
int folder_worker_open (FolderWorker *worker, CompletionQueue *completions, Folders *folders);

/* Adds a request (borrowed) to the next round. Only while no round is under way. */
void folder_worker_add (FolderWorker *worker, FolderRequest *request);

/* Starts a round: the thread makes the folders that were added. False when there are none. */
bool folder_worker_begin (FolderWorker *worker);

/* Waits for the end of the round: each request then has its `status` and `made`. */
void folder_worker_finish (FolderWorker *worker);

void folder_worker_close (FolderWorker *worker, void (*closed) (void *user), void *user);
