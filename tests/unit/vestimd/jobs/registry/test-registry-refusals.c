/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/registry-fixture.h"

/* Registries that must not be opened. The file is the user's only copy, so every test also checks
 * that not a byte of it changes. */

static void
read_file (const char *path, char **text, size_t *length)
{
  g_assert_true (g_file_get_contents (path, text, length, NULL));
}

/* Expects a refusal that names `file` and says `words`, and an unchanged registry.db. */
static void
expect_refusal (RegistryFixture *fixture, const char *file, const char *words)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  size_t n_before, n_after;

  read_file (fixture->path, &before, &n_before);
  registry_fixture_refuse (fixture, file, words);
  read_file (fixture->path, &after, &n_after);
  g_assert_cmpmem (before, n_before, after, n_after);
}

/* A closed registry with jobs in it. */
static void
make_registry (RegistryFixture *fixture, int64_t n_jobs)
{
  registry_fixture_open (fixture);
  for (int64_t i = 1; i <= n_jobs; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);
      RegistryTransaction *transaction = registry_transaction_new ();

      registry_transaction_insert (transaction, job);
      registry_fixture_submit (fixture, transaction);
    }
  registry_fixture_close (fixture);
}

static void
write_at (const char *path, off_t offset, const void *bytes, size_t n)
{
  FILE *file = fopen (path, "r+");

  g_assert_nonnull (file);
  g_assert_cmpint (fseeko (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
}

static char *
path_in (RegistryFixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, name, NULL);
}

static void
test_an_empty_file_is_refused (RegistryFixture *fixture, const void *data)
{
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  expect_refusal (fixture, "registry.db", "damaged");
  fixture->create_new = true;
  expect_refusal (fixture, "registry.db", "damaged");
}

static void
test_a_file_that_is_not_a_database_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *text = g_strnfill (8192, 'x');

  g_assert_true (g_file_set_contents (fixture->path, text, 8192, NULL));
  expect_refusal (fixture, "registry.db", "damaged");
  g_assert_true (g_file_set_contents (fixture->path, "short", 5, NULL));
  expect_refusal (fixture, "registry.db", "damaged");
}

/* A copy that was cut off, between pages and within one. */
static void
test_a_truncated_registry_is_refused (RegistryFixture *fixture, const void *data)
{
  struct stat st;

  make_registry (fixture, 200);
  g_assert_cmpint (stat (fixture->path, &st), ==, 0);
  g_assert_cmpint (truncate (fixture->path, st.st_size - 100), ==, 0);
  expect_refusal (fixture, "registry.db", "damaged");
  g_assert_cmpint (truncate (fixture->path, 3 * 4096), ==, 0);
  expect_refusal (fixture, "registry.db", "damaged");
  g_assert_cmpint (truncate (fixture->path, 4096), ==, 0);
  expect_refusal (fixture, "registry.db", "damaged");
}

/* A disk that lost a block, anywhere in the file: the header, the schema, the jobs. */
static void
test_a_registry_with_a_lost_page_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *good = NULL;
  g_autofree char *zeros = g_malloc0 (4096);
  size_t length;

  make_registry (fixture, 200);
  read_file (fixture->path, &good, &length);
  for (size_t offset = 0; offset < length; offset += 4096)
    {
      write_at (fixture->path, (off_t) offset, zeros, 4096);
      expect_refusal (fixture, "registry.db", "damaged");
      write_at (fixture->path, (off_t) offset, good + offset, 4096);
    }
  registry_fixture_open (fixture);
}

/* In a file that is too large for the check of every page, all jobs are still read. */
static void
test_damage_in_a_large_registry_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *zeros = g_malloc0 (4096);

  make_registry (fixture, 1);
  registry_fixture_sql (fixture,
                        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n"
                        " WHERE i < 30000) INSERT INTO jobs (sequence, job_id, name, state,"
                        " priority, selections, attempt, created_at, updated_at, idle_resumes)"
                        " SELECT i, printf ('job_20261122-195012-%06x', i), '', 'queued', 0,"
                        " hex (zeroblob (300)), 1, 1, 1, 0 FROM n");
  registry_fixture_open (fixture);
  registry_fixture_close (fixture);
  write_at (fixture->path, 12 * 1024 * 1024, zeros, 4096);
  expect_refusal (fixture, "registry.db", "damaged");
}

