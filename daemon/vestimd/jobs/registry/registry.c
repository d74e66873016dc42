/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/registry-private.h"

#include <assert.h>

#include "daemon/vestimd/jobs/registry/job-queries.h"
#include "daemon/vestimd/jobs/registry/key-lookup.h"

void
registry_load (Registry *registry, const RegistryLoadFns *fns, void *user)
{
  g_autoptr (GArray) briefs = g_steal_pointer (&registry->briefs);
  g_autoptr (GPtrArray) jobs = g_steal_pointer (&registry->jobs);

  assert (jobs != NULL);
  for (unsigned i = 0; i < briefs->len; i++)
    {
      const StoredBrief *stored = &g_array_index (briefs, StoredBrief, i);

      fns->brief (user, &stored->brief, stored->group);
    }
  g_clear_pointer (&registry->groups, g_string_chunk_free);
  for (unsigned i = 0; i < jobs->len; i++)
    fns->load (user, g_steal_pointer (&jobs->pdata[i]));
}

char *
registry_get_setting (Registry *registry, const char *key)
{
  return g_strdup (g_hash_table_lookup (registry->settings, key));
}

void
registry_each_setting (Registry *registry, const char *prefix, RegistrySettingFn fn, void *user)
{
  GHashTableIter iter;
  void *key, *value;

  g_hash_table_iter_init (&iter, registry->settings);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (g_str_has_prefix (key, prefix))
      fn (user, key, value);
}

static void
on_discarded (void *user, const char *job_id)
{
  Registry *registry = user;

  writer_add_moved (&registry->writer, vestim_job_id_sequence (job_id));
}

int
registry_repair_folders (Registry *registry, const char *orphans_dir)
{
  int r =
      folders_repair (&registry->folders, orphans_dir, registry->removed, on_discarded, registry);

  trash_wake (&registry->trash);
  return r;
}

int64_t
registry_last_sequence (const Registry *registry)
{
  return registry->last_sequence;
}

const RegistryStats *
registry_get_stats (const Registry *registry)
{
  return &registry->stats;
}

uint64_t
registry_count_commits (const Registry *registry)
{
  return registry->writer.n_commits;
}

void
registry_submit (Registry *registry, RegistryTransaction *transaction, RegistryDoneFn done,
                 void *user)
{
  assert (!registry->closing);
  transaction->done = done;
  transaction->user = user;
  transaction->stats = &registry->stats;
  writer_submit (&registry->writer, transaction);
}

void
registry_find_key (Registry *registry, const char *key, RegistryKeyFn fn, void *user)
{
  assert (!registry->closing);
  key_lookup_find (&registry->reader, &registry->key_clock, key, fn, user);
}

void
registry_read_jobs (Registry *registry, const int64_t *sequences, size_t n, RegistryRowsFn fn,
                    void *user)
{
  assert (!registry->closing);
  job_queries_read (&registry->reader, sequences, n, fn, user);
}

void
registry_search (Registry *registry, RegistryMatchFn matches, const void *filter,
                 RegistryFoundFn fn, void *user)
{
  assert (!registry->closing);
  job_queries_search (&registry->searcher, matches, filter, fn, user);
}

void
registry_free (Registry *registry)
{
  g_clear_pointer (&registry->briefs, g_array_unref);
  g_clear_pointer (&registry->groups, g_string_chunk_free);
  g_clear_pointer (&registry->jobs, g_ptr_array_unref);
  g_ptr_array_unref (registry->removed);
  g_hash_table_unref (registry->settings);
  g_free (registry->path);
  g_free (registry);
}

static void
on_completions_closed (void *user)
{
  Registry *registry = user;
  void (*closed) (void *) = registry->closed;
  void *closed_user = registry->user;

  folders_close (&registry->folders);
  registry_free (registry);
  closed (closed_user);
}

static void
on_trash_closed (void *user)
{
  Registry *registry = user;

  completion_queue_close (&registry->completions, on_completions_closed, registry);
}

static void
on_writer_closed (void *user)
{
  Registry *registry = user;

  reader_deinit (&registry->reader);
  reader_deinit (&registry->searcher);
  trash_close (&registry->trash, on_trash_closed, registry);
}

static void
on_reader_closed (void *user)
{
  Registry *registry = user;

  writer_close (&registry->writer, on_writer_closed, registry);
}

static void
on_searcher_closed (void *user)
{
  Registry *registry = user;

  reader_close (&registry->reader, on_reader_closed, registry);
}

/* One after the other: the writer's last batch needs the trash, and its checkpoint needs the
 * reading connections closed. */
void
registry_close (Registry *registry, void (*closed) (void *user), void *user)
{
  assert (!registry->closing);
  registry->closing = true;
  registry->closed = closed;
  registry->user = user;
  reader_close (&registry->searcher, on_searcher_closed, registry);
}
