/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/jobs/folders/folders.h"
#include "daemon/vestimd/jobs/folders/trash.h"
#include "daemon/vestimd/jobs/registry/key-clock.h"
#include "daemon/vestimd/jobs/registry/reader.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/registry/writer.h"
#include "daemon/vestimd/sys/completion-queue.h"

struct Registry
{
  CompletionQueue completions;
  Folders folders;
  Writer writer;
  KeyClock key_clock;
  Reader reader;   /* of keys and jobs */
  Reader searcher; /* its queries may take a second */
  Trash trash;
  char *path;           /* contains no symbolic link */
  GArray *briefs;       /* of StoredBrief: read by registry_open(), until registry_load() */
  GStringChunk *groups; /* the names of groups in them */
  GPtrArray *jobs;      /* the same */
  GPtrArray *removed;   /* IDs of deletions that an earlier run did not finish */
  GHashTable *settings; /* as read by registry_open() */
  int64_t last_sequence;
  RegistryStats stats;
  bool closing;
  void (*closed) (void *user);
  void *user;
};

/* Frees what was read. Folders, threads and the completion queue are closed already. */
void registry_free (Registry *registry);

/* The number of commits, for tests and benchmarks. */
uint64_t registry_count_commits (const Registry *registry);
