/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/decimator.h"

/* A series that turns out to be much longer than expected ends in columns of this number. */
#define LAST_COLUMN (2 * DECIMATOR_COLUMNS)

void
decimator_init (Decimator *decimator, size_t n_expected)
{
  *decimator = (Decimator){ .n_expected = MAX (n_expected, 1) };
  decimator->points = g_array_new (FALSE, FALSE, sizeof (Point));
}

static void
end_column (Decimator *decimator)
{
  Point first = decimator->lowest, second = decimator->highest;

  if (!decimator->has_rows)
    return;
  if (second.x < first.x)
    {
      first = decimator->highest;
      second = decimator->lowest;
    }
  g_array_append_val (decimator->points, first);
  if (second.x != first.x || second.y != first.y)
    g_array_append_val (decimator->points, second);
  decimator->has_rows = false;
}

void
decimator_add (Decimator *decimator, double x, double y)
{
  double place = (double) decimator->n_seen++ / (double) decimator->n_expected;
  size_t column = MIN ((size_t) (place * DECIMATOR_COLUMNS), LAST_COLUMN);
  const Point point = { x, y };

  if (decimator->n_expected <= DECIMATOR_COLUMNS)
    column = MIN (decimator->n_seen, LAST_COLUMN);
  if (column != decimator->column)
    end_column (decimator);
  decimator->column = column;
  if (!decimator->has_rows || y < decimator->lowest.y)
    decimator->lowest = point;
  if (!decimator->has_rows || y > decimator->highest.y)
    decimator->highest = point;
  decimator->has_rows = true;
}

GArray *
decimator_finish (Decimator *decimator)
{
  end_column (decimator);
  return g_steal_pointer (&decimator->points);
}
