/* SPDX-License-Identifier: MIT */

/* settings-docs [--update] FILE...: compares the parts of the documentation that list the settings
 * of an estimation with the table of settings, or writes them again. Such a part lies between a
 * line with "begin settings" (or "begin legacy settings") and one with "end settings". FILE is
 * Markdown, a manual page if its name ends with ".1", or OpenAPI if it ends with ".yaml". */

#include "common/estimation/vestim-settings.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define MAX_WIDTH 100

/* The first version, which is not mentioned. */
#define FIRST_VERSION "0.1"

/* "65,536", "0.003", "1e-8" */
static void
append_number (GString *text, double value)
{
  g_autofree char *digits = g_strdup_printf ("%.0f", value);
  size_t length = strlen (digits);

  if (value < 1000)
    {
      g_autoptr (GString) plain = g_string_new (NULL);

      g_string_printf (plain, "%g", value);
      g_string_replace (plain, "e-0", "e-", 1);
      g_string_append (text, plain->str);
      return;
    }

  for (size_t i = 0; i < length; i++)
    {
      g_string_append (text, i > 0 && (length - i) % 3 == 0 ? "," : "");
      g_string_append_c (text, digits[i]);
    }
}

static void
append_range (GString *text, const VestimSetting *setting)
{
  append_number (text, setting->min);
  if (setting->max > setting->min)
    {
      g_string_append (text, " to ");
      append_number (text, setting->max);
    }
  if (setting->unit)
    g_string_append_printf (text, " %s", setting->unit);
}

static void
append_words (GString *text, const VestimSetting *setting, const char *last)
{
  for (size_t i = 0; setting->words[i]; i++)
    g_string_append_printf (text, "%s\"%s\"",
                            !i                      ? ""
                            : setting->words[i + 1] ? ", "
                                                    : last,
                            setting->words[i]);
}

/* `(transfer full)` what a value can be. */
static char *
dup_values (const VestimSetting *setting)
{
  GString *text = g_string_new (NULL);

  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      g_string_append (text, "true or false");
      break;
    case VESTIM_SETTING_SEED:
      g_string_append (text, "0 to 2^63 - 1");
      break;
    case VESTIM_SETTING_LIMIT:
      append_range (text, setting);
      g_string_append (text, ", or null for none");
      break;
    case VESTIM_SETTING_WORD:
      append_words (text, setting, " or ");
      break;
    case VESTIM_SETTING_LAYERS:
      g_string_append_printf (text, "1 to %d sizes of ", VESTIM_MAX_LAYERS);
      append_range (text, setting);
      break;
    case VESTIM_SETTING_STRING:
      g_string_append (text, setting->unit);
      break;
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_NUMBER:
    case VESTIM_SETTING_STRINGS:
      append_range (text, setting);
      break;
    case VESTIM_SETTING_OBJECT:
      if (setting->words)
        append_words (text, setting, ", ");
      g_string_append (text, setting->words  ? " or an object"
                             : setting->unit ? setting->unit
                                             : "an object");
      break;
    }
  return g_string_free (text, FALSE);
}

/* `(transfer full)` "" if the setting must be given, or if the help text says what its default is.
 */
static char *
dup_default (const VestimSetting *setting)
{
  GString *text = g_string_new (NULL);

  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      g_string_append (text, setting->initial != 0 ? "true" : "false");
      break;
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_SEED:
    case VESTIM_SETTING_NUMBER:
      if (setting->initial >= setting->min)
        append_number (text, setting->initial);
      break;
    case VESTIM_SETTING_LIMIT:
      g_string_append (text, "none");
      break;
    case VESTIM_SETTING_LAYERS:
      g_string_append_printf (text, "[%g]", setting->initial);
      break;
    case VESTIM_SETTING_WORD:
      g_string_append_printf (text, "\"%s\"", setting->words[0]);
      break;
    case VESTIM_SETTING_STRING:
      if (setting->words)
        append_words (text, setting, "");
      break;
    case VESTIM_SETTING_STRINGS:
      if (!setting->words)
        break;
      g_string_append_c (text, '[');
      append_words (text, setting, ", ");
      g_string_append_c (text, ']');
      break;
    case VESTIM_SETTING_OBJECT:
      if (setting->words)
        g_string_append_printf (text, "\"%s\"", setting->words[0]);
      else
        g_string_append (text, setting->is_hyperparameter ? "" : "none");
      break;
    }
  return g_string_free (text, FALSE);
}

