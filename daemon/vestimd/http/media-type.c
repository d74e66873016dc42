/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/media-type.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/syntax.h"

static size_t
token_length (const char *text)
{
  size_t n = 0;

  while (syntax_is (text[n], SYNTAX_TOKEN))
    n++;
  return n;
}

/* The length of a token or quoted string; 0: it is neither. */
static size_t
value_length (const char *text)
{
  const char *p = text + 1;

  if (*text != '"')
    return token_length (text);
  while (*p != '\0' && *p != '"')
    p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
  return *p == '"' ? (size_t) (p + 1 - text) : 0;
}

static bool
is_utf8 (const char *value, size_t length)
{
  bool is_quoted = *value == '"';
  g_autofree char *name = g_strndup (value + is_quoted, length - (is_quoted ? 2 : 0));

  return strcasecmp (name, "utf-8") == 0 || strcasecmp (name, "utf8") == 0;
}

/* A charset other than UTF-8 is not harmless. */
static bool
has_only_harmless_parameters (const char *text)
{
  text += strspn (text, " \t");
  while (*text == ';')
    {
      text += 1 + strspn (text + 1, " \t");

      size_t name = token_length (text);
      size_t value = name > 0 && text[name] == '=' ? value_length (text + name + 1) : 0;
      bool is_charset = name == strlen ("charset") && strncasecmp (text, "charset", name) == 0;

      if ((name > 0 && value == 0) || (is_charset && !is_utf8 (text + name + 1, value)))
        return false;
      text += name > 0 ? name + 1 + value : 0;
      text += strspn (text, " \t");
    }
  return *text == '\0';
}

bool
media_type_is_json (const char *type)
{
  static const char json[] = "application/json";

  return strncasecmp (type, json, sizeof json - 1) == 0
         && has_only_harmless_parameters (type + sizeof json - 1);
}
