/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-thousands.h"

#include <string.h>

#define GROUP 3 /* digits */
#define SEEN_GROUPS 1
#define SEEN_HUNDREDS 2

void
text_thousands_init (TextThousands *thousands, int n_columns, char separator)
{
  *thousands = (TextThousands){ .is_possible = separator != ',', .column = -1 };
  if (thousands->is_possible)
    thousands->seen = g_new0 (guint8, n_columns);
}

void
text_thousands_clear (TextThousands *thousands)
{
  g_clear_pointer (&thousands->seen, g_free);
}

static size_t
count_digits (const char *text, const char *end)
{
  size_t n = 0;

  while (text + n < end && g_ascii_isdigit (text[n]))
    n++;
  return n;
}

/* Whether a number has one group of three digits after its sign, and no exponent. */
static bool
is_group (const char *text, const char *end)
{
  size_t n = count_digits (text, end);

  return n == GROUP && (text + n == end || !g_ascii_isalpha (text[n]));
}

void
text_thousands_see (TextThousands *thousands, const TextCell *cell, int column, char point,
                    size_t line)
{
  const char *text = cell->text, *end = cell->text + cell->length;

  while (text < end && !g_ascii_isdigit (*text) && *text != point)
    text++;

  size_t n = count_digits (text, end);
  bool has_point = text + n < end && text[n] == point;
  if (!has_point)
    thousands->seen[column] |= n >= GROUP && text[0] != '0' ? SEEN_HUNDREDS : 0;
  else if (n >= 1 && n <= GROUP && text[0] != '0' && is_group (text + n + 1, end))
    thousands->seen[column] |= SEEN_GROUPS;
  else
    thousands->is_possible = false;

  if (thousands->column < 0 && thousands->seen[column] == (SEEN_GROUPS | SEEN_HUNDREDS))
    {
      thousands->column = column;
      thousands->line = line;
    }
}
