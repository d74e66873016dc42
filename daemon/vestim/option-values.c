/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/option-values.h"

#include "common/client/vestim-text-line.h"
#include "common/vestim-duration.h"
#include "common/vestim-size.h"

#define MAX_SHOWN 80

static void
refuse (const char *name, const char *text, const char *wanted, GError **error)
{
  g_autofree char *shown = vestim_text_line (text, MAX_SHOWN);

  usage_error_set (error, "\"%s\" is wrong for --%s: give %s.", shown, name, wanted);
}

bool
option_get_int (const Arguments *arguments, const char *name, int64_t min, int64_t max,
                int64_t *value, GError **error)
{
  const char *text = arguments_get (arguments, name);
  gint64 number = 0;

  if (text == NULL)
    return true;
  if (g_ascii_string_to_signed (text, 10, min, max, &number, NULL))
    {
      *value = number;
      return true;
    }
  g_autofree char *wanted =
      g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
  refuse (name, text, wanted, error);
  return false;
}

bool
option_get_duration (const Arguments *arguments, const char *name, double *seconds, GError **error)
{
  const char *text = arguments_get (arguments, name);

  if (text == NULL || vestim_duration_parse (text, seconds))
    return true;
  refuse (name, text, "a duration such as 90, 90s, 5m, 2h or 1d", error);
  return false;
}

bool
option_get_size (const Arguments *arguments, const char *name, int64_t *bytes, GError **error)
{
  const char *text = arguments_get (arguments, name);

  if (text == NULL || vestim_size_parse (text, bytes))
    return true;
  refuse (name, text, "a size such as 512M or 8G", error);
  return false;
}

bool
option_check_utf8 (const char *text, const char *what, GError **error)
{
  if (g_utf8_validate (text, -1, NULL))
    return true;

  g_autofree char *shown = vestim_text_line (text, MAX_SHOWN);
  usage_error_set (error,
                   "%s \"%s\" is not UTF-8, and the server stores only UTF-8. Use another name, or "
                   "a script that contains it.",
                   what, shown);
  return false;
}

bool
option_check_words (const Arguments *arguments, const char *name, const char *choices,
                    GError **error)
{
  const char *text = arguments_get (arguments, name);
  g_auto (GStrv) known = g_strsplit (choices, " ", -1);
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", ",", -1);

  for (char **word = words; *word != NULL; word++)
    if (!g_strv_contains ((const char *const *) known, *word))
      {
        g_autofree char *shown = vestim_text_line (*word, MAX_SHOWN);

        usage_error_set (error, "--%s: \"%s\" must be one of: %s.", name, shown, choices);
        return false;
      }
  return true;
}

bool
option_get_text (const Arguments *arguments, const char *name, const char **text, GError **error)
{
  const char *given = arguments_get (arguments, name);
  g_autofree char *what = g_strdup_printf ("The value of --%s", name);

  if (given == NULL)
    return true;
  *text = given;
  return option_check_utf8 (given, what, error);
}
