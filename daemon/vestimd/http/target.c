/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/target.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/syntax.h"

int
target_decode_char (const char **text, const char *end)
{
  const char *p = *text;

  if (*p != '%')
    {
      *text = p + 1;
      return (unsigned char) *p;
    }
  if (end - p < 3 || syntax_hex_digit (p[1]) < 0 || syntax_hex_digit (p[2]) < 0)
    return -1;
  *text = p + 3;
  return syntax_hex_digit (p[1]) << 4 | syntax_hex_digit (p[2]);
}

char *
target_decode_query (const char *text, size_t length)
{
  const char *end = text + length;
  GString *out = g_string_sized_new (length);

  while (text < end)
    {
      int c = *text == '+' ? (text++, ' ') : target_decode_char (&text, end);

      if (c <= 0)
        {
          g_string_free (out, TRUE);
          return NULL;
        }
      g_string_append_c (out, (char) c);
    }
  return g_string_free (out, FALSE);
}

/* A path has no NUL: code that reads it as a C string would see another path. */
static bool
has_good_escapes (const char *text, size_t length)
{
  const char *end = text + length;

  if (memchr (text, '%', length) == NULL)
    return true;
  while (text < end)
    if (target_decode_char (&text, end) <= 0)
      return false;
  return true;
}

static bool
is_method (const char *method, size_t length, const char *name)
{
  return length == strlen (name) && memcmp (method, name, length) == 0;
}

static void
split_query (HttpTarget *target, const char *text, size_t length)
{
  const char *mark = memchr (text, '?', length);

  target->path = text;
  target->path_length = mark != NULL ? (size_t) (mark - text) : length;
  if (mark == NULL)
    return;
  target->query = mark + 1;
  target->query_length = length - target->path_length - 1;
}

static bool
is_authority (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (strchr ("/@\\?#,", text[i]) != NULL)
      return false;
  return length > 0;
}

/* "http://host:port/path?query", the form for proxies. */
static bool
parse_absolute (HttpTarget *target, const char *text, size_t length, bool is_options)
{
  static const char scheme[] = "http://";
  size_t authority_length;

  if (length < sizeof scheme - 1 || strncasecmp (text, scheme, sizeof scheme - 1) != 0)
    return false;
  text += sizeof scheme - 1;
  length -= sizeof scheme - 1;
  for (authority_length = 0; authority_length < length; authority_length++)
    if (text[authority_length] == '/' || text[authority_length] == '?')
      break;
  target->authority = text;
  target->authority_length = authority_length;
  if (!is_authority (text, authority_length))
    return false;
  split_query (target, text + authority_length, length - authority_length);
  if (target->path_length == 0)
    {
      target->path = is_options && target->query == NULL ? "*" : "/";
      target->path_length = 1;
    }
  return true;
}

bool
target_parse (HttpTarget *target, const char *text, size_t length, const char *method,
              size_t method_length, const char **detail)
{
  bool is_options = is_method (method, method_length, "OPTIONS");

  memset (target, 0, sizeof *target);
  if (text[0] == '/')
    split_query (target, text, length);
  else if (is_options && length == 1 && text[0] == '*')
    split_query (target, text, length);
  else if (is_method (method, method_length, "CONNECT") && is_authority (text, length))
    target->path = "";
  else if (!parse_absolute (target, text, length, is_options))
    {
      *detail = "The request's target is neither a path nor an http:// address: send a path that "
                "begins with a slash.";
      return false;
    }
  if (has_good_escapes (target->path, target->path_length))
    return true;
  *detail = "The path has a malformed percent escape, or a NUL: encode each as two hexadecimal "
            "digits.";
  return false;
}
