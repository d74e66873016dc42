/* SPDX-License-Identifier: MIT */
#include "common/vestim-size.h"

#include <glib.h>
#include <math.h>
#include <string.h>

/* In the order of the powers of 1024. */
static const char units[] = "BKMGT";

/* 1 for no unit, 0 for another word. */
static double
factor_of (const char *word)
{
  const char *unit;

  if (*word == '\0')
    return 1;
  unit = strchr (units, g_ascii_toupper (*word));
  if (unit == NULL)
    return 0;
  if (unit == units)
    return word[1] == '\0' ? 1 : 0;
  if (word[1] != '\0' && g_ascii_strcasecmp (word + 1, "b") != 0
      && g_ascii_strcasecmp (word + 1, "ib") != 0)
    return 0;
  return pow (1024, (double) (unit - units));
}

/* Digits with at most one point between them: strtod would also take signs, exponents, "inf" and
 * "0x10". Moves past them; NAN for anything else. */
static double
read_number (const char **at)
{
  size_t length = strspn (*at, "0123456789.");
  g_autofree char *digits = g_strndup (*at, length);
  char *end;
  double value = g_ascii_strtod (digits, &end);

  if (!g_ascii_isdigit (*digits) || *end != '\0' || end[-1] == '.')
    return NAN;
  *at += length;
  return value;
}

bool
vestim_size_parse (const char *text, int64_t *bytes)
{
  g_autofree char *plain = NULL;
  const char *at;
  double value;

  g_return_val_if_fail (text != NULL && bytes != NULL, false);
  at = plain = g_strstrip (g_strdup (text));
  value = read_number (&at);
  while (*at == ' ')
    at++;
  if (factor_of (at) == 0 || !(value * factor_of (at) < 9.2e18))
    return false;
  *bytes = (int64_t) (value * factor_of (at));
  return true;
}

char *
vestim_size_text (int64_t bytes)
{
  double value = (double) MAX (bytes, 0);
  size_t power = 0;

  /* 999.5 would be rounded to four digits. */
  while (power + 1 < strlen (units) && value >= (power == 0 ? 1024 : 999.5))
    {
      value /= 1024;
      power++;
    }
  if (power == 0)
    return g_strdup_printf ("%.0f", value);
  if (value < 9.95 && fabs (value - round (value)) >= 0.05)
    return g_strdup_printf ("%.1f%c", value, units[power]);
  return g_strdup_printf ("%.0f%c", value, units[power]);
}
