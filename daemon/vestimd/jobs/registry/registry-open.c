/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/registry-private.h"

#include <errno.h>

#include "daemon/posix/clock.h"
#include "daemon/vestimd/jobs/registry/backup.h"
#include "daemon/vestimd/jobs/registry/base-stamp.h"
#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/hooks-table.h"
#include "daemon/vestimd/jobs/registry/idempotency-keys.h"
#include "daemon/vestimd/jobs/registry/job-rows.h"
#include "daemon/vestimd/jobs/registry/jobs-table.h"
#include "daemon/vestimd/jobs/registry/open-error.h"
#include "daemon/vestimd/jobs/registry/precheck.h"
#include "daemon/vestimd/jobs/registry/schema.h"

/* Opening reads all that is stored before it changes anything, so that a damaged registry is
 * refused as it is. */

static int
make_missing (const char *path, const RegistryConfig *config, char **message)
{
  if (!config->create_new && folders_has_any (config->jobs_dir))
    return open_error (
        message,
        "The registry %s is missing, but there are job folders in %s: put the registry "
        "back, or start with --new-registry, which moves those folders to orphans/.",
        path, config->jobs_dir);
  return schema_create (&schema_current, path, message);
}

static int
read_settings (sqlite3 *db, GHashTable *settings)
{
  sqlite3_stmt *stmt;
  int rc = sqlite3_prepare_v2 (db, "SELECT key, value FROM settings", -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    return rc;
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_hash_table_insert (settings, g_strdup ((const char *) sqlite3_column_text (stmt, 0)),
                         g_strdup ((const char *) sqlite3_column_text (stmt, 1)));
  return sqlite3_finalize (stmt);
}

/* The clock begins at the wall clock's time, as the keys of version 0.1. */
static int
init_key_clock (Registry *registry, const RegistryConfig *config, sqlite3 *db)
{
  const char *stored = g_hash_table_lookup (registry->settings, KEY_CLOCK_SETTING);
  int64_t newest_ms = stored != NULL ? 0 : clock_wall_ms ();
  int rc = idempotency_keys_newest (db, &newest_ms);

  key_clock_init (&registry->key_clock, stored, newest_ms,
                  config->uptime_ms != NULL ? config->uptime_ms : clock_uptime_ms);
  return rc;
}

static const JobBrief *
brief_of (const Registry *registry, unsigned place)
{
  return &g_array_index (registry->briefs, StoredBrief, place).brief;
}

static bool
needs_something (const JobBrief *brief)
{
  return brief->state == VESTIM_JOB_QUEUED || brief->state == VESTIM_JOB_RUNNING
         || brief->state == VESTIM_JOB_INTERRUPTED || brief->has_links;
}

/* Loads the jobs that need something, and the newest `n_recent` others. */
static int
load_jobs (Registry *registry, size_t n_recent, sqlite3 *db)
{
  g_autoptr (GArray) wanted = g_array_new (false, false, sizeof (int64_t));
  unsigned n = registry->briefs->len;
  size_t n_others = 0;

  for (unsigned i = 0; i < n; i++)
    n_others += !needs_something (brief_of (registry, i));
  for (unsigned i = 0; i < n; i++)
    {
      const JobBrief *brief = brief_of (registry, i);

      if (needs_something (brief) || n_others-- <= n_recent)
        g_array_append_val (wanted, brief->sequence);
    }
  return job_rows_load (db, registry->path, wanted, registry->jobs);
}

static int
read_all (Registry *registry, const RegistryConfig *config, sqlite3 *db, char **message)
{
  int rc = job_rows_load_briefs (db, registry->briefs, registry->groups);

  if (rc == SQLITE_OK)
    rc = load_jobs (registry, config->n_recent, db);
  if (rc == SQLITE_OK)
    rc = jobs_table_load_removed (db, registry->removed);
  if (rc == SQLITE_OK)
    rc = jobs_table_last_sequence (db, &registry->last_sequence);
  if (rc == SQLITE_OK)
    rc = read_settings (db, registry->settings);
  if (rc == SQLITE_OK)
    rc = hooks_table_count (db, &registry->stats.n_hooks);
  if (rc == SQLITE_OK)
    rc = init_key_clock (registry, config, db);
  if (rc == SQLITE_OK && registry->briefs->len > 0
      && brief_of (registry, registry->briefs->len - 1)->sequence > registry->last_sequence)
    rc = SQLITE_CORRUPT;
  return rc == SQLITE_OK ? 0 : open_error_sqlite (message, registry->path, db, rc);
}

static int
settle_database (sqlite3 *db, const char *path, char **message)
{
  int rc;

  if (sqlite3_db_readonly (db, "main") == 1)
    return open_error (message, "The registry %s is read-only: make it writable, then start again.",
                       path);
  rc = database_settle (db);
  return rc == SQLITE_OK ? 0 : open_error_sqlite (message, path, db, rc);
}

/* Opens, checks, migrates and reads the database, and gives it to the writer. */
static int
open_database (Registry *registry, const RegistryConfig *config, char **message)
{
  bool exists;
  sqlite3 *db = NULL;
  int r = precheck_files (registry->path, &exists, message);
  int rc;

  if (r == 0 && !exists)
    r = make_missing (registry->path, config, message);
  if (r != 0)
    return r;
  base_stamp_forget (registry->path); /* the registry may be changed from here on */
  rc = database_open (&db, registry->path, DATABASE_WRITE);
  if (rc != SQLITE_OK)
    return open_error_sqlite (message, registry->path, NULL, rc);
  r = schema_adopt (&schema_current, db, registry->path, message);
  if (r == 0)
    r = read_all (registry, config, db, message);
  if (r == 0)
    r = settle_database (db, registry->path, message);
  if (r != 0)
    {
      sqlite3_close (db);
      return r;
    }
  rc = writer_init (&registry->writer, db, registry->path);
  if (rc == SQLITE_OK)
    return 0;
  open_error_sqlite (message, registry->path, db, rc);
  writer_deinit (&registry->writer);
  return REGISTRY_E_REFUSED;
}

static int
open_folders (Registry *registry, const RegistryConfig *config, char **message)
{
  const char *failed;
  int r = folders_open (&registry->folders, config->jobs_dir, config->trash_dir, &failed);

  if (r == -ELOOP || r == -ENOTDIR)
    return open_error (
        message, "%s is not a folder, or is a symbolic link to one: replace it with the folder.",
        failed);
  if (r < 0)
    return open_error_errno (message, failed, "cannot be opened", -r);
  for (unsigned i = 0; i < registry->briefs->len; i++)
    folders_add_known (&registry->folders, brief_of (registry, i)->sequence,
                       brief_of (registry, i)->stamp);
  return 0;
}

static Registry *
registry_new (void)
{
  Registry *registry = g_new0 (Registry, 1);

  registry->briefs = g_array_new (false, false, sizeof (StoredBrief));
  registry->groups = g_string_chunk_new (256);
  registry->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_job_free);
  registry->removed = g_ptr_array_new_with_free_func (g_free);
  registry->stats.commit_changes.scale = &histogram_sizes;
  registry->stats.flushes.scale = &histogram_short_times;
  registry->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return registry;
}