/* `(transfer full)` */
static char *
dup_help (const VestimSetting *setting)
{
  bool is_first = strcmp (setting->since, FIRST_VERSION) == 0;

  return is_first ? g_strdup (setting->help)
                  : g_strdup_printf ("%s Since version %s.", setting->help, setting->since);
}

/* Markdown */

static void
append_markdown (GString *text)
{
  g_string_append (text, "| setting | default | values | meaning |\n| --- | --- | --- | --- |\n");
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      g_autofree char *initial = dup_default (setting);
      g_autofree char *values = dup_values (setting);
      g_autofree char *help = dup_help (setting);

      g_string_append_printf (text, "| `%s` | %s | %s | %s |\n", setting->name, initial, values,
                              help);
    }
}

static void
append_legacy (GString *text)
{
  g_string_append (text, "| legacy setting | setting |\n| --- | --- |\n");
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      g_autofree char *names = g_strjoinv ("`, `", (char **) setting->legacy);

      if (names[0])
        g_string_append_printf (text, "| `%s` | `%s` |\n", names, setting->name);
    }
}

/* Manual page */

/* `(transfer full)` without a meaning to roff. */
static char *
escape_roff (const char *word)
{
  GString *text = g_string_new (word);

  g_string_replace (text, "\\", "\\e", 0);
  g_string_replace (text, "-", "\\-", 0);
  g_string_replace (text, "\"", "\\(dq", 0);
  g_string_replace (text, "^", "\\(ha", 0);
  if (text->str[0] == '.')
    g_string_prepend (text, "\\&");
  return g_string_free (text, FALSE);
}

/* A line for each sentence, or several lines if it is long. */
static void
append_roff (GString *text, const char *sentences)
{
  g_auto (GStrv) words = g_strsplit (sentences, " ", -1);
  gsize begin = text->len;

  for (char **word = words; *word; word++)
    {
      g_autofree char *escaped = escape_roff (*word);

      g_string_append (text, escaped);
      if (word[1] && !g_str_has_suffix (*word, ".")
          && text->len - begin + strlen (word[1]) < MAX_WIDTH)
        g_string_append_c (text, ' ');
      else
        {
          g_string_append_c (text, '\n');
          begin = text->len;
        }
    }
}

static void
append_manual (GString *text)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      g_autofree char *initial = dup_default (setting);
      g_autofree char *values = dup_values (setting);
      g_autofree char *help = dup_help (setting);

      g_autofree char *range = initial[0]
                                   ? g_strdup_printf ("Values: %s. Default: %s.", values, initial)
                                   : g_strdup_printf ("Values: %s.", values);

      g_string_append_printf (text, ".TP\n.B %s\n", setting->name);
      append_roff (text, help);
      append_roff (text, range);
    }
}

/* OpenAPI */

