/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/folders/folders.h"
#include "daemon/vestimd/sys/worker.h"

/* The helper thread that empties the trash at low priority: at the start what earlier runs left
 * there, later what deletions rename into it. */

typedef struct
{
  Worker worker;
  Folders *folders;
  bool has_work;    /* guarded by the worker's lock */
  GHashTable *kept; /* names that could not be removed; not tried again by this run */
  void (*closed) (void *user);
  void *user;
} Trash;

/* 0 or a UV_* code; to be closed in either case. */
int trash_open (Trash *trash, CompletionQueue *completions, Folders *folders);

/* From any thread: something was moved to the trash. */
void trash_wake (Trash *trash);

/* Ends the thread, even if the trash is not empty. */
void trash_close (Trash *trash, void (*closed) (void *user), void *user);
