/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/check.h"

#include "daemon/vestim-estimate/commands/file-check.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/training/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A file, or a path that stands for none. */
typedef struct
{
  char *path;
  char *fault; /* (nullable) */
} Found;

static void
clear_found (void *data)
{
  Found *found = data;

  g_free (found->path);
  g_free (found->fault);
}

/* (transfer full) the files that a path stands for: the file itself, the files of a folder, or the
 * files of a folder's train/, val/ and test/. */
static GPtrArray *
files_of (const char *path, GError **error)
{
  static const char *const parts[] = { "train", "val", "test", NULL };
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *files = data_files_expand ((const char *const[]){ path, NULL }, error);

  for (const char *const *part = parts; !files && *part; part++)
    {
      char *folder = g_build_filename (path, *part, NULL);

      g_ptr_array_add (folders, folder);
      if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
        return NULL;
    }
  if (files)
    return files;
  g_clear_error (error);
  g_ptr_array_add (folders, NULL);
  return data_files_expand ((const char *const *) folders->pdata, error);
}

static void
add_files (const char *path, GArray *list)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = files_of (path, &error);

  for (guint i = 0; files && i < files->len; i++)
    {
      const Found found = { .path = g_strdup (files->pdata[i]) };

      g_array_append_val (list, found);
    }
  if (!files)
    {
      const Found found = { g_strdup (path), g_strdup (error->message) };

      g_array_append_val (list, found);
    }
}

/* What a file leaves of its share of the time is for those after it. */
static FileCheck *
check_one (const Found *found, const char *encoding, guint n_left, double deadline)
{
  double now = trainer_monotonic_clock (NULL);

  if (found->fault)
    return file_check_new_failed (found->path, found->fault);
  return file_check_new (found->path, encoding, now + fmax (deadline - now, 0) / n_left);
}

static void
print_json (const FileCheck *check, bool is_first)
{
  g_autoptr (GString) json = g_string_new (is_first ? "" : ",\n ");

  file_check_append_json (json, check);
  fputs (json->str, stdout);
}

int
check_files (char *const *paths, bool as_json, const char *encoding, double seconds)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Found));
  double deadline = trainer_monotonic_clock (NULL) + seconds;
  bool all_good = true;

  g_array_set_clear_func (list, clear_found);
  for (char *const *path = paths; *path; path++)
    add_files (*path, list);

  if (as_json)
    putchar ('[');
  for (guint i = 0; i < list->len; i++)
    {
      g_autoptr (FileCheck) check =
          check_one (&g_array_index (list, Found, i), encoding, list->len - i, deadline);

      if (as_json)
        print_json (check, i == 0);
      else
        file_check_print (check);
      all_good = all_good && !check->fault;
    }
  if (as_json)
    puts ("]");
  return as_json || all_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
