/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/cell-text.h"

#include <stdbool.h>

#include "common/client/vestim-text-line.h"

#define ELLIPSIS "…"
#define MAX_MARKS 3

static int
width_of (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

/* A mark needs a character to stand on: at the beginning it would fall on the cell before. */
char *
cell_text_dup_line (const char *text)
{
  g_autofree char *line = vestim_text_line (text, G_MAXSIZE);
  GString *kept = g_string_new (NULL);
  int marks = MAX_MARKS;

  for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      bool is_mark = width_of (c) == 0;

      marks = is_mark ? marks + 1 : 0;
      if (marks <= MAX_MARKS)
        g_string_append_unichar (kept, c);
    }
  return g_string_free (kept, FALSE);
}

int
cell_text_width (const char *line)
{
  int width = 0;

  for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at))
    width += width_of (g_utf8_get_char (at));
  return width;
}

char *
cell_text_dup_cut (const char *line, int width)
{
  const char *at;
  int taken = 0;

  if (width <= 0)
    return g_strdup ("");
  if (cell_text_width (line) <= width)
    return g_strdup (line);
  for (at = line; *at != '\0'; at = g_utf8_next_char (at))
    {
      int next = width_of (g_utf8_get_char (at));

      if (taken + next > width - 1)
        break;
      taken += next;
    }
  return g_strdup_printf ("%.*s" ELLIPSIS, (int) (at - line), line);
}

void
cell_text_append_spaces (GString *out, int n)
{
  for (int i = 0; i < n; i++)
    g_string_append_c (out, ' ');
}
