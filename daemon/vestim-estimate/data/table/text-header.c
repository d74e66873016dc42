/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/text-header.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <string.h>

#define MAX_COLUMNS 4096
#define MARK "\xef\xbb\xbf" /* byte order mark of UTF-8 */

/* Separator */

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Whether a tab only pads a comma, as in "SOC,\tCurrent". */
static bool
is_padding (const char *line, size_t length, size_t at)
{
  size_t before = at, after = at + 1;

  while (before > 0 && is_blank (line[before - 1]))
    before--;
  while (after < length && is_blank (line[after]))
    after++;
  return before == 0 || after == length || line[before - 1] == ',' || line[after] == ',';
}

/* A semicolon or tab wins over commas, which may belong to a name: "Voltage, V;Current, A". */
static char
find_separator (const char *line, size_t length)
{
  bool is_quoted = false, has_tab = false;

  for (size_t i = 0; i < length; i++)
    if (line[i] == '"')
      is_quoted = !is_quoted;
    else if (is_quoted)
      continue;
    else if (line[i] == ';')
      return ';';
    else if (line[i] == '\t' && !is_padding (line, length, i))
      has_tab = true;
  return has_tab ? '\t' : ',';
}

/* Titles */

static bool
is_at_end_of_cell (const char *at, const char *end, char separator)
{
  while (at < end && *at != separator && is_blank (*at))
    at++;
  return at == end || *at == separator;
}

/* A quoted title, `*at` being at its first quote; a doubled quote is one. NULL when no quote ends
 * it. */
static char *
take_quoted (const char **at, const char *end, char separator)
{
  g_autoptr (GString) title = g_string_new (NULL);

  for (const char *c = *at + 1; c < end; c++)
    {
      if (*c == '"' && c + 1 < end && c[1] == '"')
        c++;
      else if (*c == '"')
        {
          *at = c + 1;
          return is_at_end_of_cell (*at, end, separator)
                     ? g_string_free (g_steal_pointer (&title), FALSE)
                     : NULL;
        }
      g_string_append_c (title, *c);
    }
  return NULL;
}

/* The title that begins at `*at`. Moves `*at` to the next separator or to the end. */
static char *
take_title (const char **at, const char *end, char separator)
{
  const char *begin = *at;
  char *title = NULL;

  while (begin < end && *begin != separator && is_blank (*begin))
    begin++;
  if (begin < end && *begin == '"')
    {
      title = take_quoted (&begin, end, separator);
      if (!title)
        return NULL;
      *at = begin;
    }

  const char *stop = memchr (*at, separator, (size_t) (end - *at));
  stop = stop ? stop : end;
  if (!title)
    title = g_strndup (*at, (size_t) (stop - *at));
  *at = stop;
  return g_strstrip (title);
}

static bool
parse_titles (TextHeader *header, const char *line, size_t length, const char *path, GError **error)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  const char *at = line, *end = line + length;

  for (;; at++)
    {
      char *title = take_title (&at, end, header->separator);

      if (!title)
        {
          failure_set (error, "%s, line 1, column %u: a name in quotes must end with a quote", path,
                       titles->len + 1);
          return false;
        }
      g_ptr_array_add (titles, title);
      if (titles->len > MAX_COLUMNS)
        {
          failure_set (error, "%s, line 1 has more than %d columns", path, MAX_COLUMNS);
          return false;
        }
      if (at == end)
        break;
    }

  g_ptr_array_add (titles, NULL);
  header->titles = (char **) g_ptr_array_free (g_steal_pointer (&titles), FALSE);
  return true;
}

static const char *
fault_of_line (const char *line, size_t length)
{
  if (length >= 2 && (memcmp (line, "\xff\xfe", 2) == 0 || memcmp (line, "\xfe\xff", 2) == 0))
    return "is UTF-16; save the file as UTF-8";
  if (memchr (line, '\0', length))
    return "has a NUL byte: this is not a CSV file";
  return NULL;
}

TextHeader *
text_header_parse (const char *line, size_t length, const char *path, GError **error)
{
  const char *fault = fault_of_line (line, length);

  if (fault)
    {
      failure_set (error, "%s, line 1 %s", path, fault);
      return NULL;
    }
  if (length >= strlen (MARK) && memcmp (line, MARK, strlen (MARK)) == 0)
    line += strlen (MARK), length -= strlen (MARK);

  g_autoptr (TextHeader) header = g_new0 (TextHeader, 1);
  header->separator = find_separator (line, length);
  if (!parse_titles (header, line, length, path, error))
    return NULL;
  if (!header->titles[1] && !header->titles[0][0])
    {
      failure_set (error, "%s begins with an empty line: its first line must name the columns",
                   path);
      return NULL;
    }

  return g_steal_pointer (&header);
}

void
text_header_free (TextHeader *header)
{
  if (!header)
    return;

  g_strfreev (header->titles);
  g_free (header);
}
