/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-names.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table-unit.h"

#include <string.h>

/* Splits the titles into names and units; false with `error`. */
static bool
find_units (TableNames *names, const char *const *units, const char *place, GError **error)
{
  for (int i = 0; i < names->n_columns; i++)
    {
      const char *title = names->titles[i];
      const char *unit = units ? units[i] : NULL;

      names->stems[i] = g_strndup (title, table_unit_split (title, &names->units[i]));
      if (!names->units[i])
        names->units[i] = g_strdup (unit);
      else if (unit && strcmp (unit, names->units[i]) != 0)
        {
          failure_set (error,
                       "%s: the column \"%s\" has another unit, %s, in the row of units: correct "
                       "one of them",
                       place, title, unit);
          return false;
        }
    }
  return true;
}

TableNames *
table_names_new (const char *const *titles, const char *const *units, const char *place,
                 GError **error)
{
  g_autoptr (TableNames) names = g_new0 (TableNames, 1);

  names->titles = g_strdupv ((char **) titles);
  names->n_columns = (int) g_strv_length (names->titles);
  names->stems = g_new0 (char *, names->n_columns + 1);
  names->units = g_new0 (char *, names->n_columns + 1);
  names->names = g_new0 (const char *, names->n_columns + 1);
  if (!find_units (names, units, place, error))
    return NULL;

  for (int i = 0; i < names->n_columns; i++)
    names->names[i] = table_names_find (names, names->stems[i], "", NULL) == i ? names->stems[i]
                                                                               : names->titles[i];
  return g_steal_pointer (&names);
}

void
table_names_free (TableNames *names)
{
  if (!names)
    return;

  for (int i = 0; i < names->n_columns; i++)
    g_free (names->units[i]);
  g_strfreev (names->titles);
  g_strfreev (names->stems);
  g_free (names->units);
  g_free (names->names);
  g_free (names);
}

#define SHOWN_BYTES 500

/* Cut to a length that can be read, after a whole character. */
static char *
take_shortened (char *list)
{
  size_t n = SHOWN_BYTES;

  if (strlen (list) <= n)
    return list;
  while (n > 0 && ((unsigned char) list[n] & 0xc0) == 0x80)
    n--;
  list[n] = '\0';
  return list;
}

static char *
list_candidates (const TableNames *names, const char *name)
{
  GString *list = g_string_new (NULL);

  for (int i = 0; i < names->n_columns; i++)
    if (strcmp (names->stems[i], name) == 0)
      g_string_append_printf (list, "%s\"%s\"", list->len ? ", " : "", names->titles[i]);
  return g_string_free (list, FALSE);
}

static void
set_failure (const TableNames *names, const char *name, int n_titles, const char *place,
             GError **error)
{
  g_autofree char *columns = take_shortened (g_strjoinv (", ", names->titles));
  g_autofree char *candidates = take_shortened (list_candidates (names, name));

  if (n_titles > 1)
    failure_set (error, "%s: the column \"%s\" occurs %d times; rename the others", place, name,
                 n_titles);
  else if (candidates[0])
    failure_set (error,
                 "%s: the column \"%s\" is ambiguous: it may be any of %s; use its full name",
                 place, name, candidates);
  else
    failure_set (error, "%s: there is no column \"%s\"; the columns are %s", place, name, columns);
}

int
table_names_find (const TableNames *names, const char *name, const char *place, GError **error)
{
  int same = -1, called = -1, n_same = 0, n_called = 0;

  for (int i = 0; i < names->n_columns; i++)
    {
      if (strcmp (names->titles[i], name) == 0)
        same = i, n_same++;
      if (strcmp (names->stems[i], name) == 0)
        called = i, n_called++;
    }

  if (n_same == 1 || (n_same == 0 && n_called == 1))
    return n_same == 1 ? same : called;
  if (error)
    set_failure (names, name, n_same, place, error);
  return -1;
}

bool
table_names_has (const TableNames *names, const char *name)
{
  return g_strv_contains ((const char *const *) names->titles, name)
         || g_strv_contains ((const char *const *) names->stems, name);
}
