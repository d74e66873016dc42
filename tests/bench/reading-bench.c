/* SPDX-License-Identifier: MIT */

/* The partner of tests/bench/reading.py: reads all cells of a table as numbers. For each line of
 * standard input, the answer is the time in seconds of the processor and the sum of the numbers. */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/vestim-estimate/data/table/table.h"

static double
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static double
sum_of_row (TableFile *file, int n_columns)
{
  double sum = 0, value = 0;

  for (int i = 0; i < n_columns; i++)
    if (table_number (file, i, &value, NULL))
      sum += value;
  return sum;
}

static bool
read_all (const char *path)
{
  double started = processor_time (), sum = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = table_open (path, NULL, &error);
  TableResult result = TABLE_FAILED;
  int n_columns = file ? table_n_columns (file) : 0;

  while (file && (result = table_next_row (file, &error)) == TABLE_ROW)
    sum += sum_of_row (file, n_columns);
  if (result == TABLE_END)
    {
      table_digest (file);
      printf ("%.9f %.17g\n", processor_time () - started, sum);
      fflush (stdout);
      return true;
    }
  fprintf (stderr, "%s\n", error->message);
  return false;
}

int
main (int argc, char **argv)
{
  char line[16];

  if (argc != 2)
    {
      fprintf (stderr, "usage: reading-bench FILE, which tests/bench/reading.py makes\n");
      return EXIT_FAILURE;
    }
  while (fgets (line, sizeof line, stdin))
    if (!read_all (argv[1]))
      return EXIT_FAILURE;
  return EXIT_SUCCESS;
}
