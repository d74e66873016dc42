/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/columns/column-search.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table-unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TIME_NAME "Time"
#define SHORTEST_CLEAR_NAME 3

/* Units */

/* (nullable) what the file says. "SOC%" has the unit in the name. */
static const char *
unit_in_file (const TableFile *file, int index)
{
  const TableNames *names = table_names (file);
  const char *name = names->stems[index], *unit = names->units[index];

  if (!unit && role_find (name, NULL) == ROLE_SOC
      && (strchr (name, '%') || strstr (name, "ercent")))
    return "%";
  return unit;
}

/* A short name may stand for anything: "V [km/h]" is a speed. */
static bool
is_unit_wrong (const char *name, const char *unit)
{
  return strlen (name) >= SHORTEST_CLEAR_NAME && role_find (name, NULL) != ROLE_NONE
         && role_find (name, unit) == ROLE_NONE;
}

ColumnMeaning
column_meaning (const TableFile *file, int index, const char *stated)
{
  const char *name = table_names (file)->stems[index];
  const char *text = stated ? stated : unit_in_file (file, index);
  ColumnMeaning meaning = { .role = role_find (name, text) };
  UnitQuantity quantity = UNIT_N_QUANTITIES;

  if (!text)
    return meaning;

  role_quantity (role_find (name, NULL), &quantity);
  meaning.unit = unit_find_of (text, quantity);
  if (meaning.unit)
    meaning.canonical = g_strdup (unit_canonical (meaning.unit->quantity));
  else if (table_unit_is_word (text))
    meaning.canonical = g_strdup (text);
  meaning.is_wrong = !stated && is_unit_wrong (name, text);
  return meaning;
}

void
column_meaning_clear (ColumnMeaning *meaning)
{
  g_clear_pointer (&meaning->canonical, g_free);
}

static void
refuse_unit (const TableFile *file, int index, GError **error)
{
  const TableNames *names = table_names (file);
  g_autofree char *place = table_place_of_names (file);

  failure_set (
      error,
      "%s, column \"%s\": the unit \"%s\" is not one of a %s; correct the header, or state "
      "the unit with columns: {\"%s\": {\"column\": \"%s\", \"unit\": …}}",
      place, names->titles[index], unit_in_file (file, index),
      role_word (role_find (names->stems[index], NULL)), names->stems[index], names->titles[index]);
}

bool
column_can_be_selected (const TableFile *file, int index, GError **error)
{
  g_autofree char *canonical = NULL;
  ColumnMeaning meaning = column_meaning (file, index, NULL);

  canonical = meaning.canonical;
  if (table_find_column (file, table_columns (file)[index], error) < 0)
    return false;
  if (meaning.is_wrong)
    refuse_unit (file, index, error);
  return !meaning.is_wrong;
}

bool
column_check_number (const TableFile *file, int index, double value, GError **error)
{
  if (fabs (value) <= FLT_MAX)
    return true;
  failure_set (error, "%s, %s %zu, column \"%s\": %g is too large; correct the cell",
               table_path (file), table_row_word (file), table_line (file),
               table_names (file)->titles[index], value);
  return false;
}

void
column_refuse_missing (const TableFile *file, int index, GError **error)
{
  failure_set (error,
               "%s, %s %zu, column \"%s\": the cell is missing; complete the file, or give "
               "\"missing\": \"drop\" or {\"interpolate\": 3} with the longest run to fill",
               table_path (file), table_row_word (file), table_line (file),
               table_names (file)->titles[index]);
}

void
found_column_clear (FoundColumn *found)
{
  column_meaning_clear (&found->meaning);
  g_clear_pointer (&found->why, g_free);
}

void
found_column_free (FoundColumn *found)
{
  found_column_clear (found);
  g_free (found);
}

/* Names */

/* (transfer full) indices (int) of the columns for which `fits` holds. */
static GArray *
list_columns (const TableFile *file,
              bool (*fits) (const TableFile *file, int index, const void *user), const void *user)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));

  for (int i = 0; i < table_n_columns (file); i++)
    if (fits (file, i, user))
      g_array_append_val (found, i);
  return found;
}

static bool
has_letters (const TableFile *file, int index, const void *name)
{
  const TableNames *names = table_names (file);

  return g_ascii_strcasecmp (names->titles[index], name) == 0
         || g_ascii_strcasecmp (names->stems[index], name) == 0;
}

static bool
has_role (const TableFile *file, int index, const void *user)
{
  g_autofree char *canonical = NULL;
  ColumnMeaning meaning = column_meaning (file, index, NULL);

  canonical = meaning.canonical;
  return meaning.role == *(const ColumnRole *) user
         && (meaning.role == ROLE_TIME || !table_is_text_column (file, index));
}

