/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "common/json/vestim-json.h"

/* Appends a byte of a string, escaped if JSON demands it. */
static void
append_escaped (GString *out, unsigned char c)
{
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *found = c != '\0' ? strchr (from, c) : NULL;

  if (found != NULL)
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, to[found - from]);
    }
  else
    g_string_append_printf (out, "\\u%04x", c);
}

/* Appends the character above ASCII at `p`. Returns its number of bytes. */
static size_t
append_wide (GString *out, const char *p, size_t left)
{
  gunichar code = g_utf8_get_char_validated (p, (gssize) left);

  if (code == (gunichar) -1 || code == (gunichar) -2)
    {
      g_string_append (out, "\xef\xbf\xbd");
      return 1;
    }
  size_t length = (size_t) (g_utf8_next_char (p) - p);
  g_string_append_len (out, p, (gssize) length);
  return length;
}

void
vestim_json_append_string_len (GString *out, const char *string, size_t length)
{
  const char *p = string, *end = string + length;

  g_string_append_c (out, '"');
  while (p < end)
    {
      const char *run = p;

      while (p < end && (unsigned char) *p >= 0x20 && (unsigned char) *p < 0x80 && *p != '"'
             && *p != '\\')
        p++;
      g_string_append_len (out, run, p - run);
      if (p == end)
        break;
      if ((unsigned char) *p >= 0x80)
        p += append_wide (out, p, (size_t) (end - p));
      else
        append_escaped (out, (unsigned char) *p++);
    }
  g_string_append_c (out, '"');
}

void
vestim_json_append_string (GString *out, const char *string)
{
  if (string != NULL)
    vestim_json_append_string_len (out, string, strlen (string));
  else
    g_string_append (out, "null");
}

void
vestim_json_append_double (GString *out, double value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (out, "null");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, sizeof text, formats[i], value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }
  g_string_append (out, text);
}

void
vestim_json_append_string_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "\"%s\": ", name);
  vestim_json_append_string (out, value);
}

void
vestim_json_append_double_member (GString *out, const char *name, double value)
{
  g_string_append_printf (out, "\"%s\": ", name);
  vestim_json_append_double (out, value);
}

void
vestim_json_append_time (GString *out, int64_t epoch_ms)
{
  int64_t ms = (epoch_ms % 1000 + 1000) % 1000;
  time_t seconds = (time_t) ((epoch_ms - ms) / 1000);
  struct tm tm;

  if (epoch_ms == 0 || gmtime_r (&seconds, &tm) == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_printf (out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", tm.tm_year + 1900,
                          tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int) ms);
}

static int
fixed_digits (const char *text, int width)
{
  int value = 0;

  for (int i = 0; i < width; i++)
    value = value * 10 + (text[i] - '0');
  return value;
}

bool
vestim_json_parse_time (const char *text, int64_t *epoch_ms)
{
  static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ";

  if (strlen (text) != sizeof form - 1)
    return false;
  for (size_t i = 0; form[i] != '\0'; i++)
    if (form[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != form[i])
      return false;

  struct tm tm = { .tm_year = fixed_digits (text, 4) - 1900,
                   .tm_mon = fixed_digits (text + 5, 2) - 1,
                   .tm_mday = fixed_digits (text + 8, 2),
                   .tm_hour = fixed_digits (text + 11, 2),
                   .tm_min = fixed_digits (text + 14, 2),
                   .tm_sec = fixed_digits (text + 17, 2) };
  *epoch_ms = (int64_t) timegm (&tm) * 1000 + fixed_digits (text + 20, 3);
  return true;
}
