/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-search.h"

#include <string.h>

/* Shorter words occur in the date and time of many IDs. */
#define MIN_ID_WORD 4

char *
dash_search_fold (const char *text)
{
  g_autofree char *apart = NULL;
  g_autofree char *folded = NULL;
  GString *plain;

  g_return_val_if_fail (text != NULL, NULL);
  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  /* Decomposed, an accent is a mark of its own after its letter. */
  apart = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  folded = g_utf8_casefold (apart != NULL ? apart : text, -1);
  plain = g_string_sized_new (strlen (folded));
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_ismark (g_utf8_get_char (at)))
      g_string_append_unichar (plain, g_utf8_get_char (at));
  return g_string_free (plain, FALSE);
}

char **
dash_search_words (const char *text)
{
  g_autofree char *folded = dash_search_fold (text);

  return g_strsplit_set (folded, " \t\n", -1);
}

static gboolean
has_word (const char *key, const char *word)
{
  const char *id = strchr (key, '\n');
  const char *found = strstr (key, word);

  return found != NULL && (id == NULL || found < id || strlen (word) >= MIN_ID_WORD);
}

gboolean
dash_search_matches (const char *key, const char *const *words)
{
  g_return_val_if_fail (key != NULL, FALSE);
  for (; words != NULL && *words != NULL; words++)
    if (!has_word (key, *words))
      return FALSE;
  return TRUE;
}
