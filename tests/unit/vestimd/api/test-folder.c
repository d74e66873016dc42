/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/api/folder.h"

typedef struct
{
  char *path;
} Fixture;

static void
put (const Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "text", -1, NULL));
}

static void
link_to (const Fixture *fixture, const char *target, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
set_up (Fixture *fixture, const void *data)
{
  g_autofree char *fifo = NULL;

  fixture->path = g_dir_make_tmp ("vestim-folder-XXXXXX", NULL);
  put (fixture, "job.json");
  put (fixture, "log.txt");
  put (fixture, "run.lock");
  put (fixture, "out.csv");
  put (fixture, "tasks/1/job.json");
  link_to (fixture, "/etc/passwd", "file-link");
  link_to (fixture, "/etc", "folder-link");
  link_to (fixture, "out.csv", "inner-link");
  fifo = g_build_filename (fixture->path, "fifo", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
}

static void
tear_down (Fixture *fixture, const void *data)
{
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", fixture->path);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (fixture->path);
}

static bool
can_open (const Fixture *fixture, const char *path)
{
  struct stat st = { .st_size = 0 };
  int fd = folder_open (fixture->path, path, &st);

  if (fd < 0)
    return false;
  g_assert_cmpint (st.st_size, ==, 4);
  close (fd);
  return true;
}

/* Only what the job made, in an order that does not depend on the file system. */
static void
test_the_list_has_regular_files_in_order (Fixture *fixture, const void *data)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_cmpint (folder_list (fixture->path, json), ==, 0);
  g_assert_true (
      g_str_has_prefix (json->str, "[{\"name\":\"out.csv\",\"size\":4,\"modified_at\":\"2"));
  g_assert_nonnull (strstr (json->str, "},{\"name\":\"tasks/1/job.json\",\"size\":4,"));
  g_assert_null (strstr (json->str, "log.txt"));
  g_assert_null (strstr (json->str, "link"));
  g_assert_null (strstr (json->str, "fifo"));
}

static void
test_a_name_that_is_not_utf_8_has_its_path_too (Fixture *fixture, const void *data)
{
  g_autofree char *file = g_strconcat (fixture->path, "/tasks/caf\xe9 %.txt", NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_true (g_file_set_contents (file, "four", 4, NULL));
  g_assert_cmpint (folder_list (fixture->path, json), ==, 0);
  g_assert_nonnull (strstr (json->str, "{\"name\":\"tasks/caf\xef\xbf\xbd %.txt\","
                                       "\"path\":\"tasks/caf%E9%20%25.txt\",\"size\":4,"));
  g_assert_true (can_open (fixture, "tasks/caf\xe9 %.txt"));
}

static void
test_a_missing_folder_has_no_files (Fixture *fixture, const void *data)
{
  g_autofree char *missing = g_build_filename (fixture->path, "missing", NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_cmpint (folder_list (missing, json), ==, 0);
  g_assert_cmpstr (json->str, ==, "[]");
}

/* A job may make links. A client must not reach other files through them. */
static void
test_only_files_within_are_opened (Fixture *fixture, const void *data)
{
  static const char *const refused[] = { "",
                                         "/",
                                         ".",
                                         "..",
                                         "../",
                                         "/etc/passwd",
                                         "job.json",
                                         "log.txt",
                                         "run.lock",
                                         "tasks",
                                         "tasks/1",
                                         "tasks/",
                                         "tasks//1/job.json",
                                         "./out.csv",
                                         "tasks/../out.csv",
                                         "file-link",
                                         "inner-link",
                                         "folder-link/passwd",
                                         "fifo",
                                         "out.csv/",
                                         "out.csv/x",
                                         "missing",
                                         "../../etc/passwd" };

  g_assert_true (can_open (fixture, "out.csv"));
  g_assert_true (can_open (fixture, "tasks/1/job.json"));
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    if (can_open (fixture, refused[i]))
      g_error ("opened %s", refused[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/api-folder/the-list-has-regular-files", Fixture, NULL, set_up,
              test_the_list_has_regular_files_in_order, tear_down);
  g_test_add ("/api-folder/a-missing-folder-has-no-files", Fixture, NULL, set_up,
              test_a_missing_folder_has_no_files, tear_down);
  g_test_add ("/api-folder/a-name-that-is-not-utf-8", Fixture, NULL, set_up,
              test_a_name_that_is_not_utf_8_has_its_path_too, tear_down);
  g_test_add ("/api-folder/only-files-within-are-opened", Fixture, NULL, set_up,
              test_only_files_within_are_opened, tear_down);
  return g_test_run ();
}
