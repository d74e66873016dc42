/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/registry-fixture.h"

static void
make_folder (const char *path)
{
  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
make_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, "content", -1, NULL));
}

static bool
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return registry_fixture_exists (path);
}

/* A registry with the jobs 1 to 3, a file in each folder, not yet repaired. */
static void
open_with_three_jobs (RegistryFixture *fixture)
{
  registry_fixture_open (fixture);
  for (int64_t i = 1; i <= 3; i++)
    {
      g_autofree char *folder = registry_fixture_folder (fixture->jobs, i);

      g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
      registry_fixture_wait_entries (fixture->jobs, (unsigned) i);
      make_file (folder, "log.txt");
    }
  registry_fixture_reopen (fixture);
}

static void
repair (RegistryFixture *fixture)
{
  g_assert_cmpint (registry_repair_folders (fixture->registry, fixture->orphans), ==, 0);
}

static void
test_sound_folders_stay_as_they_are (RegistryFixture *fixture, const void *data)
{
  open_with_three_jobs (fixture);
  repair (fixture);
  for (int64_t i = 1; i <= 3; i++)
    {
      g_autofree char *folder = registry_fixture_folder (fixture->jobs, i);

      g_assert_true (has (folder, "log.txt"));
    }
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==, 3);
  g_assert_false (registry_fixture_exists (fixture->orphans));
}

/* Folders are not flushed: after a power cut some may be missing. */
static void
test_a_missing_folder_is_made (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);
  g_autofree char *file = g_build_filename (folder, "log.txt", NULL);
  struct stat st;

  open_with_three_jobs (fixture);
  g_assert_cmpint (unlink (file), ==, 0);
  g_assert_cmpint (rmdir (folder), ==, 0);
  repair (fixture);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
}

/* An unknown folder may hold a user's results: it is moved, never deleted. */
static void
test_unknown_entries_go_to_the_orphans (RegistryFixture *fixture, const void *data)
{
  g_autofree char *strange = g_build_filename (fixture->jobs, "results", NULL);
  g_autofree char *unknown = registry_fixture_folder (fixture->jobs, 9);
  g_autofree char *moved = registry_fixture_folder (fixture->orphans, 9);
  g_autofree char *empty = registry_fixture_folder (fixture->jobs, 8);

  open_with_three_jobs (fixture);
  make_folder (strange);
  make_file (strange, "a");
  make_folder (unknown);
  make_file (unknown, "b");
  make_folder (empty);
  make_file (fixture->jobs, "notes.txt");
  repair (fixture);
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==, 3);
  g_assert_cmpuint (registry_fixture_count_entries (fixture->orphans), ==, 3);
  g_assert_true (has (fixture->orphans, "results"));
  g_assert_true (has (fixture->orphans, "notes.txt"));
  g_assert_true (has (moved, "b"));
}

/* A folder with a known sequence but another time belongs to no job. */
static void
test_a_folder_with_a_known_number_only_is_unknown (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = g_build_filename (fixture->jobs, "job_20200101-000000-000001", NULL);

  open_with_three_jobs (fixture);
  make_folder (folder);
  make_file (folder, "a");
  repair (fixture);
  g_assert_true (has (fixture->orphans, "job_20200101-000000-000001"));
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==, 3);
}

static void
test_an_orphan_replaces_no_other (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = g_build_filename (fixture->jobs, "results", NULL);

  open_with_three_jobs (fixture);
  for (int i = 0; i < 3; i++)
    {
      make_folder (folder);
      make_file (folder, "a");
      repair (fixture);
      registry_fixture_reopen (fixture);
    }
  g_assert_true (has (fixture->orphans, "results"));
  g_assert_true (has (fixture->orphans, "results.1"));
  g_assert_true (has (fixture->orphans, "results.2"));
}

/* A planted link must not be followed, and is not a job's folder. */
static void
test_a_link_is_moved_as_it_is (RegistryFixture *fixture, const void *data)
{
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);
  g_autofree char *link = g_build_filename (fixture->jobs, "link", NULL);
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);
  g_autofree char *aside = g_build_filename (fixture->dir, "aside", NULL);

  open_with_three_jobs (fixture);
  make_folder (target);
  make_file (target, "precious");
  g_assert_cmpint (symlink (target, link), ==, 0);
  g_assert_cmpint (rename (folder, aside), ==, 0);
  g_assert_cmpint (symlink (target, folder), ==, 0);
  repair (fixture);
  g_assert_true (has (target, "precious"));
  g_assert_true (has (fixture->orphans, "link"));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_false (g_file_test (folder, G_FILE_TEST_IS_SYMLINK));
}

