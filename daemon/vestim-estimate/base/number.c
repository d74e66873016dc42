/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/number.h"

#include "daemon/vestim-estimate/base/number-scale.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MAX_EXACT_POWER 22 /* 10^22 is a double without rounding */
#define MAX_EXACT_INTEGER (1ull << 53)
#define MAX_DIGITS 19 /* they fit in 64 bits */

typedef struct
{
  const char *at;
  const char *end;
  char point;
  uint64_t digits; /* a whole number of at most MAX_DIGITS digits */
  int n_digits;    /* without leading zeros */
  int exponent;    /* of ten, for `digits` */
} Scan;

static const double powers[MAX_EXACT_POWER + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

static bool
is_digit (const Scan *scan)
{
  return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

/* Returns the number of digits read. Each digit adds `step` to the exponent. */
static int
scan_digits (Scan *scan, int step)
{
  const char *begin = scan->at;

  for (; is_digit (scan); scan->at++)
    {
      if (scan->digits == 0 && *scan->at == '0')
        scan->n_digits = 0;
      else
        scan->n_digits++;
      if (scan->n_digits <= MAX_DIGITS)
        scan->digits = scan->digits * 10 + (uint64_t) (*scan->at - '0');
      scan->exponent += step;
    }
  return (int) (scan->at - begin);
}

static bool
scan_exponent (Scan *scan)
{
  bool negative = false;
  int exponent = 0, n = 0;

  if (scan->at == scan->end || (*scan->at | 0x20) != 'e')
    return true;
  scan->at++;
  if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
    negative = *scan->at++ == '-';
  for (; is_digit (scan); scan->at++, n++)
    if (exponent < 100000)
      exponent = exponent * 10 + (*scan->at - '0');
  scan->exponent += negative ? -exponent : exponent;
  return n > 0;
}

static bool
scan_number (Scan *scan)
{
  int n = scan_digits (scan, 0);

  if (scan->at < scan->end && *scan->at == scan->point)
    {
      scan->at++;
      n += scan_digits (scan, -1);
    }
  return n > 0 && scan_exponent (scan) && scan->at == scan->end;
}

/* The product or quotient of two exact doubles is rounded once, and therefore correctly. */
static bool
convert_quickly (const Scan *scan, double *value)
{
  if (scan->n_digits > MAX_DIGITS)
    return false;
  if (scan->digits > MAX_EXACT_INTEGER || scan->exponent < -MAX_EXACT_POWER
      || scan->exponent > MAX_EXACT_POWER)
    return number_scale (scan->digits, scan->exponent, value);

  if (scan->exponent < 0)
    *value = (double) scan->digits / powers[-scan->exponent];
  else
    *value = (double) scan->digits * powers[scan->exponent];
  return true;
}

static double
convert_slowly (const char *text, size_t length, char point)
{
  g_autofree char *copy = g_strndup (text, length);

  g_strdelimit (copy, (const char[]){ point, '\0' }, '.');
  return g_ascii_strtod (copy, NULL);
}

static bool
is_word_for_not_finite (const char *text, size_t length)
{
  static const char *const words[] = { "nan", "inf", "infinity" };

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && g_ascii_strncasecmp (text, words[i], length) == 0)
      return true;
  return false;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Reads what nearly every cell contains: at most MAX_DIGITS digits with a point, nothing else.
 * False for other text. */
static bool
parse_plain (const char *text, size_t length, char point, double *value)
{
  const char *end = text + length, *point_at = NULL;
  uint64_t digits = 0;

  bool negative = length > 0 && text[0] == '-';
  const char *begin = text + negative;
  if (end - begin > MAX_DIGITS + 1)
    return false;
  for (text = begin; text < end; text++)
    {
      unsigned digit = (unsigned) *text - '0';

      if (digit < 10)
        digits = digits * 10 + digit;
      else if (*text == point && !point_at)
        point_at = text;
      else
        return false;
    }
  int n_digits = (int) (end - begin) - (point_at ? 1 : 0);
  int n_decimals = point_at ? (int) (end - point_at) - 1 : 0;
  if (n_digits == 0 || n_digits > MAX_DIGITS)
    return false;

  double magnitude = (double) digits / powers[n_decimals];
  if (G_UNLIKELY (digits > MAX_EXACT_INTEGER) && !number_scale (digits, -n_decimals, &magnitude))
    return false;
  *value = negative ? -magnitude : magnitude;
  return true;
}

NumberResult
number_parse (const char *text, size_t length, char point, double *value)
{
  if (G_LIKELY (parse_plain (text, length, point, value)))
    return NUMBER_OK;

  while (length > 0 && is_blank (text[0]))
    text++, length--;
  while (length > 0 && is_blank (text[length - 1]))
    length--;
  if (length == 0)
    return NUMBER_EMPTY;

  bool negative = text[0] == '-';
  if (negative || text[0] == '+')
    text++, length--;

  Scan scan = { .at = text, .end = text + length, .point = point };
  double magnitude = 0;

  if (!scan_number (&scan))
    return is_word_for_not_finite (text, length) ? NUMBER_NOT_FINITE : NUMBER_INVALID;
  if (!convert_quickly (&scan, &magnitude))
    magnitude = convert_slowly (text, length, point);
  if (!isfinite (magnitude))
    return NUMBER_NOT_FINITE;

  *value = negative ? -magnitude : magnitude;
  return NUMBER_OK;
}
