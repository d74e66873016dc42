/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/data-files.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

typedef enum
{
  NAME_OTHER,
  NAME_DATA,   /* a table in any case */
  NAME_TEXT,   /* a table if it has rows of numbers */
  NAME_BINARY, /* perhaps data, but of a kind that is not read */
} NameKind;

static const char *const gzip_ends[] = { ".gz", NULL };
static const char *const data_ends[] = { ".csv", ".tsv", ".mpt", ".mat", NULL };
static const char *const text_ends[] = { ".txt", ".dat", ".asc", NULL };

/* The length of the end that the name has, case ignored; 0: none of them, or nothing before it. */
static size_t
end_length (const char *name, const char *const *ends)
{
  size_t length = strlen (name);

  for (; *ends; ends++)
    {
      size_t n = strlen (*ends);

      if (length > n && g_ascii_strcasecmp (name + length - n, *ends) == 0)
        return n;
    }
  return 0;
}

/* By the end of the name, compressed or not. Texts about the data are no data. */
static NameKind
kind_of_name (const char *name)
{
  static const char *const binaries[] = { ".xlsx", ".xlsm", ".xls",     ".ods",     ".mpr", ".nda",
                                          ".ndax", ".res",  ".mdb",     ".accdb",   ".zip", ".7z",
                                          ".bz2",  ".xz",   ".zst",     ".parquet", ".h5",  ".hdf5",
                                          ".db",   ".json", ".feather", NULL };
  static const char *const about[] = { "readme", "license", "licence", "copying", "changelog" };
  g_autofree char *plain = g_strdup (name);

  plain[strlen (plain) - end_length (plain, gzip_ends)] = '\0';
  if (name[0] == '.')
    return NAME_OTHER;
  if (end_length (plain, data_ends) > 0)
    return NAME_DATA;
  for (size_t i = 0; i < G_N_ELEMENTS (about); i++)
    if (g_ascii_strncasecmp (name, about[i], strlen (about[i])) == 0)
      return NAME_OTHER;
  if (end_length (plain, text_ends) > 0)
    return NAME_TEXT;
  return end_length (name, binaries) > 0 ? NAME_BINARY : NAME_OTHER;
}

char *
data_files_dup_base_name (const char *path)
{
  char *name = g_path_get_basename (path);
  size_t n = 0;

  name[strlen (name) - end_length (name, gzip_ends)] = '\0';
  n = MAX (end_length (name, data_ends), end_length (name, text_ends));
  name[strlen (name) - n] = '\0';
  return name;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Adds the folder's data files to `files`, and the names of those that may be meant as such to
 * `others`. */
static bool
list_folder (const char *folder, GPtrArray *files, GPtrArray *others, GError **error)
{
  DIR *dir = opendir (folder);
  const struct dirent *entry = NULL;

  if (!dir)
    {
      failure_set (error, "the folder %s cannot be read: %s; check its permissions", folder,
                   g_strerror (errno));
      return false;
    }
  while (files->len <= DATA_MAX_FILES && (entry = readdir (dir)))
    {
      NameKind kind = kind_of_name (entry->d_name);
      char *path = g_build_filename (folder, entry->d_name, NULL);

      if (kind == NAME_DATA || (kind == NAME_TEXT && table_may_have_rows (path)))
        g_ptr_array_add (files, g_steal_pointer (&path));
      else if (kind != NAME_OTHER)
        g_ptr_array_add (others, g_strdup (entry->d_name));
      g_free (path);
    }
  closedir (dir);
  g_ptr_array_sort (files, compare_names);
  g_ptr_array_sort (others, compare_names);
  return true;
}

#define SHOWN_NAMES 5

/* (transfer full) "a.xlsx, b.mpr and 3 others". */
static char *
dup_list (const GPtrArray *names)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < MIN (names->len, SHOWN_NAMES); i++)
    g_string_append_printf (list, "%s%s", i ? ", " : "", (char *) names->pdata[i]);
  if (names->len > SHOWN_NAMES)
    g_string_append_printf (list, " and %u others", names->len - SHOWN_NAMES);
  return g_string_free (list, FALSE);
}

static bool
add_folder (const char *folder, GPtrArray *files, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);

  if (!list_folder (folder, found, others, error))
    return false;
  if (found->len == 0)
    {
      g_autofree char *list = dup_list (others);

      failure_set (error,
                   "the folder %s has no data file: none whose name ends in .csv, .tsv, .mpt or "
                   ".mat, and no .txt, .dat or .asc with rows of numbers%s%s",
                   folder, others->len ? ". Export these as CSV: " : "", list);
      return false;
    }
  g_ptr_array_extend_and_steal (files, g_steal_pointer (&found));
  return true;
}

char *
data_files_left_out (const char *folder)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR) || !list_folder (folder, found, others, NULL)
      || others->len == 0)
    return NULL;

  g_autofree char *list = dup_list (others);
  return g_strdup_printf ("%s of the folder %s %s not read: %s",
                          others->len == 1 ? "one file" : "some files", folder,
                          others->len == 1 ? "is" : "are", list);
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

/* (transfer full) the paths of the set, as the settings have them. */
static char **
dup_paths (const VestimSelections *settings, DataSet set)
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
    return g_strdupv (lists[set]);

  char **paths = g_new0 (char *, 2);
  paths[0] = g_build_filename (settings->folder_path, folders[set], NULL);
  return paths;
}

GPtrArray *
data_files_of_set (const VestimSelections *settings, DataSet set, GError **error)
{
  g_auto (GStrv) paths = dup_paths (settings, set);

  if (settings->folder_path && set == DATA_VALIDATION && settings->validation_share > 0)
    {
      if (!g_file_test (paths[0], G_FILE_TEST_EXISTS))
        return g_ptr_array_new_with_free_func (g_free);
      failure_set (error,
                   "there is the folder %s with validation files, and a validation_share of the "
                   "training files: leave out one of them",
                   paths[0]);
      return NULL;
    }
  return data_files_expand ((const char *const *) paths, error);
}

GPtrArray *
data_files_left_out_of_set (const VestimSelections *settings, DataSet set)
{
  g_auto (GStrv) paths = dup_paths (settings, set);
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);

  for (char **path = paths; path && *path; path++)
    {
      char *sentence = data_files_left_out (*path);

      if (sentence)
        g_ptr_array_add (sentences, sentence);
    }
  return sentences;
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
