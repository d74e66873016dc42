/* SPDX-License-Identifier: MIT */

/* Writes a check for programs and for people. */

#include "daemon/vestim-estimate/commands/file-check.h"

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
append_string (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, ", \"%s\": ", name);
  vestim_json_append_string (json, value);
}

static void
append_number (GString *json, const char *name, double value)
{
  g_string_append_printf (json, ", \"%s\": ", name);
  vestim_json_append_double (json, value);
}

static void
append_column (GString *json, const ColumnCheck *column)
{
  g_string_append (json, "{\"name\": ");
  vestim_json_append_string (json, column->name);
  append_string (json, "unit", column->unit);
  append_string (json, "canonical_unit", column->canonical_unit);
  append_string (json, "role", role_word (column->role));
  append_number (json, "min", column->min);
  append_number (json, "max", column->max);
  g_string_append_printf (json, ", \"missing\": %zu, \"usable\": %s", column->n_missing,
                          column->why ? "false" : "true");
  append_string (json, "why", column->why);
  g_string_append_c (json, '}');
}

static void
append_lists (GString *json, const FileCheck *check)
{
  g_string_append (json, ", \"columns\": [");
  for (guint i = 0; i < check->columns->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      vestim_json_append_string (json, g_array_index (check->columns, ColumnCheck, i).name);
    }
  g_string_append (json, "], \"details\": [");
  for (guint i = 0; i < check->columns->len; i++)
    {
      g_string_append (json, i ? ",\n   " : "");
      append_column (json, &g_array_index (check->columns, ColumnCheck, i));
    }
  g_string_append (json, "], \"notes\": [");
  for (guint i = 0; i < check->notes->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      vestim_json_append_string (json, check->notes->pdata[i]);
    }
  g_string_append_c (json, ']');
}

void
file_check_append_json (GString *json, const FileCheck *check)
{
  bool is_known = check->sign.sign != VESTIM_SIGN_AS_WRITTEN;

  g_string_append (json, "{\"file\": ");
  vestim_json_append_string (json, check->path);
  g_string_append_printf (json, ", \"rows\": %zu, \"complete\": %s", check->n_rows,
                          check->is_complete ? "true" : "false");
  append_number (json, "period_s", check->period_s);
  append_string (json, "error", check->fault);
  append_string (json, "format", check->format);
  append_string (json, "encoding", check->encoding);
  append_number (json, "header_line", check->header_line > 0 ? (double) check->header_line : NAN);
  append_string (json, "separator", check->separator);
  append_string (json, "decimal", check->decimal);
  g_string_append_printf (json, ", \"gaps\": %zu, \"backward_times\": %zu", check->n_gaps,
                          check->n_wrong_times);
  append_string (json, "current_sign",
                 is_known ? vestim_setting_word ("current_sign", (int) check->sign.sign) : NULL);
  append_lists (json, check);
  g_string_append_c (json, '}');
}

static void
print_column (const ColumnCheck *column)
{
  const char *role = role_word (column->role);
  bool has_word = column->canonical_unit && strcmp (column->canonical_unit, "1") != 0;

  printf ("  %s", column->name);
  if (column->unit)
    printf (" [%s]", column->unit);
  if (role)
    printf (", %s", role);
  if (isfinite (column->min))
    printf (", %g to %g%s%s", column->min, column->max, has_word ? " " : "",
            has_word ? column->canonical_unit : "");
  if (column->n_missing > 0)
    printf (", %zu cells missing", column->n_missing);
  printf ("%s%s\n", column->why ? ": not usable: " : "", column->why ? column->why : "");
}

void
file_check_print (const FileCheck *check)
{
  if (check->fault)
    {
      puts (check->fault);
      return;
    }

  printf ("%s: %zu rows, columns ", check->path, check->n_rows);
  for (guint i = 0; i < check->columns->len; i++)
    printf ("%s%s", i ? ", " : "", g_array_index (check->columns, ColumnCheck, i).name);
  if (isfinite (check->period_s))
    printf (", one row every %g s", check->period_s);
  if (check->n_gaps > 0)
    printf (", %zu gaps", check->n_gaps);
  printf ("\n  format: %s", check->format);
  if (check->encoding)
    printf (", %s", check->encoding);
  putchar ('\n');
  for (guint i = 0; i < check->columns->len; i++)
    print_column (&g_array_index (check->columns, ColumnCheck, i));
  if (check->sign.sign != VESTIM_SIGN_AS_WRITTEN)
    {
      g_autofree char *evidence = current_sign_explain (&check->sign);

      printf ("  %s\n", evidence);
    }
  for (guint i = 0; i < check->notes->len; i++)
    printf ("  note: %s\n", (char *) check->notes->pdata[i]);
}
