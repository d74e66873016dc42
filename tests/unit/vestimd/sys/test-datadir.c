/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/sys/datadir.h"
#include "tests/support/scratch.h"

static const char *const folders[] = { "jobs", "trash", NULL };

typedef struct
{
  char *folder; /* real path, as the place of temporary files may itself be a link */
  char *home;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->home = scratch_path (f->folder, "home");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  scratch_free (f->folder);
  g_free (f->home);
}

static void
assert_refused (const char *home, const char *named)
{
  g_autofree char *resolved = NULL;
  g_autofree char *created = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (datadir_prepare (home, folders, &resolved, &created, &message), <, 0);
  g_assert_null (resolved);
  g_assert_nonnull (strstr (message, named));
}

static void
assert_taken (const char *home, const char *expected)
{
  g_autofree char *resolved = NULL;
  g_autofree char *created = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (datadir_prepare (home, folders, &resolved, &created, &message), ==, 0);
  g_assert_null (message);
  g_assert_true (g_str_has_suffix (resolved, expected));
}

static void
test_it_is_made_with_its_folders (Fixture *f, gconstpointer data)
{
  g_autofree char *deep = scratch_path (f->home, "a/b");
  g_autofree char *jobs = scratch_path (deep, "jobs");

  assert_taken (deep, "/home/a/b");
  g_assert_cmpint (scratch_mode (deep), ==, 0700);
  g_assert_cmpint (scratch_mode (jobs), ==, 0700);
  assert_taken (deep, "/home/a/b");
}

/* Users may keep it on another disk: the target of the link is checked. */
static void
test_a_link_to_it_is_resolved_once (Fixture *f, gconstpointer data)
{
  g_autofree char *link_path = scratch_path (f->folder, "link");

  g_assert_cmpint (mkdir (f->home, 0700), ==, 0);
  g_assert_cmpint (symlink (f->home, link_path), ==, 0);
  assert_taken (link_path, "/home");
  g_assert_cmpint (chmod (f->home, 0770), ==, 0);
  assert_refused (link_path, "chmod");
}

static void
test_one_that_others_may_write_is_refused (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (mkdir (f->home, 0700), ==, 0);
  g_assert_cmpint (chmod (f->home, 0720), ==, 0);
  assert_refused (f->home, f->home);
  g_assert_cmpint (chmod (f->home, 0702), ==, 0);
  assert_refused (f->home, f->home);
}

/* Otherwise SQLite fails later, with "unable to open database file". */
static void
test_a_path_that_is_too_long_for_sqlite_is_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) path = g_string_new (f->home);

  while (path->len < 480 - 100)
    g_string_append (path, "/0123456789");
  g_string_append_c (path, '/');
  while (path->len < 480)
    g_string_append_c (path, 'x');
  assert_taken (path->str, "xxx");
  g_string_append_c (path, 'x');
  assert_refused (path->str, "481 bytes");
}

static void
test_a_folder_above_it_that_others_may_write_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = scratch_path (f->home, "inner");
  g_autofree char *deep = scratch_path (f->home, "inner/deep");

  g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
  g_assert_cmpint (chmod (f->home, 0777), ==, 0);
  assert_refused (deep, f->home);
  g_assert_cmpint (chmod (f->home, 01777), ==, 0);
  assert_taken (deep, "/inner/deep");
}

static void
test_one_that_others_may_read_gets_its_mode (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (mkdir (f->home, 0755), ==, 0);
  assert_taken (f->home, "/home");
  g_assert_cmpint (scratch_mode (f->home), ==, 0700);
}

/* With a link instead of jobs/, the daemon would delete folders elsewhere. */
static void
test_a_link_in_place_of_a_folder_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *jobs = scratch_path (f->home, "jobs");

  g_assert_cmpint (mkdir (f->home, 0700), ==, 0);
  g_assert_cmpint (symlink (f->folder, jobs), ==, 0);
  assert_refused (f->home, jobs);
}

/* A rename from one to the other would fail with EXDEV. */
static void
test_another_file_system_is_known (Fixture *f, gconstpointer data)
{
  g_autofree char *jobs = scratch_path (f->folder, "jobs");
  int root = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int folder = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_cmpint (mkdir (jobs, 0700), ==, 0);
  g_assert_true (datadir_is_elsewhere (root, "proc"));
  g_assert_false (datadir_is_elsewhere (folder, "jobs"));
  g_assert_false (datadir_is_elsewhere (folder, "missing"));
  close (root);
  close (folder);
}

static void
test_a_file_in_its_place_is_refused (Fixture *f, gconstpointer data)
{
  scratch_write (f->home, "");
  assert_refused (f->home, f->home);
}

static void
test_another_users_is_refused (Fixture *f, gconstpointer data)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a folder away");
      return;
    }
  g_assert_cmpint (mkdir (f->home, 0700), ==, 0);
  g_assert_cmpint (chown (f->home, 65534, 65534), ==, 0);
  assert_refused (f->home, f->home);
}

/* If two machines saw different locks, two daemons could write one registry. */
static void
test_network_file_systems_are_known (void)
{
  g_assert_cmpstr (datadir_network_name (0x6969), ==, "NFS");
  g_assert_cmpstr (datadir_network_name ((long) 0xFF534D42), ==, "CIFS");
  g_assert_cmpstr (datadir_network_name ((long) (int) 0xFE534D42), ==, "SMB2");
  g_assert_null (datadir_network_name (0xEF53));     /* ext4 */
  g_assert_null (datadir_network_name (0x01021994)); /* tmpfs */
  g_assert_null (datadir_network_name (0x794c7630)); /* overlay */
}

#define ADD(name, test) g_test_add ("/datadir/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("it-is-made-with-its-folders", test_it_is_made_with_its_folders);
  ADD ("a-link-to-it-is-resolved-once", test_a_link_to_it_is_resolved_once);
  ADD ("one-that-others-may-write-is-refused", test_one_that_others_may_write_is_refused);
  ADD ("a-path-that-is-too-long-for-sqlite-is-refused",
       test_a_path_that_is_too_long_for_sqlite_is_refused);
  ADD ("a-folder-above-it-that-others-may-write-is-refused",
       test_a_folder_above_it_that_others_may_write_is_refused);
  ADD ("one-that-others-may-read-gets-its-mode", test_one_that_others_may_read_gets_its_mode);
  ADD ("a-link-in-place-of-a-folder-is-refused", test_a_link_in_place_of_a_folder_is_refused);
  ADD ("a-file-in-its-place-is-refused", test_a_file_in_its_place_is_refused);
  ADD ("another-file-system-is-known", test_another_file_system_is_known);
  ADD ("another-users-is-refused", test_another_users_is_refused);
  g_test_add_func ("/datadir/network-file-systems-are-known", test_network_file_systems_are_known);
  return g_test_run ();
}
