/* SPDX-License-Identifier: MIT */
#include "tests/support/registry-fixture.h"

#include <dirent.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CREATED_AT INT64_C (1795377012123)

static int64_t set_uptime;

static int64_t
fixture_uptime_ms (void)
{
  return set_uptime != 0 ? set_uptime : g_get_monotonic_time () / 1000;
}

void
registry_fixture_set_uptime (int64_t uptime_ms)
{
  set_uptime = uptime_ms;
}

void
registry_fixture_setup (RegistryFixture *fixture, const void *data)
{
  g_assert_cmpint (uv_loop_init (&fixture->loop), ==, 0);
  fixture->dir = g_dir_make_tmp ("registry-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "registry.db", NULL);
  fixture->jobs = g_build_filename (fixture->dir, "jobs", NULL);
  fixture->trash = g_build_filename (fixture->dir, "trash", NULL);
  fixture->orphans = g_build_filename (fixture->dir, "orphans", NULL);
  set_uptime = 0;
}

static int
remove_entry (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
registry_fixture_teardown (RegistryFixture *fixture, const void *data)
{
  if (fixture->registry != NULL)
    registry_fixture_close (fixture);
  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_assert_cmpint (nftw (fixture->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
  g_free (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->jobs);
  g_free (fixture->trash);
  g_free (fixture->orphans);
}

static int
fixture_try_open (RegistryFixture *fixture, char **message)
{
  RegistryConfig config = {
    .path = fixture->path,
    .jobs_dir = fixture->jobs,
    .trash_dir = fixture->trash,
    .n_recent = SIZE_MAX,
    .create_new = fixture->create_new,
    .uptime_ms = fixture_uptime_ms,
  };

  return registry_open (&fixture->registry, &fixture->loop, &config, message);
}

void
registry_fixture_open (RegistryFixture *fixture)
{
  g_autofree char *message = NULL;
  int r = fixture_try_open (fixture, &message);

  g_assert_cmpstr (message, ==, NULL);
  g_assert_cmpint (r, ==, 0);
}

void
registry_fixture_refuse (RegistryFixture *fixture, const char *file, const char *words)
{
  g_autofree char *message = NULL;
  g_autofree char *path = g_build_filename (fixture->dir, file, NULL);

  g_assert_cmpint (fixture_try_open (fixture, &message), ==, REGISTRY_E_REFUSED);
  g_assert_null (fixture->registry);
  g_test_message ("%s", message);
  g_assert_nonnull (strstr (message, path));
  g_assert_nonnull (strstr (message, words));
  g_assert_true (g_str_has_suffix (message, "."));
}

static void
on_closed (void *user)
{
  RegistryFixture *fixture = user;

  fixture->registry = NULL;
}

void
registry_fixture_close (RegistryFixture *fixture)
{
  registry_close (fixture->registry, on_closed, fixture);
  while (fixture->registry != NULL)
    uv_run (&fixture->loop, UV_RUN_ONCE);
}

void
registry_fixture_reopen (RegistryFixture *fixture)
{
  registry_fixture_close (fixture);
  registry_fixture_open (fixture);
}

static void
on_done (void *user, int status)
{
  RegistryFixture *fixture = user;

  fixture->n_done++;
  fixture->last_status = status;
}

void
registry_fixture_submit (RegistryFixture *fixture, RegistryTransaction *transaction)
{
  registry_submit (fixture->registry, transaction, on_done, fixture);
}

void
registry_fixture_wait (RegistryFixture *fixture, unsigned n_done)
{
  while (fixture->n_done < n_done)
    uv_run (&fixture->loop, UV_RUN_ONCE);
}

int
registry_fixture_store (RegistryFixture *fixture, RegistryTransaction *transaction)
{
  unsigned before = fixture->n_done;

  registry_fixture_submit (fixture, transaction);
  g_assert_cmpuint (fixture->n_done, ==, before);
  registry_fixture_wait (fixture, before + 1);
  return fixture->last_status;
}

VestimJob *
registry_fixture_new_job (int64_t sequence)
{
  VestimJob *job = vestim_job_new ();

  job->sequence = sequence;
  job->id = vestim_job_id_new (CREATED_AT, sequence);
  job->kind = VESTIM_JOB_KIND_COMMAND;
  job->state = VESTIM_JOB_QUEUED;
  job->created_at = CREATED_AT;
  job->updated_at = CREATED_AT;
  return job;
}

int
registry_fixture_insert (RegistryFixture *fixture, int64_t sequence)
{
  g_autoptr (VestimJob) job = registry_fixture_new_job (sequence);
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_transaction_insert (transaction, job);
  return registry_fixture_store (fixture, transaction);
}

int
registry_fixture_delete (RegistryFixture *fixture, int64_t sequence)
{
  g_autofree char *id = vestim_job_id_new (CREATED_AT, sequence);
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_transaction_delete (transaction, sequence, id);
  return registry_fixture_store (fixture, transaction);
}

static void
on_brief (void *user, const JobBrief *brief, const char *group)
{
}

static void
on_job (void *user, VestimJob *job)
{
  g_ptr_array_add (user, job);
}

GPtrArray *
registry_fixture_load (RegistryFixture *fixture)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_job_free);

  static const RegistryLoadFns fns = { on_brief, on_job };

  registry_load (fixture->registry, &fns, jobs);
  return jobs;
}

static int
on_row (void *user, int n, char **values, char **names)
{
  *(int64_t *) user = values[0] != NULL ? g_ascii_strtoll (values[0], NULL, 10) : 0;
  return 0;
}

int64_t
registry_fixture_sql (RegistryFixture *fixture, const char *sql)
{
  sqlite3 *db;
  int64_t value = 0;

  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_busy_timeout (db, 5000), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, on_row, &value, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return value;
}

char *
registry_fixture_folder (const char *parent, int64_t sequence)
{
  g_autofree char *id = vestim_job_id_new (CREATED_AT, sequence);

  return g_build_filename (parent, id, NULL);
}

bool
registry_fixture_exists (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0;
}

unsigned
registry_fixture_count_entries (const char *folder)
{
  DIR *dir = opendir (folder);
  unsigned n = 0;

  if (dir == NULL)
    return 0;
  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n - 2;
}

void
registry_fixture_wait_entries (const char *folder, unsigned n)
{
  int64_t deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (registry_fixture_count_entries (folder) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
}
