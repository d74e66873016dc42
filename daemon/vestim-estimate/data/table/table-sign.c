/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-sign.h"

#include <math.h>
#include <string.h>

typedef enum
{
  STATE_OTHER,
  STATE_CHARGE,
  STATE_DISCHARGE,
} State;

/* The one column with a title of the list, with or without its unit; -1 without, or with several.
 */
static int
find_column (const TableNames *names, const char *list)
{
  int found = -1, n = 0;

  for (int i = 0; i < names->n_columns; i++)
    if (table_format_has (list, names->titles[i]) || table_format_has (list, names->stems[i]))
      found = i, n++;
  return n == 1 ? found : -1;
}

TableSign
table_sign_new (const TableFormat *format, const TableNames *names)
{
  TableSign sign = { .rule = format->sign, .state = -1, .current = -1 };

  if (!sign.rule)
    return sign;
  sign.state = find_column (names, sign.rule->state);
  sign.current = find_column (names, sign.rule->current);
  if (sign.state < 0 || sign.current < 0)
    sign = (TableSign){ .rule = NULL, .state = -1, .current = -1 };
  return sign;
}

/* Whether the state is one of the words, or has one as a part, whatever its capitals. */
static bool
is_one_of (const char *state, const char *list, bool are_parts)
{
  g_auto (GStrv) words = g_strsplit (list, "|", -1);
  g_autofree char *lower = g_ascii_strdown (state, -1);

  for (char **word = words; *word; word++)
    {
      g_autofree char *lower_word = g_ascii_strdown (*word, -1);

      if (are_parts ? strstr (lower, lower_word) != NULL : strcmp (lower, lower_word) == 0)
        return true;
    }
  return false;
}

/* "DChg" has "Chg" as a part, so discharges come first. */
static State
find_state (const TableSignRule *rule, const TextCell *cell)
{
  g_autofree char *state = text_cell_dup (cell);

  if (is_one_of (state, rule->discharge, rule->are_parts))
    return STATE_DISCHARGE;
  return is_one_of (state, rule->charge, rule->are_parts) ? STATE_CHARGE : STATE_OTHER;
}

static State
read_state (TableSign *sign, const TextCell *cell)
{
  bool is_known = sign->last_length == cell->length && cell->length > 0
                  && memcmp (sign->last, cell->text, cell->length) == 0;

  if (is_known)
    return (State) sign->last_state;

  State state = find_state (sign->rule, cell);
  sign->last_length = cell->length <= sizeof sign->last ? cell->length : 0;
  memcpy (sign->last, cell->text, sign->last_length);
  sign->last_state = state;
  return state;
}

char *
table_sign_apply (TableSign *sign, const TextCell *state, size_t line, double *current)
{
  if (*current == 0)
    return NULL;

  bool is_negative = *current < 0;
  sign->seen_sign = sign->seen_sign || is_negative;

  switch (read_state (sign, state))
    {
    case STATE_CHARGE:
      *current = fabs (*current);
      return NULL;
    case STATE_DISCHARGE:
      sign->seen_unsigned = sign->seen_unsigned || !is_negative;
      *current = -fabs (*current);
      break;
    case STATE_OTHER:
      if (!is_negative && sign->unclear_line == 0)
        sign->unclear_line = line;
      break;
    }

  bool are_unsigned = sign->rule->is_unsigned || (sign->seen_unsigned && !sign->seen_sign);
  if (sign->unclear_line == 0 || !are_unsigned)
    return NULL;
  return g_strdup_printf ("the current in line %zu has no sign, and its state is neither charge "
                          "nor discharge",
                          sign->unclear_line);
}