/* The daemon serves during the repair: new folders are not orphans, deleted ones stay deleted. The
 * launch of a job may make its folder first. */
static void
test_jobs_that_come_and_go_before_the_repair_are_known (RegistryFixture *fixture, const void *data)
{
  g_autofree char *fresh = registry_fixture_folder (fixture->jobs, 4);
  g_autofree char *gone = registry_fixture_folder (fixture->jobs, 2);

  open_with_three_jobs (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 4), ==, 0);
  mkdir (fresh, 0700);
  make_file (fresh, "log.txt");
  g_assert_cmpint (registry_fixture_delete (fixture, 2), ==, 0);
  repair (fixture);
  g_assert_true (has (fresh, "log.txt"));
  g_assert_false (registry_fixture_exists (gone));
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==, 3);
}

static void
repair_on_thread (void *user)
{
  repair (user);
}

/* The same with both at the same time. */
static void
test_the_repair_runs_beside_changes (RegistryFixture *fixture, const void *data)
{
  uv_thread_t thread;

  registry_fixture_open (fixture);
  for (int64_t i = 1; i <= 300; i++)
    g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
  registry_fixture_reopen (fixture);
  g_assert_cmpint (uv_thread_create (&thread, repair_on_thread, fixture), ==, 0);
  for (int64_t i = 301; i <= 400; i++)
    {
      g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
      g_assert_cmpint (registry_fixture_delete (fixture, 401 - i), ==, 0);
      g_assert_cmpint (registry_fixture_delete (fixture, i - 1), ==, 0);
    }
  uv_thread_join (&thread);
  registry_fixture_close (fixture);
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==,
                    registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"));
  g_assert_false (registry_fixture_exists (fixture->orphans));
}

/* A job may be deleted before its folder is made. */
static void
test_a_job_that_is_deleted_at_once_leaves_nothing (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  repair (fixture);
  for (int64_t i = 1; i <= 20; i++)
    {
      g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
      g_assert_cmpint (registry_fixture_delete (fixture, i), ==, 0);
    }
  registry_fixture_close (fixture);
  g_assert_cmpuint (registry_fixture_count_entries (fixture->jobs), ==, 0);
}

/* The registry alone is the truth: the launch of the job makes its folder, or says what is wrong.
 */
static void
test_a_folder_that_cannot_be_made_refuses_no_job (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);

  registry_fixture_open (fixture);
  repair (fixture);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  for (int64_t i = 1; i <= 3; i++)
    g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
  registry_fixture_wait_entries (fixture->jobs, 3);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), ==, 3);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_REGULAR));
}

static void
test_a_deleted_job_leaves_nothing (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);

  open_with_three_jobs (fixture);
  repair (fixture);
  g_assert_cmpint (registry_fixture_delete (fixture, 2), ==, 0);
  g_assert_false (registry_fixture_exists (folder));
  registry_fixture_wait_entries (fixture->trash, 0);
  registry_fixture_close (fixture);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), ==, 2);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM removed"), ==, 0);
}

/* A daemon died after it committed a deletion and before it moved the folder. */
static void
test_an_unfinished_deletion_is_finished (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);

  open_with_three_jobs (fixture);
  registry_fixture_close (fixture);
  registry_fixture_sql (fixture, "INSERT INTO removed SELECT sequence, job_id FROM jobs"
                                 " WHERE sequence = 2; DELETE FROM jobs WHERE sequence = 2");
  registry_fixture_open (fixture);
  repair (fixture);
  g_assert_false (registry_fixture_exists (folder));
  g_assert_false (registry_fixture_exists (fixture->orphans));
  registry_fixture_wait_entries (fixture->trash, 0);
  registry_fixture_close (fixture);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM removed"), ==, 0);
}

