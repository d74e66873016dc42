/* SPDX-License-Identifier: MIT */
#include "common/vestim-argv-text.h"

#include <glib.h>
#include <string.h>

static gboolean
is_plain_word (const char *word)
{
  if (word[0] == '\0')
    return FALSE;
  for (const char *at = word; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("_-./:=@%+,", *at) == NULL && !(*at & 0x80))
      return FALSE;
  return TRUE;
}

char *
vestim_argv_text (const char *const *argv)
{
  GString *line;

  g_return_val_if_fail (argv != NULL, NULL);
  line = g_string_new (NULL);
  for (gsize i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted =
          is_plain_word (argv[i]) ? g_strdup (argv[i]) : g_shell_quote (argv[i]);

      if (i > 0)
        g_string_append_c (line, ' ');
      g_string_append (line, quoted);
    }
  return g_string_free (line, FALSE);
}