/* A user who edits the file by hand gets an error, not a job in an impossible state. */
static void
test_rows_that_cannot_be_jobs_are_refused (RegistryFixture *fixture, const void *data)
{
  const char *const edits[][2] = {
    { "UPDATE jobs SET state = 'dancing'", "UPDATE jobs SET state = 'queued'" },
    { "UPDATE jobs SET kind = 'poem'", "UPDATE jobs SET kind = 'command'" },
    { "UPDATE jobs SET job_id = 'job_20261122-195012-000009'",
      "UPDATE jobs SET job_id = 'job_20261122-195012-000001'" },
    { "UPDATE sqlite_sequence SET seq = 0", "UPDATE sqlite_sequence SET seq = 1" },
    { "ALTER TABLE answers RENAME TO gone", "ALTER TABLE gone RENAME TO answers" },
  };

  make_registry (fixture, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      registry_fixture_sql (fixture, edits[i][0]);
      expect_refusal (fixture, "registry.db", "damaged");
      registry_fixture_sql (fixture, edits[i][1]);
    }
  registry_fixture_open (fixture);
}

/* An older program must not change tables that it does not know. */
static void
test_a_newer_registry_is_refused (RegistryFixture *fixture, const void *data)
{
  make_registry (fixture, 1);
  registry_fixture_sql (fixture, "PRAGMA user_version = 1000");
  expect_refusal (fixture, "registry.db", "version 1000");
}

static void
test_a_registry_without_a_version_is_refused (RegistryFixture *fixture, const void *data)
{
  make_registry (fixture, 1);
  registry_fixture_sql (fixture, "PRAGMA user_version = 0");
  expect_refusal (fixture, "registry.db", "no format version");
}

static void
test_a_registry_with_an_impossible_header_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *text = g_strnfill (8192, 'x');

  memcpy (text, "SQLite format 3", 16);
  text[16] = 3; /* pages of 768 bytes */
  text[17] = 0;
  g_assert_true (g_file_set_contents (fixture->path, text, 8192, NULL));
  expect_refusal (fixture, "registry.db", "its header is invalid");
}

static void
test_a_database_of_another_program_is_refused (RegistryFixture *fixture, const void *data)
{
  registry_fixture_sql (fixture, "CREATE TABLE recipes (name TEXT)");
  g_assert_cmpint (chmod (fixture->path, 0600), ==, 0);
  expect_refusal (fixture, "registry.db", "another program");
  make_registry ((unlink (fixture->path), fixture), 1);
  registry_fixture_sql (fixture, "PRAGMA application_id = 7");
  expect_refusal (fixture, "registry.db", "another program");
}

/* A user who can write the registry can run any program as its owner. */
static void
test_a_registry_that_others_may_write_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *wal = path_in (fixture, "registry.db-wal");

  make_registry (fixture, 1);
  g_assert_cmpint (chmod (fixture->path, 0620), ==, 0);
  expect_refusal (fixture, "registry.db", "chmod 600");
  g_assert_cmpint (chmod (fixture->path, 0602), ==, 0);
  expect_refusal (fixture, "registry.db", "chmod 600");
  g_assert_cmpint (chmod (fixture->path, 0600), ==, 0);
  g_assert_true (g_file_set_contents (wal, "", 0, NULL));
  g_assert_cmpint (chmod (wal, 0666), ==, 0);
  expect_refusal (fixture, "registry.db-wal", "chmod 600");
}

static void
test_a_registry_of_another_user_is_refused (RegistryFixture *fixture, const void *data)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  make_registry (fixture, 1);
  g_assert_cmpint (chown (fixture->path, 12345, (gid_t) -1), ==, 0);
  expect_refusal (fixture, "registry.db", "another user");
}

/* A planted link would let the daemon overwrite the file that it points to. */
static void
test_a_symbolic_link_is_refused (RegistryFixture *fixture, const void *data)
{
  const char *const names[] = { "registry.db-wal", "registry.db-shm", "registry.db-journal" };
  g_autofree char *target = path_in (fixture, "target");

  make_registry (fixture, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *link = path_in (fixture, names[i]);

      g_assert_cmpint (symlink (target, link), ==, 0);
      expect_refusal (fixture, names[i], "symbolic link");
      g_assert_cmpint (unlink (link), ==, 0);
    }
  g_assert_cmpint (rename (fixture->path, target), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  expect_refusal (fixture, "registry.db", "symbolic link");
}

static void
test_a_file_that_is_not_regular_is_refused (RegistryFixture *fixture, const void *data)
{
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  registry_fixture_refuse (fixture, "registry.db", "not a regular file");
  g_assert_cmpint (unlink (fixture->path), ==, 0);
  g_assert_cmpint (mkdir (fixture->path, 0700), ==, 0);
  registry_fixture_refuse (fixture, "registry.db", "not a regular file");
}

/* With an empty new registry, the user's jobs would seem lost. */
static void
test_a_missing_registry_beside_folders_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  registry_fixture_refuse (fixture, "registry.db", "--new-registry");
  g_assert_false (registry_fixture_exists (fixture->path));
  fixture->create_new = true;
  registry_fixture_open (fixture);
  g_assert_true (registry_fixture_exists (folder));
}

