/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/atomic-file.h"
#include "tests/support/scratch.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->path = scratch_path (f->folder, "file");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  scratch_free (f->folder);
  g_free (f->path);
}

static int
write_file (Fixture *f, const char *text, AtomicFileFlags flags)
{
  return atomic_file_write (AT_FDCWD, f->path, text, strlen (text), flags);
}

static void
assert_text (const char *path, const char *expected)
{
  g_autofree char *text = scratch_read (path);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_the_new_text_replaces_the_old_one (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (write_file (f, "a longer text", ATOMIC_FILE_FLUSH), ==, 0);
  g_assert_cmpint (write_file (f, "new", ATOMIC_FILE_FLUSH), ==, 0);
  assert_text (f->path, "new");
  g_assert_cmpint (scratch_mode (f->path), ==, 0600);
}

/* Whoever planted a link loses the link; what it points to is not touched. */
static void
test_a_link_is_replaced_and_not_followed (Fixture *f, gconstpointer data)
{
  g_autofree char *target = scratch_path (f->folder, "target");
  struct stat info;

  scratch_write (target, "kept");
  g_assert_cmpint (symlink (target, f->path), ==, 0);
  g_assert_cmpint (write_file (f, "new", ATOMIC_FILE_PLAIN), ==, 0);
  assert_text (target, "kept");
  g_assert_cmpint (lstat (f->path, &info), ==, 0);
  g_assert_true (S_ISREG (info.st_mode));
}

/* A failed replacement leaves no half file. */
static void
test_a_failed_write_leaves_nothing (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (mkdir (f->path, 0700), ==, 0);
  g_assert_cmpint (write_file (f, "x", ATOMIC_FILE_FLUSH), ==, -EISDIR);
  g_assert_cmpint (rmdir (f->path), ==, 0);
  g_assert_cmpint (rmdir (f->folder), ==, 0);
}

/* A folder may hold somebody's work. */
static void
test_a_folder_makes_way_when_asked (Fixture *f, gconstpointer data)
{
  g_autofree char *moved = scratch_path (f->folder, "file.moved.1");
  struct stat info;

  g_assert_cmpint (mkdir (f->path, 0700), ==, 0);
  g_assert_cmpint (write_file (f, "x", ATOMIC_FILE_MAKE_WAY), ==, 0);
  assert_text (f->path, "x");
  g_assert_cmpint (stat (moved, &info), ==, 0);
  g_assert_true (S_ISDIR (info.st_mode));
}

/* A crash between the two halves must not block the next start. */
static void
test_a_temporary_file_of_a_crash_is_replaced (Fixture *f, gconstpointer data)
{
  g_autofree char *temporary = scratch_path (f->folder, "temporary");
  int fd;

  scratch_write (temporary, "left by a crash");
  fd = atomic_file_create (AT_FDCWD, temporary, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "new", 3), ==, 3);
  close (fd);
  g_assert_cmpint (atomic_file_put_in_place (AT_FDCWD, temporary, f->path, ATOMIC_FILE_PLAIN), ==,
                   0);
  assert_text (f->path, "new");
}

static void
test_a_missing_folder_is_an_error (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (atomic_file_write (AT_FDCWD, "/nonexistent/file", "x", 1, ATOMIC_FILE_PLAIN), ==,
                   -ENOENT);
}

#define ADD(name) g_test_add ("/atomic-file/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (the_new_text_replaces_the_old_one);
  ADD (a_link_is_replaced_and_not_followed);
  ADD (a_failed_write_leaves_nothing);
  ADD (a_folder_makes_way_when_asked);
  ADD (a_temporary_file_of_a_crash_is_replaced);
  ADD (a_missing_folder_is_an_error);
  return g_test_run ();
}
