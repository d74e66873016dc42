/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/network/network-init.h"

#include <glib.h>
#include <math.h>

void
network_init_xavier (Random *random, float *matrix, int n_rows, int n_columns)
{
  double limit = sqrt (6.0 / (n_rows + n_columns));

  for (int i = 0; i < n_rows * n_columns; i++)
    matrix[i] = (float) (limit * (2 * random_uniform (random) - 1));
}

static double
dot (const double *a, const double *b, int n)
{
  double sum = 0;

  for (int i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* Subtracts the projection on the rows before. Twice, because once leaves rounding errors when the
 * row is nearly in their span. */
static void
make_orthogonal (const double *rows, int n_before, double *row, int size)
{
  for (int pass = 0; pass < 2; pass++)
    for (int other = 0; other < n_before; other++)
      {
        double along = dot (rows + other * size, row, size);

        for (int i = 0; i < size; i++)
          row[i] -= along * rows[other * size + i];
      }
}

void
network_init_orthogonal (Random *random, float *matrix, int size)
{
  g_autofree double *rows = g_new (double, (size_t) size *(size_t) size);

  for (int r = 0; r < size; r++)
    {
      double *row = rows + r * size;

      for (int i = 0; i < size; i++)
        row[i] = random_normal (random);
      make_orthogonal (rows, r, row, size);

      double length = sqrt (dot (row, row, size));
      for (int i = 0; i < size; i++)
        {
          row[i] /= length;
          matrix[r * size + i] = (float) row[i];
        }
    }
}