/* (transfer full) "\"T1 [°C]\", \"T2 [°C]\"" */
static char *
list_titles (const TableFile *file, const GArray *columns)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < columns->len; i++)
    g_string_append_printf (list, "%s\"%s\"", i ? ", " : "",
                            table_names (file)->titles[g_array_index (columns, int, i)]);
  return g_string_free (list, FALSE);
}

/* -1 with `error` when there are several; -1 without it when there is none. */
static int
only_one (const TableFile *file, const GArray *columns, const char *name, GError **error)
{
  g_autofree char *titles = list_titles (file, columns);
  g_autofree char *place = table_place_of_names (file);

  if (columns->len == 1)
    return g_array_index (columns, int, 0);
  if (columns->len > 1)
    failure_set (error,
                 "%s: \"%s\" may be any of %.500s; name one with the setting columns: "
                 "{\"%s\": {\"column\": …}}",
                 place, name, titles, name);
  return -1;
}

/* A name with a digit means one of several columns, so that another one can't stand for it. */
static ColumnRole
role_of_request (const char *name)
{
  return strpbrk (name, "0123456789") ? ROLE_NONE : role_find (name, NULL);
}

static int
search_by_likeness (const TableFile *file, const char *name, GError **error)
{
  g_autoptr (GArray) same = list_columns (file, has_letters, name);
  ColumnRole role = role_of_request (name);

  if (same->len > 0)
    return only_one (file, same, name, error);
  if (role == ROLE_NONE)
    return -1;

  g_autoptr (GArray) alike = list_columns (file, has_role, &role);
  return only_one (file, alike, name, error);
}

static void
refuse_absent (const TableFile *file, const char *name, GError **error)
{
  g_autoptr (GError) fault = NULL;

  table_find_column (file, name, &fault);
  failure_set (error, "%s: rename the right one, or name it with the setting columns%s",
               fault->message,
               role_of_request (name) == ROLE_SOC ? ", or count it with the setting soc" : "");
}

static int
search_name (const TableFile *file, const char *name, bool *is_absent, GError **error)
{
  g_autoptr (GError) fault = NULL;

  if (table_has_column (file, name))
    return table_find_column (file, name, error);

  int index = search_by_likeness (file, name, &fault);
  if (index < 0 && fault)
    g_propagate_error (error, g_steal_pointer (&fault));
  else if (index < 0)
    {
      *is_absent = true;
      refuse_absent (file, name, error);
    }
  return index;
}

/* A unit without a column is for columns that state none. */
static const char *
stated_unit (const TableFile *file, const FoundColumn *found, const VestimColumn *setting)
{
  if (!setting || !setting->unit || (setting->column && !found->is_named)
      || (!setting->column && unit_in_file (file, found->index)))
    return NULL;
  return setting->unit;
}

static void
refuse_stated_unit (const char *name, const char *unit, GError **error)
{
  failure_set (error,
               "selections.columns.%s.unit: \"%s\" is not a unit that can be converted; the units "
               "are listed in docs/data.md",
               name, unit);
}

/* A unit that no file of the job needs is stored in the model, and counts for later files. */
static bool
check_stated_unit (const char *name, const VestimColumn *setting, GError **error)
{
  UnitQuantity quantity = UNIT_N_QUANTITIES;

  if (!setting || !setting->unit || setting->column
      || !role_quantity (role_of_request (name), &quantity))
    return true;

  const Unit *unit = unit_find_of (setting->unit, quantity);
  if (!unit)
    refuse_stated_unit (name, setting->unit, error);
  else if (unit->quantity != quantity)
    failure_set (error,
                 "selections.columns.%s.unit: \"%s\" is not a unit of this column: give one that "
                 "can be converted to %s",
                 name, setting->unit, unit_canonical (quantity));
  return unit && unit->quantity == quantity;
}

static bool
find_meaning (const TableFile *file, const char *name, const VestimColumn *setting,
              FoundColumn *found, GError **error)
{
  const char *stated = stated_unit (file, found, setting);

  found->meaning = column_meaning (file, found->index, stated);
  if (found->meaning.is_wrong)
    refuse_unit (file, found->index, error);
  if (!stated || found->meaning.unit)
    return !found->meaning.is_wrong;

  UnitQuantity quantity = UNIT_N_QUANTITIES;
  role_quantity (role_of_request (name), &quantity);
  found->meaning.unit = unit_find_of (stated, quantity);
  if (found->meaning.unit)
    found->meaning.canonical = g_strdup (unit_canonical (found->meaning.unit->quantity));
  else
    refuse_stated_unit (name, stated, error);
  return found->meaning.unit != NULL;
}