/* Without an exponent, which not every reader of YAML takes for a number. */
static void
append_plain_number (GString *text, double value)
{
  gsize begin = text->len;

  g_string_append_printf (text, "%.8f", value);
  while (text->len > begin && text->str[text->len - 1] == '0')
    g_string_truncate (text, text->len - 1);
  if (text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
}

static void
append_limits (GString *text, const VestimSetting *setting, const char *minimum,
               const char *maximum)
{
  g_string_append_printf (text, ", %s: ", minimum);
  append_plain_number (text, setting->min);
  g_string_append_printf (text, ", %s: ", maximum);
  append_plain_number (text, setting->max);
}

static void
append_enum (GString *text, const VestimSetting *setting)
{
  g_string_append (text, "type: string, enum: [");
  append_words (text, setting, ", ");
  if (setting->old_word)
    g_string_append_printf (text, ", \"%s\"", setting->old_word);
  g_string_append_c (text, ']');
}

static void
append_type (GString *text, const VestimSetting *setting)
{
  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      g_string_append (text, "type: boolean");
      break;
    case VESTIM_SETTING_SEED:
      g_string_append (text, "type: integer, minimum: 0");
      break;
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_NUMBER:
    case VESTIM_SETTING_LIMIT:
      g_string_append (text, setting->type == VESTIM_SETTING_WHOLE    ? "type: integer"
                             : setting->type == VESTIM_SETTING_NUMBER ? "type: number"
                                                                      : "type: [number, \"null\"]");
      append_limits (text, setting, "minimum", "maximum");
      break;
    case VESTIM_SETTING_WORD:
      append_enum (text, setting);
      break;
    case VESTIM_SETTING_LAYERS:
      g_string_append_printf (text, "type: array, minItems: 1, maxItems: %d, items: {type: integer",
                              VESTIM_MAX_LAYERS);
      append_limits (text, setting, "minimum", "maximum");
      g_string_append_c (text, '}');
      break;
    case VESTIM_SETTING_STRING:
      g_string_append (text, "type: string");
      break;
    case VESTIM_SETTING_STRINGS:
      g_string_append (text, "type: array, items: {type: string}");
      append_limits (text, setting, "minItems", "maxItems");
      break;
    case VESTIM_SETTING_OBJECT:
      g_string_append (text, setting->words  ? "type: [string, object]"
                             : setting->unit ? "type: array, items: {type: object, "
                                               "additionalProperties: true}"
                                             : "type: object, additionalProperties: true");
      break;
    }
}

static void
append_schema (GString *text)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      g_autofree char *help = dup_help (setting);
      g_autofree char *escaped = g_strescape (help, NULL);

      /* docs/estimation.md has the members of objects. */
      if (strchr (setting->name, '.'))
        continue;
      g_string_append_printf (text, "        %s: {description: \"%s\", ", setting->name, escaped);
      append_type (text, setting);
      g_string_append (text, "}\n");
    }
}

/* Files */

/* `(transfer full)` the file's text with all parts written again. */
static char *
rewrite (const char *old, const char *path)
{
  g_auto (GStrv) lines = g_strsplit (old, "\n", -1);
  GString *text = g_string_new (NULL);
  bool is_manual = g_str_has_suffix (path, ".1");
  bool is_schema = g_str_has_suffix (path, ".yaml");
  bool is_inside = false;

  for (char **line = lines; *line; line++)
    {
      is_inside &= strstr (*line, "end settings") == NULL;
      if (!is_inside)
        g_string_append_printf (text, "%s%s", line > lines ? "\n" : "", *line);
      if (!strstr (*line, "begin settings") && !strstr (*line, "begin legacy settings"))
        continue;

      is_inside = true;
      g_string_append_c (text, '\n');
      if (is_manual)
        append_manual (text);
      else if (is_schema)
        append_schema (text);
      else if (strstr (*line, "legacy"))
        append_legacy (text);
      else
        append_markdown (text);
      g_string_truncate (text, text->len - 1);
    }
  return g_string_free (text, FALSE);
}

static bool
check_file (const char *path, bool is_update)
{
  g_autofree char *old = NULL, *new = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &old, NULL, &error))
    g_error ("%s", error->message);

  new = rewrite (old, path);
  if (strcmp (old, new) == 0)
    return true;
  if (is_update && !g_file_set_contents (path, new, -1, &error))
    g_error ("%s", error->message);
  if (!is_update)
    fprintf (stderr, "%s differs from the table of settings: run ninja update-settings-docs\n",
             path);
  return is_update;
}

int
main (int argc, char **argv)
{
  bool is_update = argc > 1 && strcmp (argv[1], "--update") == 0, ok = true;

  for (int i = is_update ? 2 : 1; i < argc; i++)
    ok &= check_file (argv[i], is_update);
  return ok ? 0 : 1;
}
