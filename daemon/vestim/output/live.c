/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/live.h"

#include <math.h>

#define UP "\033[%dA"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"

void
live_append (GString *out, Live *live, const char *text)
{
  if (live->n_lines > 0)
    g_string_append_printf (out, "\r" UP, live->n_lines);
  live->n_lines = 0;
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '\n')
        {
          g_string_append (out, CLEAR_LINE);
          live->n_lines++;
        }
      g_string_append_c (out, *at);
    }
  g_string_append (out, CLEAR_BELOW);
}

void
live_append_bar (GString *out, double fraction, int width)
{
  int cells = MAX (width - 2, 2);
  int done = fraction > 0 ? (int) floor (fmin (fraction, 1) * cells + 1e-9) : 0;

  g_string_append_c (out, '[');
  for (int i = 0; i < cells; i++)
    g_string_append_c (out, i < done ? '=' : i == done && fraction > 0 ? '>' : ' ');
  g_string_append_c (out, ']');
}