/* SQLite would delete the log, and with it the last commits. */
static void
test_a_missing_registry_beside_its_log_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *wal = path_in (fixture, "registry.db-wal");

  g_assert_true (g_file_set_contents (wal, "frames", 6, NULL));
  registry_fixture_refuse (fixture, "registry.db", "registry.db-wal");
  fixture->create_new = true;
  registry_fixture_refuse (fixture, "registry.db", "registry.db-wal");
  g_assert_true (registry_fixture_exists (wal));
}

/* SQLite would treat it as an empty log, and lose the last commits. */
static void
test_a_file_that_is_not_a_log_is_refused (RegistryFixture *fixture, const void *data)
{
  g_autofree char *wal = path_in (fixture, "registry.db-wal");

  make_registry (fixture, 1);
  g_assert_true (g_file_set_contents (wal, "garbage", 7, NULL));
  g_assert_cmpint (chmod (wal, 0600), ==, 0);
  expect_refusal (fixture, "registry.db-wal", "damaged");
}

static void
test_a_link_in_place_of_the_jobs_folder_is_refused (RegistryFixture *fixture, const void *data)
{
  g_assert_cmpint (symlink (fixture->dir, fixture->jobs), ==, 0);
  fixture->create_new = true;
  registry_fixture_refuse (fixture, "jobs", "symbolic link");
}

/* The data directory itself may be a link. */
static void
test_a_linked_data_directory_is_accepted (RegistryFixture *fixture, const void *data)
{
  g_autofree char *link = g_strconcat (fixture->dir, "-link", NULL);
  g_autofree char *path = g_build_filename (link, "registry.db", NULL);
  char *own = fixture->path;

  g_assert_cmpint (symlink (fixture->dir, link), ==, 0);
  fixture->path = path;
  registry_fixture_open (fixture);
  fixture->path = own;
  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/registry/refuses/an-empty-file", test_an_empty_file_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-file-that-is-not-a-database",
                 test_a_file_that_is_not_a_database_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-truncated-one", test_a_truncated_registry_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-lost-page", test_a_registry_with_a_lost_page_is_refused);
  REGISTRY_TEST ("/registry/refuses/damage-in-a-large-one",
                 test_damage_in_a_large_registry_is_refused);
  REGISTRY_TEST ("/registry/refuses/rows-that-cannot-be-jobs",
                 test_rows_that_cannot_be_jobs_are_refused);
  REGISTRY_TEST ("/registry/refuses/a-newer-one", test_a_newer_registry_is_refused);
  REGISTRY_TEST ("/registry/refuses/no-version", test_a_registry_without_a_version_is_refused);
  REGISTRY_TEST ("/registry/refuses/an-impossible-header",
                 test_a_registry_with_an_impossible_header_is_refused);
  REGISTRY_TEST ("/registry/refuses/another-program",
                 test_a_database_of_another_program_is_refused);
  REGISTRY_TEST ("/registry/refuses/other-writers",
                 test_a_registry_that_others_may_write_is_refused);
  REGISTRY_TEST ("/registry/refuses/another-user", test_a_registry_of_another_user_is_refused);
  REGISTRY_TEST ("/registry/refuses/symbolic-links", test_a_symbolic_link_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-file-that-is-not-regular",
                 test_a_file_that_is_not_regular_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-missing-one-beside-folders",
                 test_a_missing_registry_beside_folders_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-missing-one-beside-its-log",
                 test_a_missing_registry_beside_its_log_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-file-that-is-not-a-log",
                 test_a_file_that_is_not_a_log_is_refused);
  REGISTRY_TEST ("/registry/refuses/a-linked-jobs-folder",
                 test_a_link_in_place_of_the_jobs_folder_is_refused);
  REGISTRY_TEST ("/registry/accepts/a-linked-data-directory",
                 test_a_linked_data_directory_is_accepted);
  return g_test_run ();
}
