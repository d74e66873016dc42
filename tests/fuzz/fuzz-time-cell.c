/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "daemon/vestim-estimate/data/columns/time-cell.h"

/* Any text is a finite time or none; a column of such lines has as many times. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *at = (const char *) data, *end = at + size;
  g_auto (TimeCells) cells;
  guint n = 0;

  time_cells_init (&cells);
  while (at < end)
    {
      const char *stop = memchr (at, '\n', (size_t) (end - at));
      size_t length = (size_t) ((stop ? stop : end) - at);
      g_autofree char *line = g_memdup2 (at, length); /* so that a sanitizer sees its end */
      TimeCell cell = time_cell_parse (line, length);

      if (cell.kind != TIME_CELL_WRONG)
        g_assert_true ((cell.can_be_day_first && isfinite (cell.day_first))
                       || (cell.can_be_month_first && isfinite (cell.month_first)));
      n += time_cells_add (&cells, line, length);
      at = stop ? stop + 1 : end;
    }

  g_autofree double *values = time_cells_values (&cells);
  for (guint i = 0; values && i < n; i++)
    g_assert_true (isfinite (values[i]));
  return 0;
}
