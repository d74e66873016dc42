/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-short-names.h"

typedef struct
{
  const char *paths[4];
  const char *names[4];
} Case;

static const Case cases[] = {
  /* A single name stays whole; names that share only their extension lose it. */
  { { "/data/US06_25degC.csv" }, { "US06_25degC.csv" } },
  { { "/data/US06.csv", "/data/LA92.csv" }, { "US06", "LA92" } },
  /* Shared words are left out, shared parts of words are not. */
  { { "a/simulated_US06_25degC.csv", "a/simulated_UDDS_25degC.csv" }, { "…US06…", "…UDDS…" } },
  { { "01 25degC_US06 Pan.csv", "02 25degC_LA92 Pan.csv" },
    { "01 25degC_US06…", "02 25degC_LA92…" } },
  { { "cycle10.csv", "cycle11.csv", "cycle2.csv" }, { "cycle10", "cycle11", "cycle2" } },
  /* Short parts stay, and so do parts that are the whole name. */
  { { "a_x.csv", "a_y.csv" }, { "a_x", "a_y" } },
  { { "drive_1_long.csv", "drive_long.csv" }, { "drive_1…", "drive…" } },
  { { "same.csv", "same.csv" }, { "same", "same" } },
  { { "run.csv", "run.txt" }, { "run.csv", "run.txt" } },
  { { ".csv", "a.csv" }, { ".csv", "a.csv" } },
  /* Letters of several bytes are not cut, and a missing path is a dash. */
  { { "prüfung_ä.csv", "prüfung_ö.csv" }, { "…ä", "…ö" } },
  { { NULL, "b\n.csv" }, { "–", "b .csv" } },
};

static void
test_names (gconstpointer data)
{
  const Case *given = data;
  gsize n = 0;
  g_auto (GStrv) names = NULL;

  while (n < G_N_ELEMENTS (given->names) && given->names[n] != NULL)
    n++;
  names = vestim_short_names (given->paths, n);
  g_assert_cmpuint (g_strv_length (names), ==, n);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpstr (names[i], ==, given->names[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/short-names/%02" G_GSIZE_FORMAT, i);

      g_test_add_data_func (path, &cases[i], test_names);
    }
  return g_test_run ();
}
