/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/mat-extract.h"

#include "daemon/vestim-estimate/data/table/mat-tables.h"
#include "daemon/vestim-estimate/data/table/mat-text.h"

#include <stdint.h>
#include <string.h>

#define ADVICE_OBJECT \
  "save it in MATLAB as a struct: meas = table2struct (T, 'ToScalar', true); save file.mat meas"

static bool has_complained; /* the library, about the file; it has no other way to say so */

static void
on_message (int level, char *text)
{
  if (level & (MATIO_LOG_LEVEL_ERROR | MATIO_LOG_LEVEL_CRITICAL | MATIO_LOG_LEVEL_WARNING))
    has_complained = true;
}

static void
write_number (FILE *out, uint64_t value)
{
  fwrite (&value, sizeof value, 1, out);
}

static void
write_string (FILE *out, const char *text)
{
  write_number (out, strlen (text));
  fwrite (text, 1, strlen (text), out);
}

/* (nullable) A sentence about why there is no table, or not one. */
static char *
fault_of (const MatTables *found)
{
  if (has_complained)
    return g_strdup ("cannot be read: it is damaged or incomplete, or MATLAB did not write it; get "
                     "the file again, or save it with -v7");
  if (found->fault)
    return g_strdup (found->fault);
  if (found->tables->len == 0 && found->objects->len > 0)
    return g_strdup_printf ("has no columns of numbers; \"%s\" is an object, which only MATLAB can "
                            "read: " ADVICE_OBJECT,
                            (char *) found->objects->pdata[0]);
  if (found->tables->len == 0)
    return g_strdup ("has no columns of equal length: save a struct whose fields are column "
                     "vectors, or such vectors");
  if (found->tables->len == 1)
    return NULL;

  GString *places = g_string_new (NULL);
  for (guint i = 0; i < found->places->len; i++)
    {
      const char *place = found->places->pdata[i];
      g_string_append_printf (places, "%s%s", i > 0 ? ", " : "",
                              place[0] ? place : "the variables outside of structs");
    }
  g_string_prepend (places, "has several tables (");
  g_string_append (places, "): save each in a file of its own");
  return g_string_free (places, FALSE);
}

static void
write_values (FILE *out, const MatColumn *column)
{
  for (size_t i = 0; i < column->length; i++)
    if (column->is_text)
      {
        g_autofree char *text = mat_dup_text (column->variable, i);

        write_string (out, text);
      }
    else
      {
        double value = mat_number (column->variable, column->first + i);

        fwrite (&value, sizeof value, 1, out);
      }
}

static void
write_table (FILE *out, const GArray *table, const GPtrArray *notes)
{
  write_number (out, 0);
  write_number (out, g_array_index (table, MatColumn, 0).length);
  write_number (out, table->len);
  for (guint i = 0; i < table->len; i++)
    {
      const MatColumn *column = &g_array_index (table, MatColumn, i);

      write_string (out, column->name);
      write_number (out, column->is_text);
    }
  write_number (out, notes->len);
  for (guint i = 0; i < notes->len; i++)
    write_string (out, notes->pdata[i]);
  for (guint i = 0; i < table->len; i++)
    write_values (out, &g_array_index (table, MatColumn, i));
}

static GPtrArray *
read_variables (const char *path)
{
  GPtrArray *variables = g_ptr_array_new_with_free_func ((GDestroyNotify) Mat_VarFree);
  mat_t *file = Mat_Open (path, MAT_ACC_RDONLY);
  matvar_t *variable = NULL;

  if (!file)
    has_complained = true;
  while (file && (variable = Mat_VarReadNext (file)))
    g_ptr_array_add (variables, variable);
  if (file)
    Mat_Close (file);
  return variables;
}

void
mat_extract (const char *path, FILE *out)
{
  MatTables found;

  has_complained = false;
  Mat_LogInitFunc ("vestim-estimate", on_message);
  mat_tables_init (&found);

  g_autoptr (GPtrArray) variables = read_variables (path);
  mat_tables_add (&found, (matvar_t *const *) variables->pdata, variables->len);

  g_autofree char *fault = fault_of (&found);
  if (fault)
    {
      write_number (out, 1);
      write_string (out, fault);
    }
  else
    write_table (out, found.tables->pdata[0], found.notes);
  mat_tables_clear (&found);
}
