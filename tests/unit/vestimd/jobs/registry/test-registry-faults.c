/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/base-stamp.h"
#include "daemon/vestimd/jobs/registry/registry-hooks.h"
#include "daemon/vestimd/jobs/registry/registry-private.h"
#include "tests/support/registry-fixture.h"

static int
insert_large (RegistryFixture *fixture, int64_t sequence, size_t size)
{
  g_autoptr (VestimJob) job = registry_fixture_new_job (sequence);
  RegistryTransaction *transaction = registry_transaction_new ();

  g_free (job->selections);
  job->selections = g_strnfill (size, 'x');
  registry_transaction_insert (transaction, job);
  return registry_fixture_store (fixture, transaction);
}

/* No file may grow beyond `bytes`. As on a full disk, existing bytes can be overwritten. */
static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
make_room (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A refused job must leave nothing, and the next one must not need a restart. */
static void
test_a_full_disk_refuses_and_recovers (RegistryFixture *fixture, const void *data)
{
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 2);

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
  limit_files (256 * 1024);
  g_assert_cmpint (insert_large (fixture, 2, 1024 * 1024), ==, REGISTRY_E_FULL);
  make_room ();
  g_assert_cmpint (insert_large (fixture, 3, 1024 * 1024), ==, 0);
  registry_fixture_reopen (fixture);
  g_assert_false (registry_fixture_exists (folder));
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(sequence) FROM jobs"), ==, 4);
}

/* While the disk is full, jobs must be able to end, and users to delete jobs to make room. */
static void
test_small_changes_are_stored_on_a_full_disk (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = registry_fixture_new_job (1);

  registry_fixture_open (fixture);
  g_assert_cmpint (insert_large (fixture, 1, 10), ==, 0);
  g_assert_cmpint (insert_large (fixture, 2, 100 * 1024), ==, 0);
  limit_files (200 * 1024);
  g_assert_cmpint (insert_large (fixture, 3, 1024 * 1024), ==, REGISTRY_E_FULL);
  for (int i = 0; i < 100; i++)
    {
      RegistryTransaction *transaction = registry_transaction_new ();

      job->priority = i;
      registry_transaction_update (transaction, job);
      g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
    }
  g_assert_cmpint (registry_fixture_delete (fixture, 2), ==, 0);
  make_room ();
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(priority) FROM jobs"), ==, 99);
}

/* A job that is too large for the disk must not make the others of its batch fail. */
static void
test_what_fits_is_stored_when_the_disk_is_full (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
  limit_files (512 * 1024);
  for (int64_t i = 2; i <= 5; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);
      RegistryTransaction *transaction = registry_transaction_new ();

      g_free (job->selections);
      job->selections = g_strnfill (i == 3 ? 1024 * 1024 : 10, 'x');
      registry_transaction_insert (transaction, job);
      registry_fixture_submit (fixture, transaction);
    }
  registry_fixture_wait (fixture, 5);
  make_room ();
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(sequence) FROM jobs"), ==, 12);
  registry_fixture_wait_entries (fixture->jobs, 4);
}