bool
column_search (const TableFile *file, const char *name, const VestimDataSettings *settings,
               FoundColumn *found, GError **error)
{
  const VestimColumn *setting = vestim_data_settings_find (settings, name);

  *found = (FoundColumn){ .index = -1 };
  if (!check_stated_unit (name, setting, error))
    return false;
  found->is_named = setting && setting->column && table_has_column (file, setting->column);
  found->index = found->is_named ? table_find_column (file, setting->column, error)
                                 : search_name (file, name, &found->is_absent, error);
  return found->index >= 0 && find_meaning (file, name, setting, found, error);
}

FoundColumn *
column_search_role (const TableFile *file, ColumnRole role)
{
  g_autoptr (GArray) columns = list_columns (file, has_role, &role);
  FoundColumn *found = NULL;

  if (columns->len != 1)
    return NULL;
  found = g_new0 (FoundColumn, 1);
  found->index = g_array_index (columns, int, 0);
  found->meaning = column_meaning (file, found->index, NULL);
  return found;
}

/* Times */

/* Keeps the columns of the best kind. */
static void
keep_best_kind (const TableFile *file, GArray *columns)
{
  RoleTimeKind best = ROLE_TIME_DATE;

  for (guint i = 0; i < columns->len; i++)
    best = MIN (best, role_time_kind (table_names (file)->stems[g_array_index (columns, int, i)]));
  for (guint i = columns->len; i-- > 0;)
    if (role_time_kind (table_names (file)->stems[g_array_index (columns, int, i)]) != best)
      g_array_remove_index (columns, i);
}

/* Numbers of a date's column may be days, seconds or milliseconds since some year. */
static char *
fault_of_numbers (const TableFile *file, const FoundColumn *found)
{
  const char *title = table_names (file)->titles[found->index];

  if (found->meaning.unit && found->meaning.unit->quantity == UNIT_TIME)
    return NULL;
  if (found->meaning.canonical)
    return g_strdup_printf ("\"%s\" is not in a unit of time", title);
  if (role_find (table_names (file)->stems[found->index], NULL) == ROLE_TIME
      && role_time_kind (table_names (file)->stems[found->index]) == ROLE_TIME_DATE)
    return g_strdup_printf ("the numbers in \"%s\" may be days, seconds or milliseconds: state it "
                            "with columns: {\"" TIME_NAME "\": {\"column\": \"%s\", \"unit\": …}}",
                            title, title);
  return NULL;
}

/* Leaves the column out if it can't be understood. */
static bool
check_time (const TableFile *file, FoundColumn *found, GError **error)
{
  found->is_text = table_is_text_column (file, found->index);
  found->why = found->is_text ? NULL : fault_of_numbers (file, found);
  if (!found->why)
    return true;

  found->index = -1;
  if (found->is_named)
    {
      g_autofree char *place = table_place_of_names (file);

      failure_set (error, "%s: %s", place, found->why);
    }
  return !found->is_named;
}

static bool
search_time_by_role (const TableFile *file, FoundColumn *found)
{
  const ColumnRole role = ROLE_TIME;
  g_autoptr (GArray) columns = list_columns (file, has_role, &role);

  keep_best_kind (file, columns);
  if (columns->len > 1)
    {
      g_autofree char *titles = list_titles (file, columns);

      found->why = g_strdup_printf (
          "no times are used, because they may be in any of %.500s: name one with time_column",
          titles);
    }
  if (columns->len == 1)
    found->index = g_array_index (columns, int, 0);
  return found->index >= 0;
}

bool
column_search_time (const TableFile *file, const VestimDataSettings *settings, FoundColumn *found,
                    GError **error)
{
  const VestimColumn *setting = vestim_data_settings_find (settings, TIME_NAME);
  const char *name = settings->time_column ? settings->time_column
                     : setting             ? setting->column
                                           : NULL;

  *found = (FoundColumn){ .index = -1 };
  found->is_named = name && table_has_column (file, name);
  if (found->is_named)
    {
      found->index = table_find_column (file, name, error);
      if (found->index < 0)
        return false;
    }
  else if (!search_time_by_role (file, found))
    return true;
  const VestimColumn unit = { .column = found->is_named ? (char *) name : NULL,
                              .unit = setting ? setting->unit : NULL };
  return find_meaning (file, TIME_NAME, &unit, found, error) && check_time (file, found, error);
}
