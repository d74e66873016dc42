/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-unit.h"

#include <string.h>

/* Longer ones first where one begins with another. `prefixed`: whether "m" or "k" may precede it.
 */
static const struct
{
  const char *text;
  bool prefixed;
} bases[] = {
  { "seconds", false }, { "second", false }, { "secs", false },    { "sec", false },
  { "minutes", false }, { "mins", false },   { "min", false },     { "hours", false },
  { "hour", false },    { "hrs", false },    { "hr", false },      { "days", false },
  { "Volts", false },   { "Volt", false },   { "volts", false },   { "Amps", false },
  { "Amp", false },     { "amps", false },   { "Celsius", false }, { "Kelvin", false },
  { "degC", false },    { "degF", false },   { "deg", false },     { "°C", false },
  { "℃", false },       { "°F", false },     { "ºC", false },      { "°", false },
  { "Ohms", true },     { "Ohm", true },     { "ohms", true },     { "ohm", true },
  { "Ω", true },        { "Ω", true },       { "Ah", true },       { "Wh", true },
  { "VA", true },       { "Hz", true },      { "Pa", true },       { "bar", true },
  { "ppm", false },     { "rpm", false },    { "V", true },        { "A", true },
  { "W", true },        { "s", true },       { "h", false },       { "C", true },
  { "K", true },        { "F", true },       { "J", true },        { "S", true },
  { "N", true },        { "g", true },       { "m", true },        { "L", true },
  { "%", false },       { "1", false },      { "d", false },
};

static const char *const prefixes[] = { "m", "k", "µ", "μ", "u", "n", "p", "M", "G", "c" };

/* Words may begin with a capital letter: "Sec". */
static bool
begins_with (const char *text, const char *unit)
{
  bool is_word = g_ascii_islower (unit[0]) && strlen (unit) > 2;

  return is_word ? g_ascii_strncasecmp (text, unit, strlen (unit)) == 0
                 : g_str_has_prefix (text, unit);
}

/* The end of the unit that begins at `text`: "mA", "cm2", "s-1"; NULL when none does. */
static const char *
after_simple (const char *text)
{
  const char *end = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      const char *at = text;
      bool begins = begins_with (at, bases[i].text);

      for (size_t k = 0; !begins && bases[i].prefixed && k < G_N_ELEMENTS (prefixes); k++)
        if (g_str_has_prefix (text, prefixes[k]))
          {
            at = text + strlen (prefixes[k]);
            begins = g_str_has_prefix (at, bases[i].text);
          }
      if (begins && (!end || at + strlen (bases[i].text) > end))
        end = at + strlen (bases[i].text);
    }

  if (!end)
    return NULL;
  if (*end == '^')
    end++;
  if (*end == '-' && g_ascii_isdigit (end[1]))
    end++;
  while (g_ascii_isdigit (*end))
    end++;
  return end;
}

static const char *
after_product_sign (const char *text)
{
  static const char *const signs[] = { ".", "*", "·", "/", " ", "⋅" };

  for (size_t i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (text, signs[i]))
      return text + strlen (signs[i]);
  return NULL;
}

bool
table_unit_is_word (const char *text)
{
  const char *at = after_simple (text);

  while (at && *at)
    {
      at = after_product_sign (at);
      at = at ? after_simple (at) : NULL;
    }
  return at != NULL;
}

/* The bracket that ends the title and the one that opens it; NULL without. */
static const char *
find_brackets (const char *title, size_t *open_length, size_t *close_length)
{
  static const char *const pairs[][2] = {
    { "[", "]" }, { "(", ")" }, { "（", "）" }, { "【", "】" }, { "{", "}" }
  };

  for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_str_has_suffix (title, pairs[i][1]))
      {
        *open_length = strlen (pairs[i][0]);
        *close_length = strlen (pairs[i][1]);
        return g_strrstr (title, pairs[i][0]);
      }
  return NULL;
}

/* "I_mA", and "temp_K", but not "phase_C": letters that may also count something are units only
 * after a fitting name, and "ma" may be a moving average. */
static bool
is_suffix_unit (const char *title, const char *suffix)
{
  static const struct
  {
    const char *first; /* letters with which the name may begin; NULL: any */
    const char *units[20];
  } suffixes[] = {
    { NULL,
      { "mV", "mA", "Ah", "mAh", "Wh", "mWh", "mW", "ms", "degC", "V", "A", "ah", "mah", "wh",
        "mwh" } },
    { NULL,
      { "second", "millisecond", "minute", "hour", "volt", "millivolt", "ampere", "milliampere",
        "celsius", "kelvin", "fahrenheit", "watt", "milliwatt", "ohm", "percent" } },
    { "t", { "s", "sec", "min", "h", "C", "K", "F" } },
    { "vue", { "v", "mv" } },
    { "ci", { "a", "ma" } },
    { "p", { "W", "w" } },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    for (size_t k = 0; k < G_N_ELEMENTS (suffixes[i].units) && suffixes[i].units[k]; k++)
      if (strcmp (suffix, suffixes[i].units[k]) == 0
          && (!suffixes[i].first || strchr (suffixes[i].first, g_ascii_tolower (title[0]))))
        return true;
  return false;
}

/* Where the sign before the unit is: "I/mA", "Voltage#V", "Voltage, V", "I_mA"; NULL without.
 * Digits after # count something: "Aux #1". */
static const char *
find_sign (const char *title)
{
  for (const char *sign = strpbrk (title, "/#,"); sign; sign = strpbrk (sign + 1, "/#,"))
    {
      g_autofree char *unit = g_strstrip (g_strdup (sign + 1));
      bool counts = *sign == '#' && g_ascii_isdigit (unit[0]);

      if (!counts && table_unit_is_word (unit))
        return sign;
    }

  const char *underscore = strrchr (title, '_');
  return underscore && is_suffix_unit (title, underscore + 1) ? underscore : NULL;
}

/* A title that names its quantity by the unit: "Amps". NULL: it does not. */
static const char *
unit_as_title (const char *title)
{
  static const char *const units[][2] = {
    { "Amps", "A" },     { "mAmps", "mA" },     { "Volts", "V" },       { "mVolts", "mV" },
    { "Watts", "W" },    { "Amp-hr", "Ah" },    { "mAmp-hr", "mAh" },   { "Amp-Hours", "Ah" },
    { "Watt-hr", "Wh" }, { "mWatt-hr", "mWh" }, { "Watt-Hours", "Wh" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (units[i][0], title) == 0)
      return units[i][1];
  return NULL;
}

size_t
table_unit_split (const char *title, char **unit)
{
  size_t open_length = 1, close_length = 0, length = strlen (title);
  const char *begin = find_brackets (title, &open_length, &close_length);

  *unit = NULL;
  if (!begin && close_length == 0)
    begin = find_sign (title);
  if (!begin)
    {
      *unit = g_strdup (unit_as_title (title));
      return length;
    }

  const char *end = begin;
  while (end > title && g_ascii_isspace (end[-1]))
    end--;
  if (end == title)
    return length;

  const char *inside = begin + open_length;
  *unit = g_strstrip (g_strndup (inside, (size_t) (title + length - inside) - close_length));
  return (size_t) (end - title);
}
