/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/likeness.h"

#include <glib.h>
#include <string.h>

#define MAX_LETTERS 40

/* The number of letters to add, remove, change or swap (Damerau's distance, optimal alignment). */
static unsigned
distance (const char *a, size_t n_a, const char *b, size_t n_b)
{
  unsigned rows[MAX_LETTERS + 1][MAX_LETTERS + 1];

  for (size_t i = 0; i <= n_a; i++)
    for (size_t j = 0; j <= n_b; j++)
      {
        if (i == 0 || j == 0)
          {
            rows[i][j] = (unsigned) (i + j);
            continue;
          }
        rows[i][j] = MIN (rows[i - 1][j], rows[i][j - 1]) + 1;
        rows[i][j] = MIN (rows[i][j], rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          rows[i][j] = MIN (rows[i][j], rows[i - 2][j - 2] + 1);
      }
  return rows[n_a][n_b];
}

bool
is_likely_meant (const char *word, const char *name)
{
  size_t n_word = strlen (word), n_name = strlen (name);

  if (n_word < 2 || n_word > MAX_LETTERS || n_name > MAX_LETTERS)
    return false;
  return g_str_has_prefix (name, word)
         || distance (word, n_word, name, n_name) <= (n_name > 5 ? 2u : 1u);
}
