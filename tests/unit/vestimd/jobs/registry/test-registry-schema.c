/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/database.h"
#include "daemon/vestimd/jobs/registry/schema.h"
#include "tests/support/registry-fixture.h"

/* Migrations, with steps of the test's own. */

static const char *const test_steps[] = {
  "CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('old')",
  "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = 2",
  "ALTER TABLE things ADD COLUMN colour TEXT",
};

static const char *const broken_steps[] = {
  "CREATE TABLE things (name TEXT)",
  "ALTER TABLE things ADD COLUMN size INTEGER; INSERT INTO nowhere VALUES (1)",
};

static const Schema first_schema = { test_steps, 1 };
static const Schema third_schema = { test_steps, 3 };
static const Schema broken_schema = { broken_steps, 2 };

static int
adopt (RegistryFixture *fixture, const Schema *schema, char **message)
{
  sqlite3 *db;
  int r;

  g_assert_cmpint (database_open (&db, fixture->path, DATABASE_WRITE), ==, SQLITE_OK);
  r = schema_adopt (schema, db, fixture->path, message);
  sqlite3_close (db);
  return r;
}

static void
create (RegistryFixture *fixture, const Schema *schema)
{
  g_autofree char *message = NULL;

  g_assert_cmpint (schema_create (schema, fixture->path, &message), ==, 0);
}

static char *
backup_path (RegistryFixture *fixture)
{
  return g_strconcat (fixture->path, ".v1.bak", NULL);
}

static void
test_a_new_registry_takes_every_step (RegistryFixture *fixture, const void *data)
{
  create (fixture, &third_schema);
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA application_id"), ==,
                   SCHEMA_APPLICATION_ID);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(colour) + size FROM things"), ==,
                   2);
  g_assert_cmpuint (registry_fixture_count_entries (fixture->dir), ==, 1);
}

/* A registry of an older version keeps its jobs, whose new fields have their initial values. */
static void
test_registries_of_older_versions_keep_their_jobs (RegistryFixture *fixture, const void *data)
{
  for (int version = 1; version < schema_current.version; version++)
    {
      const Schema old = { schema_current.steps, version };
      g_autofree char *backup = g_strdup_printf ("%s.v%d.bak", fixture->path, version);
      g_autoptr (GPtrArray) jobs = NULL;
      const VestimJob *job;

      create (fixture, &old);
      registry_fixture_sql (fixture,
                            "INSERT INTO jobs (sequence, job_id, name, state, priority, selections,"
                            " attempt, created_at, updated_at, idle_resumes) VALUES (1,"
                            " 'job_20261122-195012-000001', 'old', 'queued', 0, '{}', 1, 1, 1, 0)");
      registry_fixture_open (fixture);
      jobs = registry_fixture_load (fixture);
      g_assert_cmpuint (jobs->len, ==, 1);
      job = jobs->pdata[0];
      g_assert_cmpstr (job->name, ==, "old");
      g_assert_false (job->fresh || job->pinned || job->paused);
      g_assert_cmpstr (vestim_job_group (job), ==, "default");
      g_assert_null (job->depends_on);
      g_assert_true (g_file_test (backup, G_FILE_TEST_EXISTS));
      registry_fixture_close (fixture);
      g_assert_cmpint (unlink (fixture->path), ==, 0);
    }
}

/* The kind and the intent that version 0.1 does not know would be damage to it: it must see that
 * the registry is newer. */
static void
test_version_0_1_refuses_the_registry_as_newer (RegistryFixture *fixture, const void *data)
{
  const Schema of_version_0_1 = { schema_current.steps, 3 };
  g_autofree char *message = NULL;

  create (fixture, &schema_current);
  g_assert_cmpint (adopt (fixture, &of_version_0_1, &message), ==, REGISTRY_E_REFUSED);
  g_assert_nonnull (strstr (message, "start the newer vestimd"));
}