/* A program that reads the registry, such as the sqlite3 shell, must not block the writer. */
static void
test_a_reader_does_not_block_changes (RegistryFixture *fixture, const void *data)
{
  sqlite3 *db;

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN; SELECT * FROM jobs", NULL, NULL, NULL), ==, SQLITE_OK);
  for (int64_t i = 2; i < 50; i++)
    g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
  g_assert_cmpint (sqlite3_exec (db, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
on_hooks (void *user, int status, GPtrArray *entries)
{
  if (status != 0) /* 0: the writer took the read before the change that fails */
    g_assert_cmpuint (entries->len, ==, 0);
  g_ptr_array_set_free_func (entries, registry_hook_free);
  *(GPtrArray **) user = entries;
}

/* The hook of an end that was not stored must not run. */
static void
test_a_failed_commit_shows_no_hooks (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = registry_fixture_new_job (1);
  g_autoptr (GPtrArray) entries = NULL;
  RegistryTransaction *end = registry_transaction_new ();
  RegistryTransaction *setting = registry_transaction_new ();

  registry_fixture_open (fixture);
  registry_fixture_sql (fixture, "CREATE TRIGGER fails BEFORE INSERT ON settings"
                                 " BEGIN INSERT INTO missing VALUES (1); END");
  registry_transaction_add_hook (end, job, "{}\n");
  registry_fixture_submit (fixture, end);
  registry_read_hooks (fixture->registry, 0, 16, on_hooks, &entries);
  registry_transaction_set_setting (setting, "key", "value");
  registry_fixture_submit (fixture, setting);
  registry_fixture_wait (fixture, 2);
  g_assert_nonnull (entries);
  g_assert_cmpint (fixture->last_status, ==, REGISTRY_E_FAILED);
}

/* The write-ahead log of a daemon that runs for months must not fill the disk. */
static void
test_the_log_stays_bounded (RegistryFixture *fixture, const void *data)
{
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  struct stat st;

  registry_fixture_open (fixture);
  for (int64_t i = 1; i <= 200; i++)
    g_assert_cmpint (insert_large (fixture, i, 200 * 1024), ==, 0);
  g_assert_cmpint (stat (wal, &st), ==, 0);
  g_assert_cmpint (st.st_size, <, 16 * 1024 * 1024);
}

/* A large log is cut back by the first commit after its checkpoint, which makes the writer look
 * whether another program did that. */
static void
test_a_log_that_is_cut_back_does_not_make_the_registry_look_replaced (RegistryFixture *fixture,
                                                                      const void *data)
{
  g_autofree char *message = NULL;

  registry_fixture_open (fixture);
  g_assert_cmpint (insert_large (fixture, 1, 20 * 1024 * 1024), ==, 0);
  g_assert_cmpint (registry_fixture_insert (fixture, 2), ==, 0);
  g_assert_cmpint (base_stamp_check (fixture->path, &message), ==, 0);
}

/* A stamp for which there is no room is written by a later change. */
static void
test_a_stamp_that_found_no_room_is_written_later (RegistryFixture *fixture, const void *data)
{
  const struct timespec changed_at = { 1, 0 };
  BaseStamp stamp = { 0 };
  struct stat st;

  base_stamp_open (&stamp, fixture->path);
  limit_files (0);
  base_stamp_set (&stamp, 4096, changed_at);
  make_room ();
  base_stamp_set (&stamp, 4096, changed_at);
  g_assert_cmpint (fstat (stamp.fd, &st), ==, 0);
  g_assert_cmpint (st.st_size, >, 0);
  base_stamp_close (&stamp);
}

static void
on_acknowledged (void *user, int status)
{
  char line = '+';

  if (status == 0 && write (*(int *) user, &line, 1) != 1)
    _exit (1);
}

/* In a child: submits jobs until it is killed, and writes a byte for each one that is stored. */
static void
submit_until_killed (RegistryFixture *fixture, int fd)
{
  int64_t next;

  registry_fixture_open (fixture);
  for (next = registry_last_sequence (fixture->registry) + 1;; next++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (next);
      RegistryTransaction *transaction = registry_transaction_new ();

      registry_transaction_insert (transaction, job);
      registry_submit (fixture->registry, transaction, on_acknowledged, &fd);
      uv_run (&fixture->loop, next % 16 == 0 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    }
}

/* How many jobs a child acknowledged before it was killed in the middle of more. */
static int64_t
run_child_and_kill_it (RegistryFixture *fixture)
{
  int pipe_fds[2];
  int64_t n = 0;
  char buffer[256];
  ssize_t got;
  pid_t child;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      close (pipe_fds[0]);
      submit_until_killed (fixture, pipe_fds[1]);
    }
  close (pipe_fds[1]);
  while ((got = read (pipe_fds[0], buffer, sizeof buffer)) > 0)
    {
      n += got;
      if (n >= 100)
        kill (child, SIGKILL);
    }
  close (pipe_fds[0]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  return n;
}

/* The promise of the registry: after any crash each acknowledged job exists, with its folder. */
static void
test_what_was_acknowledged_survives_a_kill (RegistryFixture *fixture, const void *data)
{
  int64_t acknowledged = 0;

  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_assert_cmpint (uv_loop_init (&fixture->loop), ==, 0);
  for (int i = 0; i < 5; i++)
    acknowledged += run_child_and_kill_it (fixture);
  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), >=, acknowledged);
  g_assert_cmpint (registry_repair_folders (fixture->registry, fixture->orphans), ==, 0);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), ==,
                   registry_fixture_count_entries (fixture->jobs));
  g_assert_false (registry_fixture_exists (fixture->orphans));
}

/* If a start dies while it makes the registry, the next start must work. */
static void
test_an_unfinished_new_registry_is_replaced (RegistryFixture *fixture, const void *data)
{
  g_autofree char *unfinished = g_strconcat (fixture->path, ".new", NULL);
  g_autofree char *journal = g_strconcat (fixture->path, ".new-journal", NULL);

  g_assert_true (g_file_set_contents (unfinished, "half", -1, NULL));
  g_assert_true (g_file_set_contents (journal, "half", -1, NULL));
  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
  g_assert_false (registry_fixture_exists (unfinished));
  g_assert_false (registry_fixture_exists (journal));
}

int
main (int argc, char **argv)
{
  signal (SIGXFSZ, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/faults/a-full-disk-refuses-and-recovers", test_a_full_disk_refuses_and_recovers);
  REGISTRY_TEST ("/faults/small-changes-are-stored-on-a-full-disk",
                 test_small_changes_are_stored_on_a_full_disk);
  REGISTRY_TEST ("/faults/what-fits-is-stored-when-the-disk-is-full",
                 test_what_fits_is_stored_when_the_disk_is_full);
  REGISTRY_TEST ("/faults/a-reader-does-not-block-changes", test_a_reader_does_not_block_changes);
  REGISTRY_TEST ("/faults/a-failed-commit-shows-no-hooks", test_a_failed_commit_shows_no_hooks);
  REGISTRY_TEST ("/faults/the-log-stays-bounded", test_the_log_stays_bounded);
  REGISTRY_TEST ("/faults/a-log-that-is-cut-back-does-not-make-the-registry-look-replaced",
                 test_a_log_that_is_cut_back_does_not_make_the_registry_look_replaced);
  REGISTRY_TEST ("/faults/a-stamp-that-found-no-room-is-written-later",
                 test_a_stamp_that_found_no_room_is_written_later);
  REGISTRY_TEST ("/faults/what-was-acknowledged-survives-a-kill",
                 test_what_was_acknowledged_survives_a_kill);
  REGISTRY_TEST ("/faults/an-unfinished-new-registry-is-replaced",
                 test_an_unfinished_new_registry_is_replaced);
  return g_test_run ();
}
