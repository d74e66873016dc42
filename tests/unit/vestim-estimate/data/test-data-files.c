/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/data-files.h"
#include "tests/support/scratch.h"

/* Which files of a folder are data. */

static void
add_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = scratch_path (folder, name);

  scratch_write (path, text);
}

/* The names that the folder stands for. */
static char *
names_in (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = data_files_expand ((const char *const[]){ folder, NULL }, &error);
  GString *names = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (files->pdata[i]);

      g_string_append_printf (names, "%s%s", i ? " " : "", name);
    }
  return g_string_free (names, FALSE);
}

#define TABLE "U,I\n3.7,1\n3.6,2\n"

/* A description among the files must not stop a job, and no table may be lost. */
static void
test_a_folder_stands_for_its_tables (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();

  add_file (folder, "b.CSV", TABLE);
  add_file (folder, "a.mpt", "no table at all");
  add_file (folder, "c.tsv", TABLE);
  add_file (folder, "d.csv.gz", "x");
  add_file (folder, "e.mat", "x");
  add_file (folder, "f.txt", TABLE);
  add_file (folder, "g.dat", "3.7;1\n3.6;2\n");
  add_file (folder, "h.txt", "Measured in May, with cell 7.\n");
  add_file (folder, "README.txt", TABLE);
  add_file (folder, ".hidden.csv", TABLE);
  add_file (folder, "i.xlsx", "x");
  add_file (folder, "j.png", "x");

  g_autofree char *names = names_in (folder);
  g_assert_cmpstr (names, ==, "a.mpt b.CSV c.tsv d.csv.gz e.mat f.txt g.dat");
  g_autofree char *left_out = data_files_left_out (folder);
  g_assert_true (g_str_has_suffix (left_out, "are not read: h.txt, i.xlsx"));
}

static void
test_a_folder_without_tables_is_refused_with_the_way_out (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autoptr (GError) error = NULL;

  add_file (folder, "a.xlsx", "x");
  add_file (folder, "b.mpr", "x");
  g_assert_null (data_files_expand ((const char *const[]){ folder, NULL }, &error));
  g_assert_nonnull (strstr (error->message, "has no data file"));
  g_assert_nonnull (strstr (error->message, "Export these as CSV: a.xlsx, b.mpr"));
}

static void
test_folders_without_other_files_need_no_sentence (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();

  add_file (folder, "a.csv", TABLE);
  add_file (folder, "LICENSE.txt", "x");
  g_assert_null (data_files_left_out (folder));
}

/* Results are named after the file, not after its format. */
static void
test_base_names_have_no_end_of_data_files (void)
{
  static const char *const names[][2] = {
    { "/d/a.csv", "a" },  { "a.mpt", "a" },    { "b.CSV.gz", "b" },
    { "c.mat", "c" },     { "d.txt.gz", "d" }, { "e.dat.csv", "e.dat" },
    { "f.log", "f.log" }, { ".csv", ".csv" },  { "US06 25degC", "US06 25degC" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *base = data_files_dup_base_name (names[i][0]);

      g_assert_cmpstr (base, ==, names[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-files/a folder stands for its tables",
                   test_a_folder_stands_for_its_tables);
  g_test_add_func ("/data-files/a folder without tables is refused with advice",
                   test_a_folder_without_tables_is_refused_with_the_way_out);
  g_test_add_func ("/data-files/folders without other files need no sentence",
                   test_folders_without_other_files_need_no_sentence);
  g_test_add_func ("/data-files/base names have no end of data files",
                   test_base_names_have_no_end_of_data_files);
  return g_test_run ();
}
