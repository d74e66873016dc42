/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/folders/folder-worker.h"
#include "daemon/vestimd/jobs/folders/folders.h"
#include "daemon/vestimd/jobs/folders/trash.h"
#include "daemon/vestimd/jobs/registry/key-lookup.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/registry/writer.h"
#include "daemon/vestimd/sys/completion-queue.h"

struct Registry
{
  CompletionQueue completions;
  Folders folders;
  Writer writer;
  KeyLookup lookup;
  FolderWorker folder_worker;
  Trash trash;
  char *path;           /* without a symbolic link in it */
  GPtrArray *jobs;      /* read by the opening, until they are loaded */
  GPtrArray *removed;   /* IDs of deletions that an earlier run left under way */
  GHashTable *settings; /* as they were at the opening */
  int64_t last_sequence;
  bool closing;
  void (*closed) (void *user);
  void *user;
};

/* Frees what was read; folders, threads and the completion queue are closed already. */
void registry_free (Registry *registry);

/* Transactions that stored changes; for tests and benchmarks. */
uint64_t registry_count_commits (const Registry *registry);
