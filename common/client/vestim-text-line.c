/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-text-line.h"

/* Invisible and reordering characters would make a name look like another one. */
static gboolean
is_showable (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_PRIVATE_USE
         && type != G_UNICODE_UNASSIGNED && type != G_UNICODE_SURROGATE;
}

char *
vestim_text_line (const char *text, gsize max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *line = g_string_new (NULL);
  gsize n = 0;

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (n++ == max_chars)
        {
          g_string_append (line, "…");
          break;
        }
      if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029)
        g_string_append_c (line, ' ');
      else
        g_string_append_unichar (line, is_showable (c) ? c : 0xfffd);
    }
  return g_string_free (line, FALSE);
}
