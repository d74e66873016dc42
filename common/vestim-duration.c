/* SPDX-License-Identifier: MIT */
#include "common/vestim-duration.h"

#include <math.h>
#include <string.h>

/* The server treats a longer limit as none. */
#define MAX_SECONDS 1e9

static const struct
{
  const char *words[5];
  double seconds;
} units[] = {
  { { "d", "day", "days", NULL }, 86400 },
  { { "h", "hour", "hours", NULL }, 3600 },
  { { "min", "m", "minute", "minutes", NULL }, 60 },
  { { "s", "sec", "second", "seconds", NULL }, 1 },
};

/* In seconds; 0 for a word that is not a unit. */
static double
unit_of (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strv_contains (units[i].words, word))
      return units[i].seconds;
  return 0;
}

/* Reads "2 h" at `*at` and moves past it; NAN for anything else. A number without a unit means
 * seconds and must be all there is (`alone`). */
static double
read_part (char **at, gboolean alone)
{
  char *end = *at;
  double value = g_ascii_isdigit (**at) || **at == '.' ? g_ascii_strtod (*at, &end) : NAN;
  g_autofree char *word = NULL;
  gsize length = 0;

  if (end == *at)
    return NAN;
  while (g_ascii_isspace (*end))
    end++;
  while (g_ascii_isalpha (end[length]))
    length++;
  word = g_ascii_strdown (end, (gssize) length);
  *at = end + length;
  if (length == 0)
    return alone && **at == '\0' ? value : NAN;
  return unit_of (word) > 0 ? value * unit_of (word) : NAN;
}

gboolean
vestim_duration_parse (const char *text, double *seconds)
{
  g_autofree char *plain = NULL;
  char *at;

  g_return_val_if_fail (text != NULL && seconds != NULL, FALSE);
  at = plain = g_strstrip (g_strdup (text));
  *seconds = 0;
  g_strdelimit (plain, ",", '.');
  while (*at != '\0' && isfinite (*seconds))
    {
      *seconds += read_part (&at, at == plain);
      while (g_ascii_isspace (*at))
        at++;
    }
  return *seconds > 0 && *seconds <= MAX_SECONDS;
}

char *
vestim_duration_text (double seconds)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  gsize i = 0;

  while (i + 1 < G_N_ELEMENTS (units) && fmod (seconds, units[i].seconds) != 0)
    i++;
  g_ascii_formatd (number, sizeof number, "%.15g", seconds / units[i].seconds);
  return g_strdup_printf ("%s %s", number, units[i].words[0]);
}
