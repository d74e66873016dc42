/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/data-files.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static bool
is_csv_name (const char *name)
{
  size_t length = strlen (name);

  return name[0] != '.' && length > 4 && g_ascii_strcasecmp (name + length - 4, ".csv") == 0;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static bool
add_folder (const char *folder, GPtrArray *files, GError **error)
{
  DIR *dir = opendir (folder);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  const struct dirent *entry = NULL;

  if (!dir)
    {
      failure_set (error, "the folder %s cannot be read: %s; check its permissions", folder,
                   g_strerror (errno));
      return false;
    }
  while (found->len <= DATA_MAX_FILES && (entry = readdir (dir)))
    if (is_csv_name (entry->d_name))
      g_ptr_array_add (found, g_build_filename (folder, entry->d_name, NULL));
  closedir (dir);

  if (found->len == 0)
    {
      failure_set (error, "the folder %s has no file whose name ends in .csv", folder);
      return false;
    }
  g_ptr_array_sort (found, compare_names);
  g_ptr_array_extend_and_steal (files, g_steal_pointer (&found));
  return true;
}

GPtrArray *
data_files_expand (const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  for (; *paths; paths++)
    {
      struct stat info;

      if (stat (*paths, &info) != 0 || !S_ISDIR (info.st_mode))
        g_ptr_array_add (files, g_strdup (*paths));
      else if (!add_folder (*paths, files, error))
        return NULL;

      if (files->len > DATA_MAX_FILES)
        {
          failure_set (error, "there are more than %d files; name fewer", DATA_MAX_FILES);
          return NULL;
        }
    }
  return g_steal_pointer (&files);
}

GPtrArray *
data_files_of_set (const VestimSelections *settings, DataSet set, GError **error)
{
  static const char *const folders[] = {
    [DATA_TRAIN] = "train", [DATA_VALIDATION] = "val", [DATA_TEST] = "test"
  };
  char **const lists[] = {
    [DATA_TRAIN] = settings->train_files,
    [DATA_VALIDATION] = settings->validation_files,
    [DATA_TEST] = settings->test_files,
  };

  if (!settings->folder_path)
    return data_files_expand ((const char *const *) lists[set], error);

  g_autofree char *folder = g_build_filename (settings->folder_path, folders[set], NULL);
  if (set == DATA_VALIDATION && settings->validation_share > 0)
    {
      if (!g_file_test (folder, G_FILE_TEST_EXISTS))
        return g_ptr_array_new_with_free_func (g_free);
      failure_set (error,
                   "there is the folder %s with validation files, and a validation_share of the "
                   "training files: leave out one of them",
                   folder);
      return NULL;
    }
  return data_files_expand ((const char *const[]){ folder, NULL }, error);
}

const char *
data_files_field (const VestimSelections *settings, DataSet set)
{
  static const char *const fields[] = {
    [DATA_TRAIN] = "train_files",
    [DATA_VALIDATION] = "validation_files",
    [DATA_TEST] = "test_files",
  };

  return settings->folder_path ? "folder_path" : fields[set];
}
