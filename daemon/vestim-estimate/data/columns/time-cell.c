/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/columns/time-cell.h"

#include <stdint.h>
#include <string.h>

#define DAY_S 86400.0
#define MAX_DIGITS 9
#define MAX_YEAR 9999
#define MAX_UNIT 1e15 /* later digits of a fraction don't change a double */

/* What is left of a cell. */
typedef struct
{
  const char *at;
  const char *end;
} Text;

static void
skip_blanks (Text *text)
{
  while (text->at < text->end && (*text->at == ' ' || *text->at == '\t'))
    text->at++;
}

static bool
take (Text *text, char c)
{
  if (text->at == text->end || *text->at != c)
    return false;
  text->at++;
  return true;
}

/* A whole number of at most MAX_DIGITS digits. Returns how many it has; 0: there is none. */
static int
take_number (Text *text, int *value)
{
  int n = 0;

  *value = 0;
  while (text->at < text->end && g_ascii_isdigit (*text->at) && n < MAX_DIGITS)
    {
      *value = *value * 10 + (*text->at++ - '0');
      n++;
    }
  return text->at < text->end && g_ascii_isdigit (*text->at) ? 0 : n;
}

static bool
take_word (Text *text, const char *word)
{
  size_t length = strlen (word);

  if ((size_t) (text->end - text->at) < length || g_ascii_strncasecmp (text->at, word, length) != 0)
    return false;
  text->at += length;
  return true;
}

/* The digits after a decimal point or comma. */
static double
take_fraction (Text *text)
{
  double value = 0, unit = 1;

  if (text->at == text->end || (*text->at != '.' && *text->at != ','))
    return 0;
  for (text->at++; text->at < text->end && g_ascii_isdigit (*text->at); text->at++)
    {
      if (unit >= MAX_UNIT)
        continue;
      value = value * 10 + (*text->at - '0');
      unit *= 10;
    }
  return value / unit;
}

/* Time of day, or elapsed hours, minutes and seconds */

/* "hh:mm:ss.fff"; "hh:mm" if the seconds may be missing. */
static bool
take_clock (Text *text, bool needs_seconds, int *hours, double *seconds)
{
  int minute = 0, second = 0;

  if (!take_number (text, hours) || !take (text, ':') || take_number (text, &minute) != 2
      || minute > 59)
    return false;
  *seconds = minute * 60.0;
  if (!take (text, ':'))
    return !needs_seconds;
  if (take_number (text, &second) != 2 || second > 59)
    return false;
  *seconds += second + take_fraction (text);
  return true;
}

/* "AM" and "PM" of a twelve-hour clock; false when the hour is not one of its. */
static bool
take_half_of_day (Text *text, int *hours)
{
  skip_blanks (text);
  bool is_morning = take_word (text, "AM"), is_afternoon = !is_morning && take_word (text, "PM");

  if (!is_morning && !is_afternoon)
    return *hours < 24;
  if (*hours < 1 || *hours > 12)
    return false;
  *hours = *hours % 12 + (is_afternoon ? 12 : 0);
  return true;
}

/* "Z", "+01:00", "-0530", "+01": how far local time is ahead of UTC, in seconds. */
static bool
take_zone (Text *text, double *ahead)
{
  int hours = 0, minutes = 0;

  *ahead = 0;
  skip_blanks (text);
  if (text->at == text->end || take (text, 'Z'))
    return true;

  int sign = take (text, '-') ? -1 : 1;
  if (sign > 0 && !take (text, '+'))
    return false;
  int n = take_number (text, &hours);
  if (n == 4)
    {
      minutes = hours % 100;
      hours /= 100;
    }
  else if (n != 2 || (take (text, ':') && take_number (text, &minutes) != 2))
    return false;
  *ahead = sign * (hours * 3600.0 + minutes * 60.0);
  return hours < 24 && minutes < 60;
}

/* "1d 02:03:04", "2 days, 02:03:04", "1.02:03:04", "1 02:03:04": the days; 0 without. */
static bool
take_days (Text *text, int *days)
{
  static const char *const words[] = { "days", "day", "d" };
  Text start = *text;

  if (!take_number (text, days))
    return false;
  if (text->at < text->end && *text->at == ':')
    {
      *text = start;
      *days = 0;
      return true;
    }
  if (take (text, '.'))
    return true;

  bool has_blank = text->at < text->end && *text->at == ' ';
  skip_blanks (text);
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (take_word (text, words[i]))
      {
        take (text, ',');
        skip_blanks (text);
        return true;
      }
  return has_blank;
}

static bool
parse_elapsed (Text text, double *seconds)
{
  int days = 0, hours = 0;
  bool is_negative = take (&text, '-');

  if (!take_days (&text, &days) || !take_clock (&text, true, &hours, seconds)
      || text.at != text.end)
    return false;
  *seconds += days * DAY_S + hours * 3600.0;
  if (is_negative)
    *seconds = -*seconds;
  return true;
}

/* Dates */

/* Days since 1970-01-01 of the Gregorian calendar. Howard Hinnant, chrono-Compatible Low-Level Date
 * Algorithms, days_from_civil. False when there is no such day. */
static bool
find_day (int year, int month, int day, double *days)
{
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  if (month < 1 || month > 12 || day < 1 || year < 1 || year > MAX_YEAR
      || day > lengths[month - 1] + (month == 2 && is_leap))
    return false;

  int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
  int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  *days = (double) (era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468);
  return true;
}

/* The number of an English month by its first three letters; 0: none. */
static int
take_month (Text *text)
{
  static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec" };

  for (int i = 0; i < 12; i++)
    if (take_word (text, months[i]))
      {
        while (text->at < text->end && g_ascii_isalpha (*text->at))
          text->at++;
        return i + 1;
      }
  return 0;
}

