/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-json-scan.h"

#include <string.h>

bool
vestim_json_scan_fail_at (VestimJsonScan *scan, const char *where, const char *what)
{
  size_t line = 1;
  const char *line_start = scan->text;

  for (const char *p = scan->text; p < where; p++)
    if (*p == '\n')
      {
        line++;
        line_start = p + 1;
      }

  size_t column = 1;
  for (const char *p = line_start; p < where; p++)
    column += ((unsigned char) *p & 0xc0) != 0x80;

  g_set_error (scan->error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX,
               "%s at line %zu, column %zu (byte %zu)", what, line, column,
               (size_t) (where - scan->text));
  return false;
}

bool
vestim_json_scan_fail (VestimJsonScan *scan, const char *what)
{
  if (scan->at == scan->end)
    what = "the text ends too early";
  return vestim_json_scan_fail_at (scan, scan->at, what);
}

void
vestim_json_scan_skip_space (VestimJsonScan *scan)
{
  while (scan->at < scan->end
         && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
    scan->at++;
}

bool
vestim_json_scan_skip_char (VestimJsonScan *scan, char c)
{
  if (scan->at == scan->end || *scan->at != c)
    return false;
  scan->at++;
  return true;
}

/* The four hex digits after `\u`. */
static bool
read_hex4 (VestimJsonScan *scan, unsigned *unit)
{
  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      int digit = scan->at < scan->end ? g_ascii_xdigit_value (*scan->at) : -1;

      if (digit < 0)
        return vestim_json_scan_fail (scan, "\\u needs four hexadecimal digits");
      *unit = *unit * 16 + (unsigned) digit;
      scan->at++;
    }
  return true;
}

static bool
read_unicode_escape (VestimJsonScan *scan)
{
  const char *start = scan->at - 2;
  unsigned unit = 0;

  if (!read_hex4 (scan, &unit))
    return false;
  if (unit < 0xd800 || unit > 0xdfff)
    return true;
  if (unit > 0xdbff || !vestim_json_scan_skip_char (scan, '\\')
      || !vestim_json_scan_skip_char (scan, 'u'))
    return vestim_json_scan_fail_at (scan, start, "a lone surrogate");
  if (!read_hex4 (scan, &unit))
    return false;
  if (unit < 0xdc00 || unit > 0xdfff)
    return vestim_json_scan_fail_at (scan, start, "a lone surrogate");
  return true;
}

static bool
read_escape (VestimJsonScan *scan)
{
  scan->at++;
  if (vestim_json_scan_skip_char (scan, 'u'))
    return read_unicode_escape (scan);
  if (scan->at == scan->end || *scan->at == '\0' || strchr ("\"\\/bfnrt", *scan->at) == NULL)
    return vestim_json_scan_fail (scan, "an unknown escape");
  scan->at++;
  return true;
}

bool
vestim_json_scan_string (VestimJsonScan *scan)
{
  const char *quote = scan->at++;

  while (scan->at < scan->end)
    {
      unsigned char c = (unsigned char) *scan->at;

      if (c == '"')
        {
          scan->at++;
          return true;
        }
      if (c < 0x20)
        return vestim_json_scan_fail (scan, "a control character in a string must be escaped");
      if (c != '\\')
        scan->at++;
      else if (!read_escape (scan))
        return false;
    }
  return vestim_json_scan_fail_at (scan, quote, "a string without an end");
}

static size_t
skip_digits (VestimJsonScan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return (size_t) (scan->at - start);
}

/* The exponent after an `e`, limited to a value that no number of digits can compensate. */
static bool
read_exponent (VestimJsonScan *scan, int64_t *exponent)
{
  bool negative = vestim_json_scan_skip_char (scan, '-');

  if (!negative)
    vestim_json_scan_skip_char (scan, '+');

  const char *start = scan->at;
  if (skip_digits (scan) == 0)
    return vestim_json_scan_fail (scan, "a digit is missing in a number");
  for (const char *p = start; p < scan->at; p++)
    if (*exponent < INT64_C (1000000000000))
      *exponent = *exponent * 10 + (*p - '0');
  if (negative)
    *exponent = -*exponent;
  return true;
}

/* Whether a double can hold the number. Only a number whose decimal magnitude is at the limit must
 * be converted for that. */
static bool
is_finite_number (const char *start, const char *end, int64_t exponent)
{
  const char *p = start + (*start == '-');
  int64_t magnitude = exponent; /* the value is below 10^magnitude */
  bool in_fraction = false, has_value = false;

  for (; p < end && *p != 'e' && *p != 'E'; p++)
    {
      if (*p == '.')
        {
          in_fraction = true;
          continue;
        }
      has_value |= *p != '0';
      if (!in_fraction && has_value)
        magnitude++;
      else if (in_fraction && !has_value)
        magnitude--;
    }
  if (!has_value || magnitude <= 308)
    return true;
  if (magnitude > 309)
    return false;

  g_autofree char *copy = g_strndup (start, (size_t) (end - start));
  double value = g_ascii_strtod (copy, NULL);
  return value - value == 0.0;
}

bool
vestim_json_scan_number (VestimJsonScan *scan)
{
  const char *start = scan->at;
  int64_t exponent = 0;

  vestim_json_scan_skip_char (scan, '-');
  if (!vestim_json_scan_skip_char (scan, '0') && skip_digits (scan) == 0)
    return vestim_json_scan_fail (scan, "a digit is missing in a number");
  if (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    return vestim_json_scan_fail_at (scan, start, "a number with leading zeros");

  bool is_short = scan->at - start < 300;
  if (vestim_json_scan_skip_char (scan, '.') && skip_digits (scan) == 0)
    return vestim_json_scan_fail (scan, "a digit is missing in a number");
  if (vestim_json_scan_skip_char (scan, 'e') || vestim_json_scan_skip_char (scan, 'E'))
    {
      is_short = false;
      if (!read_exponent (scan, &exponent))
        return false;
    }
  if (!is_short && !is_finite_number (start, scan->at, exponent))
    return vestim_json_scan_fail_at (scan, start, "a number that is too large");
  return true;
}

bool
vestim_json_scan_word (VestimJsonScan *scan, const char *word)
{
  size_t length = strlen (word);

  if ((size_t) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return vestim_json_scan_fail (scan, "a value was expected");
  scan->at += length;
  return true;
}
