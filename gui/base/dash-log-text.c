/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-log-text.h"

#include <string.h>

/* GTK lays out a line as one paragraph, which takes seconds for a megabyte. */
#define MAX_LINE_CHARS 4000

/* The end of the escape sequence at `at` (an ESC); the end of the text when it is incomplete. */
static const char *
skip_escape (const char *at)
{
  at++;
  if (*at == '[')
    {
      at++;
      while (*at >= 0x20 && *at <= 0x3f)
        at++;
      /* Any other byte than a final one, such as the first of a longer character, is text again. */
      return *at >= 0x40 && *at <= 0x7e ? at + 1 : at;
    }
  if (*at == ']')
    {
      while (*at != '\0' && *at != '\a' && *at != '\n' && !(*at == '\033' && at[1] == '\\'))
        at++;
      if (*at == '\a')
        at++;
      else if (*at == '\033')
        at += 2;
      return at;
    }
  return *at > 0x20 && *at < 0x7f ? at + 1 : at;
}

/* Marks that reverse the reading direction would show the line as another one. */
static gboolean
is_turning (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
dash_log_text_clean (const char *bytes, gsize length)
{
  g_autofree char *raw = NULL;
  g_autofree char *valid = NULL;
  GString *text;
  gsize column = 0;

  g_return_val_if_fail (bytes != NULL || length == 0, NULL);
  text = g_string_sized_new (length);
  raw = g_malloc (length + 1);
  memcpy (raw, bytes, length);
  raw[length] = '\0';
  /* A NUL would end the text early. */
  for (gsize i = 0; i < length; i++)
    if (raw[i] == '\0')
      raw[i] = ' ';
  valid = g_utf8_make_valid (raw, (gssize) length);
  for (const char *at = valid; *at != '\0';)
    {
      const char *next = g_utf8_next_char (at);

      if (*at == '\033')
        next = skip_escape (at);
      else if (is_turning (g_utf8_get_char (at)))
        g_string_append (text, "\357\277\275");
      else if (*at == '\n' || *at == '\r')
        {
          if (!(*at == '\r' && at[1] == '\n'))
            g_string_append_c (text, '\n');
          column = 0;
        }
      else if (*at == '\t' || ((guchar) *at >= 0x20 && *at != 0x7f))
        {
          if (column++ == MAX_LINE_CHARS)
            {
              g_string_append_c (text, '\n');
              column = 1;
            }
          g_string_append_len (text, at, next - at);
        }
      at = next;
    }
  return g_string_free (text, FALSE);
}

gsize
dash_log_text_cut (const char *bytes, gsize length)
{
  gsize back = 1;

  /* Only the next byte shows whether a line feed belongs to it. */
  if (length > 0 && bytes[length - 1] == '\r')
    return 1;
  while (back <= MIN (length, 3) && ((guchar) bytes[length - back] & 0xc0) == 0x80)
    back++;
  if (back > MIN (length, 4) || back > length)
    return 0;
  guchar lead = (guchar) bytes[length - back];
  gsize needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;

  return needed > back ? back : 0;
}

/* (transfer full) the characters of `text`, in lower case unless `match_case`. */
static gunichar *
dup_chars (const char *text, gboolean match_case, glong *n)
{
  gunichar *chars = g_utf8_to_ucs4_fast (text, -1, n);

  for (glong i = 0; !match_case && i < *n; i++)
    chars[i] = g_unichar_tolower (chars[i]);
  return chars;
}

GArray *
dash_log_text_find (const char *text, const char *word, gboolean match_case)
{
  GArray *found;
  glong n_text, n_word;
  g_autofree gunichar *hay = NULL;
  g_autofree gunichar *needle = NULL;

  g_return_val_if_fail (text != NULL && word != NULL, NULL);
  found = g_array_new (FALSE, FALSE, sizeof (guint));
  hay = dup_chars (text, match_case, &n_text);
  needle = dup_chars (word, match_case, &n_word);
  for (glong at = 0; n_word > 0 && at + n_word <= n_text; at++)
    {
      guint offset = (guint) at;

      if (hay[at] != needle[0]
          || memcmp (hay + at, needle, (gsize) n_word * sizeof (gunichar)) != 0)
        continue;
      g_array_append_val (found, offset);
      at += n_word - 1;
    }
  return found;
}
