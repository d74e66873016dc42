/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-cells.h"

#include "daemon/vestim-estimate/base/number.h"

#include <glib.h>
#include <string.h>

#define LONGEST_TIME 40

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static bool
is_separator (char c, char separator)
{
  return c == separator || (separator == TEXT_BLANKS && c == '\t');
}

/* The quoted cell that begins at `at`. Returns its end; NULL when no quote closes it. A doubled
 * quote stays as it is: no number has one. */
static const char *
take_quoted_cell (const char *at, const char *end, char separator, TextCell *cell)
{
  const char *close = at + 1;

  while ((close = memchr (close, '"', (size_t) (end - close))) && close + 1 < end
         && close[1] == '"')
    close += 2;
  if (!close)
    return NULL;

  cell->text = at + 1;
  cell->length = (size_t) (close - cell->text);
  for (close++; close < end && !is_separator (*close, separator) && is_blank (*close); close++)
    continue;
  return close == end || is_separator (*close, separator) ? close : NULL;
}

static const char *
take_cell (const char *at, const char *end, char separator, TextCell *cell)
{
  const char *first = at;

  while (first < end && *first != separator && is_blank (*first))
    first++;
  if (first < end && *first == '"')
    return take_quoted_cell (first, end, separator, cell);

  cell->text = at;
  while (at < end && *at != separator)
    at++;
  cell->length = (size_t) (at - cell->text);
  return at;
}

static bool
is_blank_cell (const TextCell *cell)
{
  return text_is_blank_line (cell->text, cell->length);
}

/* Spaces at the begin and the end of the line are no cells. */
static TextSplit
split_at_blanks (const char *at, const char *end, TextCell *cells, int max, int *n)
{
  TextCell beyond;

  for (*n = 0;; (*n)++)
    {
      while (at < end && is_blank (*at))
        at++;
      if (at == end)
        return *n > max ? TEXT_SPLIT_TOO_MANY : TEXT_SPLIT_OK;

      TextCell *cell = *n < max ? &cells[*n] : &beyond;
      if (*at == '"')
        {
          at = take_quoted_cell (at, end, TEXT_BLANKS, cell);
          if (!at)
            {
              (*n)++;
              return TEXT_SPLIT_OPEN_QUOTE;
            }
          continue;
        }
      cell->text = at;
      while (at < end && !is_blank (*at))
        at++;
      cell->length = (size_t) (at - cell->text);
    }
}

TextSplit
text_split (const char *line, size_t length, char separator, TextCell *cells, int max, int *n)
{
  const char *at = line, *end = line + length;
  TextSplit result = TEXT_SPLIT_OK;
  TextCell beyond;

  if (separator == TEXT_BLANKS)
    return split_at_blanks (at, end, cells, max, n);

  for (*n = 0;; at++)
    {
      TextCell *cell = *n < max ? &cells[*n] : &beyond;

      at = take_cell (at, end, separator, cell);
      (*n)++;
      if (!at)
        return TEXT_SPLIT_OPEN_QUOTE;
      if (G_UNLIKELY (*n > max) && !is_blank_cell (cell))
        result = TEXT_SPLIT_TOO_MANY;
      if (at == end)
        return result;
    }
}

char *
text_cell_dup (const TextCell *cell)
{
  g_autofree char *raw = g_strndup (cell->text, cell->length);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  char *to = text;

  for (const char *from = text; *from; from++)
    {
      *to++ = *from;
      if (from[0] == '"' && from[1] == '"')
        from++;
    }
  *to = '\0';
  return g_strdup (g_strstrip (text));
}

static TextCell
trim (const TextCell *cell)
{
  TextCell trimmed = *cell;

  while (trimmed.length > 0 && is_blank (trimmed.text[0]))
    trimmed.text++, trimmed.length--;
  while (trimmed.length > 0 && is_blank (trimmed.text[trimmed.length - 1]))
    trimmed.length--;
  return trimmed;
}

bool
text_cell_is_missing (const TextCell *cell)
{
  static const char *const words[] = { "", "nan", "na", "n/a", "null", "-", "--", "xxx" };
  TextCell trimmed = trim (cell);

  if (trimmed.length > 0 && g_ascii_isdigit (trimmed.text[0]))
    return false;
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == trimmed.length
        && g_ascii_strncasecmp (trimmed.text, words[i], trimmed.length) == 0)
      return true;
  return false;
}

/* "00:00:01.5", "0d 01:02:03", "2024-05-01T10:00:00Z", "23-Nov-23 3:56:08 PM": at least two groups
 * of digits, the first at the begin. */
static bool
is_time (const TextCell *cell)
{
  int n_signs = 0;

  if (cell->length == 0 || cell->length > LONGEST_TIME || !g_ascii_isdigit (cell->text[0]))
    return false;
  for (size_t i = 1; i + 1 < cell->length; i++)
    n_signs += strchr (":-/", cell->text[i]) != NULL && cell->text[i] != '\0'
               && g_ascii_isalnum (cell->text[i - 1]) && g_ascii_isalnum (cell->text[i + 1]);
  return n_signs > 0;
}

TextKind
text_cell_kind (const TextCell *cell, char separator)
{
  TextCell trimmed = trim (cell);
  double ignored = 0;

  if (text_cell_is_missing (&trimmed))
    return TEXT_MISSING;
  if (number_parse (trimmed.text, trimmed.length, '.', &ignored) != NUMBER_INVALID)
    return TEXT_NUMBER;
  if (separator != ','
      && number_parse (trimmed.text, trimmed.length, ',', &ignored) != NUMBER_INVALID)
    return TEXT_NUMBER;
  return is_time (&trimmed) ? TEXT_TIME : TEXT_WORD;
}

bool
text_is_blank_line (const char *line, size_t length)
{
  while (length > 0 && is_blank (line[length - 1]))
    length--;
  return length == 0;
}
