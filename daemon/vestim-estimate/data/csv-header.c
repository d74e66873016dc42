/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/csv-header.h"

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

/* Names */

/* How long the title is without its unit: "Voltage [V]", "Voltage (V)", "Voltage/V". */
static size_t
length_without_unit (const char *title)
{
  size_t length = strlen (title);
  const char *begin = NULL;

  if (length > 0 && title[length - 1] == ']')
    begin = strrchr (title, '[');
  else if (length > 0 && title[length - 1] == ')')
    begin = strrchr (title, '(');
  else if ((begin = strchr (title, '/')) && (!begin[1] || strpbrk (begin, " \t")))
    begin = NULL;

  if (!begin)
    return length;
  while (begin > title && is_blank (begin[-1]))
    begin--;
  return begin > title ? (size_t) (begin - title) : length;
}

static void
find_names (CsvHeader *header)
{
  header->stems = g_new0 (char *, header->n_columns + 1);
  for (int i = 0; i < header->n_columns; i++)
    header->stems[i] = g_strndup (header->titles[i], length_without_unit (header->titles[i]));

  header->names = g_new (const char *, header->n_columns + 1);
  header->names[header->n_columns] = NULL;
  for (int i = 0; i < header->n_columns; i++)
    header->names[i] = csv_header_find (header, header->stems[i], "", NULL) == i
                           ? header->stems[i]
                           : header->titles[i];
}

static bool
parse_titles (CsvHeader *header, const char *line, size_t length, const char *path, GError **error)
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

  header->n_columns = (int) titles->len;
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

CsvHeader *
csv_header_parse (const char *line, size_t length, const char *path, GError **error)
{
  const char *fault = fault_of_line (line, length);

  if (fault)
    {
      failure_set (error, "%s, line 1 %s", path, fault);
      return NULL;
    }
  if (length >= strlen (MARK) && memcmp (line, MARK, strlen (MARK)) == 0)
    line += strlen (MARK), length -= strlen (MARK);

  g_autoptr (CsvHeader) header = g_new0 (CsvHeader, 1);
  header->separator = find_separator (line, length);
  if (!parse_titles (header, line, length, path, error))
    return NULL;
  if (header->n_columns == 1 && !header->titles[0][0])
    {
      failure_set (error, "%s begins with an empty line: its first line must name the columns",
                   path);
      return NULL;
    }

  find_names (header);
  return g_steal_pointer (&header);
}

void
csv_header_free (CsvHeader *header)
{
  if (!header)
    return;

  g_strfreev (header->titles);
  g_strfreev (header->stems);
  g_free (header->names);
  g_free (header);
}

static char *
list_candidates (const CsvHeader *header, const char *name)
{
  GString *list = g_string_new (NULL);

  for (int i = 0; i < header->n_columns; i++)
    if (strcmp (header->stems[i], name) == 0)
      g_string_append_printf (list, "%s\"%s\"", list->len ? ", " : "", header->titles[i]);
  return g_string_free (list, FALSE);
}

static void
set_failure (const CsvHeader *header, const char *name, int n_titles, const char *path,
             GError **error)
{
  g_autofree char *columns = g_strjoinv (", ", header->titles);
  g_autofree char *candidates = list_candidates (header, name);

  if (n_titles > 1)
    failure_set (error, "%s, line 1: the column \"%s\" occurs %d times; rename the others", path,
                 name, n_titles);
  else if (candidates[0])
    failure_set (
        error,
        "%s, line 1: the column \"%s\" is ambiguous: it may be any of %.500s; use its full name",
        path, name, candidates);
  else
    failure_set (error, "%s, line 1: there is no column \"%s\"; the columns are %.500s", path, name,
                 columns);
}

int
csv_header_find (const CsvHeader *header, const char *name, const char *path, GError **error)
{
  int same = -1, called = -1, n_same = 0, n_called = 0;

  for (int i = 0; i < header->n_columns; i++)
    {
      if (strcmp (header->titles[i], name) == 0)
        same = i, n_same++;
      if (strcmp (header->stems[i], name) == 0)
        called = i, n_called++;
    }

  if (n_same == 1 || (n_same == 0 && n_called == 1))
    return n_same == 1 ? same : called;
  if (error)
    set_failure (header, name, n_same, path, error);
  return -1;
}

bool
csv_header_has (const CsvHeader *header, const char *name)
{
  return g_strv_contains ((const char *const *) header->titles, name)
         || g_strv_contains ((const char *const *) header->stems, name);
}