/* A user goes back to the copy when the newer program fails. */
static void
test_a_migration_keeps_a_copy (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;
  g_autofree char *backup = backup_path (fixture);
  char *path = fixture->path;
  struct stat st;

  create (fixture, &first_schema);
  g_assert_cmpint (adopt (fixture, &third_schema, &message), ==, 0);
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA user_version"), ==, 3);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT size FROM things"), ==, 2);

  fixture->path = backup;
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT name = 'old' FROM things"), ==, 1);
  fixture->path = path;
  g_assert_cmpint (stat (backup, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
}

/* A daemon that died left its last commits only in the log: the copy must have them too. */
static void
test_the_copy_includes_the_log (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;
  g_autofree char *backup = backup_path (fixture);
  g_autofree char *path = fixture->path;
  sqlite3 *db;

  create (fixture, &first_schema);
  g_assert_cmpint (database_open (&db, path, DATABASE_WRITE), ==, SQLITE_OK);
  g_assert_cmpint (
      database_exec (db, "PRAGMA journal_mode=WAL; INSERT INTO things VALUES ('logged')"), ==,
      SQLITE_OK);
  g_assert_cmpint (adopt (fixture, &third_schema, &message), ==, 0);
  sqlite3_close (db);
  fixture->path = g_steal_pointer (&backup);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM things"), ==, 2);
}

static void
test_the_current_version_is_not_migrated (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;
  g_autofree char *backup = backup_path (fixture);

  create (fixture, &first_schema);
  g_assert_cmpint (adopt (fixture, &first_schema, &message), ==, 0);
  g_assert_false (registry_fixture_exists (backup));
}

/* After a failed migration the old program must find its old registry. */
static void
test_a_failed_migration_changes_nothing (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;

  create (fixture, &first_schema);
  g_assert_cmpint (adopt (fixture, &broken_schema, &message), ==, REGISTRY_E_REFUSED);
  g_assert_nonnull (strstr (message, fixture->path));
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (
      registry_fixture_sql (fixture, "SELECT count(*) FROM pragma_table_info ('things')"), ==, 1);
}

/* If the copy fails, nothing is migrated. */
static void
test_no_copy_no_migration (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;
  g_autofree char *blocker = g_strconcat (fixture->path, ".v1.bak.new", NULL);

  create (fixture, &first_schema);
  g_assert_cmpint (mkdir (blocker, 0700), ==, 0);
  g_assert_cmpint (adopt (fixture, &third_schema, &message), ==, REGISTRY_E_REFUSED);
  g_assert_nonnull (strstr (message, ".v1.bak"));
  g_assert_cmpint (registry_fixture_sql (fixture, "PRAGMA user_version"), ==, 1);
}

/* A link planted where the copy goes is replaced, not followed. */
static void
test_the_copy_does_not_follow_a_link (RegistryFixture *fixture, const void *data)
{
  g_autofree char *message = NULL;
  g_autofree char *backup = backup_path (fixture);
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);

  create (fixture, &first_schema);
  g_assert_true (g_file_set_contents (target, "precious", -1, NULL));
  g_assert_cmpint (symlink (target, backup), ==, 0);
  g_assert_cmpint (adopt (fixture, &third_schema, &message), ==, 0);
  g_assert_true (g_file_test (backup, G_FILE_TEST_IS_REGULAR));
  g_assert_false (g_file_test (backup, G_FILE_TEST_IS_SYMLINK));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/schema/a-new-registry-takes-every-step", test_a_new_registry_takes_every_step);
  REGISTRY_TEST ("/schema/a-migration-keeps-a-copy", test_a_migration_keeps_a_copy);
  REGISTRY_TEST ("/schema/the-copy-includes-the-log", test_the_copy_includes_the_log);
  REGISTRY_TEST ("/schema/the-current-version-is-not-migrated",
                 test_the_current_version_is_not_migrated);
  REGISTRY_TEST ("/schema/version-0.1-refuses-the-registry-as-newer",
                 test_version_0_1_refuses_the_registry_as_newer);
  REGISTRY_TEST ("/schema/a-failed-migration-changes-nothing",
                 test_a_failed_migration_changes_nothing);
  REGISTRY_TEST ("/schema/registries-of-older-versions-keep-their-jobs",
                 test_registries_of_older_versions_keep_their_jobs);
  REGISTRY_TEST ("/schema/no-copy-no-migration", test_no_copy_no_migration);
  REGISTRY_TEST ("/schema/the-copy-does-not-follow-a-link", test_the_copy_does_not_follow_a_link);
  return g_test_run ();
}
