/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-json.h"

#include <string.h>
#include <time.h>

/* Times of RFC 3339 as clients write them, in whatever zone. */

#define LAST_MS INT64_C (253402300799999)    /* 9999-12-31T23:59:59.999Z */
#define FIRST_MS (-INT64_C (62167219200000)) /* 0000-01-01T00:00:00.000Z */

/* `*at` moves past `width` digits. -1: there are fewer. */
static int
take_digits (const char **at, int width)
{
  int value = 0;

  for (int i = 0; i < width; i++, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return -1;
      value = value * 10 + (**at - '0');
    }
  return value;
}

static bool
take_char (const char **at, const char *allowed)
{
  if (**at == '\0' || strchr (allowed, **at) == NULL)
    return false;
  (*at)++;
  return true;
}

static int
days_of_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return days[month - 1] + (month == 2 && is_leap);
}

static bool
take_date (const char **at, struct tm *tm)
{
  int year = take_digits (at, 4);
  int month = take_char (at, "-") ? take_digits (at, 2) : -1;
  int day = take_char (at, "-") ? take_digits (at, 2) : -1;

  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_of_month (year, month))
    return false;
  tm->tm_year = year - 1900;
  tm->tm_mon = month - 1;
  tm->tm_mday = day;
  return true;
}

/* A leap second counts as the second after it. */
static bool
take_clock (const char **at, struct tm *tm)
{
  tm->tm_hour = take_digits (at, 2);
  tm->tm_min = take_char (at, ":") ? take_digits (at, 2) : -1;
  tm->tm_sec = take_char (at, ":") ? take_digits (at, 2) : -1;
  return tm->tm_hour >= 0 && tm->tm_hour <= 23 && tm->tm_min >= 0 && tm->tm_min <= 59
         && tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

static bool
take_fraction (const char **at, int *ms)
{
  int weight = 100;

  *ms = 0;
  if (!take_char (at, "."))
    return true;
  if (!g_ascii_isdigit (**at))
    return false;
  for (; g_ascii_isdigit (**at); (*at)++, weight /= 10)
    *ms += weight * (**at - '0');
  return true;
}

/* The offset of the zone in minutes. */
static bool
take_zone (const char **at, int *minutes)
{
  int sign = **at == '-' ? -1 : 1;
  int hour, minute;

  *minutes = 0;
  if (take_char (at, "Zz"))
    return true;
  if (!take_char (at, "+-"))
    return false;
  hour = take_digits (at, 2);
  minute = take_char (at, ":") ? take_digits (at, 2) : -1;
  *minutes = sign * (hour * 60 + minute);
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59;
}

bool
vestim_json_parse_any_time (const char *text, int64_t *epoch_ms)
{
  struct tm tm = { 0 };
  int ms, minutes;
  int64_t value;

  if (!take_date (&text, &tm) || !take_char (&text, "Tt ") || !take_clock (&text, &tm)
      || !take_fraction (&text, &ms) || !take_zone (&text, &minutes) || *text != '\0')
    return false;
  value = ((int64_t) timegm (&tm) - (int64_t) minutes * 60) * 1000 + ms;
  if (value < FIRST_MS || value > LAST_MS)
    return false;
  *epoch_ms = value;
  return true;
}