/* A job can leave anything: links, locked folders, trees deeper than any path. */
static void
make_hard_tree (const char *folder, const char *target)
{
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *locked = g_build_filename (folder, "locked", NULL);
  int fd = open (folder, O_RDONLY | O_DIRECTORY);

  g_assert_cmpint (symlink (target, link), ==, 0);
  make_folder (locked);
  make_file (locked, "inside");
  g_assert_cmpint (chmod (locked, 0), ==, 0);
  for (int i = 0; i < 2000; i++)
    {
      int inner;

      g_assert_cmpint (mkdirat (fd, "a-name-that-makes-the-path-long", 0700), ==, 0);
      inner = openat (fd, "a-name-that-makes-the-path-long", O_RDONLY | O_DIRECTORY);
      g_assert_cmpint (inner, >=, 0);
      close (fd);
      fd = inner;
    }
  g_assert_cmpint (mkdirat (fd, "end", 0500), ==, 0);
  close (fd);
}

static void
test_the_trash_removes_any_tree_and_follows_no_link (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);

  open_with_three_jobs (fixture);
  make_folder (target);
  make_file (target, "precious");
  make_hard_tree (folder, target);
  g_assert_cmpint (registry_fixture_delete (fixture, 1), ==, 0);
  registry_fixture_wait_entries (fixture->trash, 0);
  g_assert_true (has (target, "precious"));
}

static void
test_a_link_in_place_of_a_job_folder_is_unlinked (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);
  g_autofree char *target = g_build_filename (fixture->dir, "target", NULL);

  open_with_three_jobs (fixture);
  g_assert_cmpint (rename (folder, target), ==, 0);
  g_assert_cmpint (symlink (target, folder), ==, 0);
  g_assert_cmpint (registry_fixture_delete (fixture, 1), ==, 0);
  registry_fixture_wait_entries (fixture->trash, 0);
  g_assert_true (has (target, "log.txt"));
  g_assert_false (registry_fixture_exists (folder));
}

/* The daemon died, or was stopped, while the trash was being emptied. */
static void
test_old_trash_is_emptied (RegistryFixture *fixture, const void *data)
{
  g_autofree char *old = g_build_filename (fixture->trash, "old", "deep", NULL);

  make_folder (old);
  make_file (old, "a");
  make_file (fixture->trash, "b");
  registry_fixture_open (fixture);
  registry_fixture_wait_entries (fixture->trash, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/folders/sound-folders-stay-as-they-are", test_sound_folders_stay_as_they_are);
  REGISTRY_TEST ("/folders/a-missing-folder-is-made", test_a_missing_folder_is_made);
  REGISTRY_TEST ("/folders/unknown-entries-go-to-the-orphans",
                 test_unknown_entries_go_to_the_orphans);
  REGISTRY_TEST ("/folders/a-folder-with-a-known-number-only-is-unknown",
                 test_a_folder_with_a_known_number_only_is_unknown);
  REGISTRY_TEST ("/folders/an-orphan-replaces-no-other", test_an_orphan_replaces_no_other);
  REGISTRY_TEST ("/folders/a-link-is-moved-as-it-is", test_a_link_is_moved_as_it_is);
  REGISTRY_TEST ("/folders/jobs-that-come-and-go-before-the-repair-are-known",
                 test_jobs_that_come_and_go_before_the_repair_are_known);
  REGISTRY_TEST ("/folders/the-repair-runs-beside-changes", test_the_repair_runs_beside_changes);
  REGISTRY_TEST ("/folders/a-job-that-is-deleted-at-once-leaves-nothing",
                 test_a_job_that_is_deleted_at_once_leaves_nothing);
  REGISTRY_TEST ("/folders/a-folder-that-cannot-be-made-refuses-no-job",
                 test_a_folder_that_cannot_be_made_refuses_no_job);
  REGISTRY_TEST ("/folders/a-deleted-job-leaves-nothing", test_a_deleted_job_leaves_nothing);
  REGISTRY_TEST ("/folders/an-unfinished-deletion-is-finished",
                 test_an_unfinished_deletion_is_finished);
  REGISTRY_TEST ("/folders/the-trash-removes-any-tree-and-follows-no-link",
                 test_the_trash_removes_any_tree_and_follows_no_link);
  REGISTRY_TEST ("/folders/a-link-in-place-of-a-job-folder-is-unlinked",
                 test_a_link_in_place_of_a_job_folder_is_unlinked);
  REGISTRY_TEST ("/folders/old-trash-is-emptied", test_old_trash_is_emptied);
  return g_test_run ();
}
