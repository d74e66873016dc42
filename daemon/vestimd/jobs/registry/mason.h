/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/registry/change.h"
#include "daemon/vestimd/jobs/registry/folders.h"
#include "daemon/vestimd/jobs/registry/worker.h"

/* The helper thread that makes the folders of new jobs while the writer flushes their rows. Making
 * a folder takes longer than storing a row, so that one after the other would halve the speed. */

typedef struct
{
  Worker worker;
  Folders *folders;
  GPtrArray *ops; /* inserts, borrowed; the writer's while `is_done`, else the thread's */
  bool is_done;   /* guarded by it */
  uv_cond_t done;
  void (*closed) (void *user);
  void *user;
} Mason;

/* 0 or a UV_* code; to be closed in either case. */
int mason_open (Mason *mason, Mailbox *mailbox, Folders *folders);

/* Starts making the folders of the inserts from `first` on. False when there are none. */
bool mason_begin (Mason *mason, RegistryChange *first);

/* Waits until what mason_begin() started is done: each insert then has its `folder_status` and
 * `made_folder`. */
void mason_finish (Mason *mason);

void mason_close (Mason *mason, void (*closed) (void *user), void *user);