static void
skip_separators (Text *text)
{
  while (text->at < text->end && strchr (" -/.,", *text->at))
    text->at++;
}

static void
set_day (TimeCell *cell, int year, int month, int day)
{
  cell->can_be_day_first = find_day (year, month, day, &cell->day_first);
  cell->can_be_month_first = cell->can_be_day_first;
  cell->month_first = cell->day_first;
}

/* "4 Mar 2021", "04-MAR-21" and "Mar 4, 2021". A year of two digits is one from 1970 on. */
static bool
take_named_date (Text *text, TimeCell *cell)
{
  int day = 0, year = 0, month = take_month (text);
  bool is_month_first = month > 0;

  skip_separators (text);
  if (!take_number (text, &day))
    return false;
  skip_separators (text);
  if (!is_month_first)
    month = take_month (text);
  skip_separators (text);
  int n_digits = take_number (text, &year);
  if (month == 0 || (n_digits != 4 && (n_digits != 2 || is_month_first)))
    return false;
  if (n_digits == 2)
    year += year < 70 ? 2000 : 1900;
  set_day (cell, year, month, day);
  return cell->can_be_day_first;
}

/* "2021-03-04" and "2021/3/4"; "4.3.2021" has the day first; in "03/04/2021" and "03-04-2021" it
 * may be either. */
static bool
take_date (Text *text, TimeCell *cell)
{
  Text start = *text;
  int a = 0, b = 0, c = 0, n = take_number (text, &a);
  char separator = n > 0 && text->at < text->end ? *text->at : '\0';

  if (separator == '\0' || !strchr ("-/.", separator) || !take (text, separator)
      || !take_number (text, &b) || !take (text, separator))
    {
      *text = start;
      return take_named_date (text, cell);
    }

  int n_last = take_number (text, &c);
  cell->can_be_day_first = cell->can_be_month_first = false;
  if (n == 4 && n_last <= 2)
    set_day (cell, a, b, c);
  else if (n <= 2 && n_last == 4 && separator == '.')
    set_day (cell, c, b, a);
  else if (n <= 2 && n_last == 4)
    {
      cell->can_be_day_first = find_day (c, b, a, &cell->day_first);
      cell->can_be_month_first = find_day (c, a, b, &cell->month_first);
    }
  return cell->can_be_day_first || cell->can_be_month_first;
}

static bool
parse_date (Text text, TimeCell *cell)
{
  int hours = 0;
  double seconds = 0, ahead = 0;

  if (!take_date (&text, cell))
    return false;
  if (text.at < text.end)
    {
      if (!take (&text, 'T') && !take (&text, ' ') && !take (&text, ','))
        return false;
      skip_blanks (&text);
      if (!take_clock (&text, false, &hours, &seconds) || !take_half_of_day (&text, &hours)
          || !take_zone (&text, &ahead) || text.at != text.end)
        return false;
    }
  seconds += hours * 3600.0 - ahead;
  cell->day_first = cell->day_first * DAY_S + seconds;
  cell->month_first = cell->month_first * DAY_S + seconds;
  return true;
}

TimeCell
time_cell_parse (const char *text, size_t length)
{
  Text all = { text, text + length };
  TimeCell cell = { .can_be_day_first = true, .can_be_month_first = true };

  skip_blanks (&all);
  while (all.end > all.at && (all.end[-1] == ' ' || all.end[-1] == '\t'))
    all.end--;
  if (parse_elapsed (all, &cell.day_first))
    {
      cell.kind = TIME_CELL_ELAPSED;
      cell.month_first = cell.day_first;
    }
  else if (parse_date (all, &cell))
    cell.kind = TIME_CELL_DATE;
  return cell;
}

/* A column */

void
time_cells_init (TimeCells *cells)
{
  *cells = (TimeCells){ .can_be_day_first = true, .can_be_month_first = true };
  cells->day_first = g_array_new (FALSE, FALSE, sizeof (double));
  cells->month_first = g_array_new (FALSE, FALSE, sizeof (double));
}

void
time_cells_clear (TimeCells *cells)
{
  g_clear_pointer (&cells->day_first, g_array_unref);
  g_clear_pointer (&cells->month_first, g_array_unref);
}

bool
time_cells_add (TimeCells *cells, const char *text, size_t length)
{
  TimeCell cell = time_cell_parse (text, length);
  bool can_be_day_first = cells->can_be_day_first && cell.can_be_day_first;
  bool can_be_month_first = cells->can_be_month_first && cell.can_be_month_first;

  if (cell.kind == TIME_CELL_WRONG || (!can_be_day_first && !can_be_month_first)
      || (cells->kind != TIME_CELL_WRONG && cells->kind != cell.kind))
    return false;

  cells->kind = cell.kind;
  cells->can_be_day_first = can_be_day_first;
  cells->can_be_month_first = can_be_month_first;
  g_array_append_val (cells->day_first, cell.day_first);
  g_array_append_val (cells->month_first, cell.month_first);
  return true;
}

double *
time_cells_values (const TimeCells *cells)
{
  guint n = cells->day_first->len;
  const double *day_first = (const double *) cells->day_first->data;
  const double *month_first = (const double *) cells->month_first->data;
  const double *taken = cells->can_be_day_first ? day_first : month_first;
  double *values = g_new (double, n + 1);

  for (guint i = 0; i < n; i++)
    {
      values[i] = cells->kind == TIME_CELL_DATE ? taken[i] - taken[0] : taken[i];
      if (cells->can_be_day_first && cells->can_be_month_first
          && day_first[i] - day_first[0] != month_first[i] - month_first[0])
        {
          g_free (values);
          return NULL;
        }
    }
  return values;
}
