/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/moment.h"

#include <stdbool.h>
#include <string.h>

#define TOMORROW "tomorrow"

typedef struct
{
  int year, month, day, hour, minute, second;
} Civil;

/* Reads between `min` and `max` digits at `*at` and moves past them. */
static bool
read_digits (const char **at, int min, int max, int *value)
{
  int n = 0;

  for (*value = 0; n < max && g_ascii_isdigit ((*at)[n]); n++)
    *value = *value * 10 + ((*at)[n] - '0');
  *at += n;
  return n >= min;
}

static bool
read_character (const char **at, char wanted)
{
  if (**at != wanted)
    return false;
  ++*at;
  return true;
}

static bool
read_date (const char **at, Civil *civil)
{
  return read_digits (at, 4, 4, &civil->year) && read_character (at, '-')
         && read_digits (at, 2, 2, &civil->month) && read_character (at, '-')
         && read_digits (at, 2, 2, &civil->day);
}

/* "6:00", "18:30", "18:30:15" */
static bool
read_clock (const char **at, Civil *civil)
{
  if (!read_digits (at, 1, 2, &civil->hour) || !read_character (at, ':')
      || !read_digits (at, 2, 2, &civil->minute))
    return false;
  return !read_character (at, ':') || read_digits (at, 2, 2, &civil->second);
}

/* (transfer full) */
static char *
format (GDateTime *moment)
{
  g_autoptr (GDateTime) utc = g_date_time_to_utc (moment);
  g_autofree char *seconds = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, g_date_time_get_microsecond (utc) / 1000);
}

/* (nullable) (transfer full) */
static GDateTime *
make_local (GDateTime *now, const Civil *civil)
{
  return g_date_time_new (g_date_time_get_timezone (now), civil->year, civil->month, civil->day,
                          civil->hour, civil->minute, civil->second);
}

static void
set_day (Civil *civil, GDateTime *day)
{
  g_date_time_get_ymd (day, &civil->year, &civil->month, &civil->day);
}

/* A time of the day: today, or tomorrow when it is over. */
static GDateTime *
next_clock (GDateTime *now, Civil *civil)
{
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) today = NULL;

  set_day (civil, now);
  today = make_local (now, civil);
  if (today == NULL || g_date_time_compare (today, now) > 0)
    return g_steal_pointer (&today);
  set_day (civil, tomorrow);
  return make_local (now, civil);
}

/* (nullable) (transfer full) a local time without a zone. */
static GDateTime *
parse_local (const char *text, GDateTime *now)
{
  Civil civil = { 0 };
  const char *at = text;

  if (read_clock (&at, &civil) && *at == '\0')
    return next_clock (now, &civil);
  civil = (Civil){ 0 };
  at = text;
  if (g_str_has_prefix (text, TOMORROW))
    {
      g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);

      set_day (&civil, tomorrow);
      at += strlen (TOMORROW);
    }
  else if (!read_date (&at, &civil))
    return NULL;
  if ((read_character (&at, ' ') || read_character (&at, 'T')) && !read_clock (&at, &civil))
    return NULL;
  return *at == '\0' ? make_local (now, &civil) : NULL;
}

char *
moment_parse (const char *text, GDateTime *now)
{
  g_autoptr (GDateTime) moment = parse_local (text, now);

  /* With a zone; without a default one, GDateTime refuses a text that has none. */
  if (moment == NULL && strchr (text, 'T') != NULL)
    moment = g_date_time_new_from_iso8601 (text, NULL);
  return moment != NULL ? format (moment) : NULL;
}

char *
moment_after (double seconds, GDateTime *now)
{
  g_autoptr (GDateTime) moment = g_date_time_add_seconds (now, seconds);

  return format (moment);
}
