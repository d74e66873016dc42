/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-command-line.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-text-line.h"

#define MAX_SHOWN_WORDS 6
#define MAX_SHOWN_WORD 24
#define MAX_SHOWN 2000  /* characters: GTK takes seconds to wrap a long line, at each key */
#define MAX_PATTERN 256 /* bytes that are searched for the closing bracket */

/* Bytes. The server accepts 128 KiB, but GTK's entries silently cut text after 64 KiB: a line of
 * that length may once have been longer. */
#define MAX_LINE 65000

char **
dash_command_line_split (const char *text, char **fault)
{
  g_autoptr (GError) error = NULL;
  char **words = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  if (strlen (text) > MAX_LINE)
    {
      *fault = g_strdup_printf (
          _ ("The line is longer than %d bytes: put it into a script and run that."), MAX_LINE);
      return NULL;
    }
  if (g_shell_parse_argv (text, NULL, &words, &error))
    return words;
  if (g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
    *fault = g_strdup (_ ("Type the program and its arguments."));
  else if (g_str_has_suffix (text, "\\"))
    *fault = g_strdup (
        _ ("The last backslash needs a character after it: type one, or remove the backslash."));
  else
    *fault = g_strdup (_ ("A quote is not closed: type the closing quote."));
  return NULL;
}

char *
dash_command_line_show (const char *const *words)
{
  GString *text;

  g_return_val_if_fail (words != NULL, NULL);
  text = g_string_new (NULL);
  for (gsize i = 0; words[i] != NULL; i++)
    g_string_append_printf (text, "%s[%s]", i > 0 ? " " : "", words[i]);
  if (g_utf8_strlen (text->str, -1) > MAX_SHOWN)
    {
      g_string_truncate (text,
                         (gsize) (g_utf8_offset_to_pointer (text->str, MAX_SHOWN) - text->str));
      g_string_append (text, "…");
    }
  return g_string_free (text, FALSE);
}

/* `at` is outside of single quotes. */
static gboolean
is_special (const char *at, gboolean first, gboolean quoted)
{
  if (*at == '`'
      || (*at == '$' && (g_ascii_isalnum (at[1]) || strchr ("_{(?!#@*$", at[1]) != NULL)))
    return at[1] != '\0';
  if (quoted)
    return FALSE;
  return strchr ("|&;<>*?", *at) != NULL || (*at == '~' && first)
         || (*at == '[' && memchr (at, ']', strnlen (at, MAX_PATTERN)) != NULL);
}

/* The end of the word as it is typed. `*special`: whether a shell would interpret parts of it. */
static const char *
skip_word (const char *word, gboolean *special)
{
  char quote = '\0';
  const char *at = word;

  *special = FALSE;
  for (; *at != '\0' && (quote != '\0' || !g_ascii_isspace (*at)); at++)
    {
      if (*at == '\\' && quote != '\'' && at[1] != '\0')
        at++;
      else if (quote == '\0' && (*at == '\'' || *at == '"'))
        quote = *at;
      else if (*at == quote)
        quote = '\0';
      else if (quote != '\'' && is_special (at, at == word, quote != '\0'))
        *special = TRUE;
    }
  return at;
}

/* "A=1 make" sets a variable in a shell. */
static gboolean
is_assignment (const char *word, gsize length)
{
  gsize i = 0;

  while (i < length
         && (g_ascii_isalpha (word[i]) || word[i] == '_' || (i > 0 && g_ascii_isdigit (word[i]))))
    i++;
  return i > 0 && i < length && word[i] == '=';
}

static gboolean
is_shell (const char *word)
{
  static const char *const shells[] = { "sh",   "bash", "dash", "ash",  "zsh", "ksh",
                                        "mksh", "fish", "csh",  "tcsh", NULL };
  g_autofree char *base = g_path_get_basename (word);

  return g_strv_contains (shells, base);
}

/* Whether the next word is an argument of the option: "-o", also in "-euo". */
static gboolean
takes_word (const char *option)
{
  return option[1] != '-' && strchr ("oO", option[strlen (option) - 1]) != NULL;
}

/* The index of the script in "env A=1 bash -eo pipefail -c SCRIPT", which a shell does interpret;
 * G_MAXUINT when there is none. */
static guint
find_script (char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    for (guint k = i + 1; is_shell (words[i]) && words[k] != NULL
                          && (words[k][0] == '-' || words[k][0] == '+') && words[k][1] != '\0';
         k++)
      {
        if ((words[k][0] == '-' && words[k][1] != '-' && strchr (words[k], 'c') != NULL)
            || g_str_equal (words[k], "--command"))
          return k + 1;
        if (takes_word (words[k]) && words[k + 1] != NULL)
          k++;
      }
  return G_MAXUINT;
}

char *
dash_command_line_warn (const char *text)
{
  g_autoptr (GString) found = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  guint script = G_MAXUINT;
  gboolean special;
  guint n = 0;

  g_return_val_if_fail (text != NULL, NULL);
  if (g_shell_parse_argv (text, NULL, &words, NULL))
    script = find_script (words);
  while (g_ascii_isspace (*text))
    text++;
  if (is_assignment (text, strcspn (text, " \t")))
    return g_strdup (_ ("No shell runs this line: its first word must be the program. Set "
                        "variables in the environment below."));
  for (guint i = 0; *text != '\0' && *text != '#'; i++)
    {
      const char *end = skip_word (text, &special);
      g_autofree char *word = g_strndup (text, (gsize) (end - text));
      g_autofree char *line = vestim_text_line (word, MAX_SHOWN_WORD);

      if (special && i != script && n++ < MAX_SHOWN_WORDS)
        g_string_append_printf (found, "%s%s", found->len > 0 ? "  " : "", line);
      for (text = end; g_ascii_isspace (*text);)
        text++;
    }
  if (n == 0)
    return NULL;
  return g_strdup_printf (_ ("No shell runs this line, so these are passed unchanged: %s%s. To use "
                             "a shell, write sh -c '…'."),
                          found->str, n > MAX_SHOWN_WORDS ? "  …" : "");
}