static void
on_failed_closed (void *user)
{
}

/* The threads start last: they use all the rest. */
static int
start (Registry *registry, const RegistryConfig *config, char **message)
{
  int r, trash;

  registry->writer.folders = &registry->folders;
  registry->writer.trash = &registry->trash;
  registry->writer.readers[0] = &registry->reader;
  registry->writer.readers[1] = &registry->searcher;
  registry->writer.clock = &registry->key_clock;
  reader_open (&registry->reader, &registry->completions, registry->path);
  reader_open (&registry->searcher, &registry->completions, registry->path);
  trash = trash_open (&registry->trash, &registry->completions, &registry->folders);
  r = writer_start (&registry->writer, &registry->completions);
  r = trash < 0 ? trash : r;
  if (r == 0 && registry->briefs->len > registry->jobs->len)
    reader_start (&registry->reader);
  if (r == 0)
    return 0;
  open_error_errno (message, registry->path, "cannot get its threads", -r);
  registry_close (registry, on_failed_closed, NULL);
  return REGISTRY_E_REFUSED;
}

int
registry_open (Registry **out, uv_loop_t *loop, const RegistryConfig *config, char **message)
{
  Registry *registry = registry_new ();
  int r;

  database_watch_locks ();
  registry->path = backup_resolve (config->path, message); /* a link of that name is refused */
  if (registry->path == NULL || open_database (registry, config, message) != 0)
    {
      registry_free (registry);
      return REGISTRY_E_REFUSED;
    }
  if (open_folders (registry, config, message) != 0)
    {
      writer_deinit (&registry->writer);
      registry_free (registry);
      return REGISTRY_E_REFUSED;
    }
  r = completion_queue_open (&registry->completions, loop);
  if (r < 0)
    {
      folders_close (&registry->folders);
      writer_deinit (&registry->writer);
      registry_free (registry);
      return open_error_errno (message, config->path, "cannot be opened", -r);
    }
  r = start (registry, config, message);
  if (r == 0)
    *out = registry;
  return r;
}
