/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* In place of libFuzzer: gives each file of a folder to the fuzz target, as an ordinary test. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
run_seed (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *data = NULL;
  gsize size = 0;
  if (!g_file_get_contents (path, &data, &size, NULL))
    return false;
  return LLVMFuzzerTestOneInput ((const uint8_t *) data, size) == 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) dir = argc == 2 ? g_dir_open (argv[1], 0, NULL) : NULL;
  if (!dir)
    {
      fprintf (stderr, "usage: %s FOLDER\n", argv[0]);
      return 2;
    }
  int count = 0;
  bool all_good = true;
  for (const char *name; (name = g_dir_read_name (dir));)
    {
      bool good = run_seed (argv[1], name);
      printf ("%s %d - seed %s\n", good ? "ok" : "not ok", ++count, name);
      fflush (stdout);
      all_good = all_good && good;
    }
  printf ("1..%d\n", count);
  return all_good && count > 0 ? 0 : 1;
}
