/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/mat-tables.h"

#include "daemon/vestim-estimate/data/table/mat-text.h"

#include <string.h>

#define MAX_DEPTH 8 /* of structs in structs */
#define MIN_ROWS 2
#define MIN_COLUMNS 2

static void
clear_column (void *data)
{
  g_free (((MatColumn *) data)->name);
}

static GArray *
new_columns (void)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (MatColumn));

  g_array_set_clear_func (columns, clear_column);
  return columns;
}

void
mat_tables_init (MatTables *tables)
{
  *tables = (MatTables){
    .tables = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref),
    .places = g_ptr_array_new_with_free_func (g_free),
    .notes = g_ptr_array_new_with_free_func (g_free),
    .objects = g_ptr_array_new_with_free_func (g_free),
  };
}

void
mat_tables_clear (MatTables *tables)
{
  g_ptr_array_unref (tables->tables);
  g_ptr_array_unref (tables->places);
  g_ptr_array_unref (tables->notes);
  g_ptr_array_unref (tables->objects);
  g_free (tables->fault);
}

static void G_GNUC_PRINTF (2, 3) note (MatTables *tables, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (tables->notes, g_strdup_vprintf (format, args));
  va_end (args);
}

/* A place where columns are looked for. */
typedef struct
{
  MatTables *tables;
  const char *name; /* "" outside of structs */
  int depth;
  GArray *columns;           /* of several lengths */
  const matvar_t *matrix;    /* NULL: none with several rows and columns */
  const matvar_t *names;     /* NULL: no cell array that may name its columns */
  bool has_several_matrices; /* so that it is not clear which one is named */
  bool are_names_used;
} Place;

static char *
dup_full_name (const Place *place, const matvar_t *variable)
{
  const char *name = variable->name ? variable->name : "without a name";
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  return place->name[0] ? g_strconcat (place->name, ".", valid, NULL) : g_strdup (valid);
}

static void
add_column (GArray *columns, char *name, const matvar_t *variable, size_t first, size_t length,
            bool is_text)
{
  const MatColumn column = { name, variable, first, length, is_text };

  g_array_append_val (columns, column);
}

static void
add_vector (Place *place, const matvar_t *variable, size_t length, bool is_text)
{
  add_column (place->columns, g_utf8_make_valid (variable->name, -1), variable, 0, length, is_text);
}

static void
add_number (Place *place, const matvar_t *variable)
{
  size_t n_rows = mat_n_rows (variable), n_columns = mat_n_columns (variable);
  g_autofree char *name = dup_full_name (place, variable);

  if (n_rows == 1 || n_columns == 1)
    {
      if (n_rows * n_columns >= MIN_ROWS)
        add_vector (place, variable, n_rows * n_columns, false);
      else
        note (place->tables, "\"%s\" is a single number: it is left out", name);
    }
  else if (n_rows > 1 && n_columns > 1)
    {
      place->has_several_matrices = place->matrix != NULL;
      place->matrix = variable;
    }
  else
    note (place->tables, "\"%s\" is empty or has more than two dimensions: it is left out", name);
}

static void
add_text (Place *place, const matvar_t *variable)
{
  bool is_cell = variable->class_type == MAT_C_CELL;
  size_t n = is_cell ? mat_n_values (variable) : mat_n_rows (variable);

  if (is_cell && (mat_n_rows (variable) == 1 || mat_n_columns (variable) == 1))
    place->names = variable;
  if (n >= MIN_ROWS && (!is_cell || mat_n_rows (variable) == 1 || mat_n_columns (variable) == 1))
    add_vector (place, variable, n, true);
}

static void
add_object (Place *place, const matvar_t *variable)
{
  g_autofree char *name = dup_full_name (place, variable);

  note (place->tables,
        "\"%s\" is an object, which only MATLAB can read (a table, a datetime, a string array): it "
        "is left out",
        name);
  g_ptr_array_add (place->tables->objects, g_steal_pointer (&name));
}

static void examine (MatTables *tables, const char *name, int depth, matvar_t *const *variables,
                     size_t n);

static void
add_struct (Place *place, const matvar_t *variable)
{
  g_autofree char *name = dup_full_name (place, variable);
  unsigned n_fields = Mat_VarGetNumberOfFields ((matvar_t *) variable);

  if (mat_n_values (variable) == 1 && place->depth < MAX_DEPTH && variable->data)
    examine (place->tables, name, place->depth + 1, variable->data, n_fields);
  else
    note (place->tables,
          "\"%s\" is an array of %zu structs: it is left out; to use it, save it as one struct of "
          "columns, meas = table2struct (struct2table (%s), 'ToScalar', true)",
          name, mat_n_values (variable), name);
}

static void
add_variable (Place *place, const matvar_t *variable)
{
  bool is_object = variable->class_type == MAT_C_OPAQUE || variable->class_type == MAT_C_OBJECT
                   || variable->class_type == MAT_C_FUNCTION
                   || (variable->class_type == MAT_C_EMPTY && mat_n_values (variable) > 0);
  g_autofree char *name = dup_full_name (place, variable);

  if (is_object)
    add_object (place, variable);
  else if (variable->class_type == MAT_C_STRUCT)
    add_struct (place, variable);
  else if (variable->name && mat_is_number (variable))
    add_number (place, variable);
  else if (variable->name && (mat_is_char (variable) || mat_is_cell_of_text (variable)))
    add_text (place, variable);
  else if (variable->isComplex || variable->class_type == MAT_C_SPARSE)
    note (place->tables, "\"%s\" is %s: it is left out", name,
          variable->isComplex ? "complex" : "a sparse matrix");
  else
    note (place->tables, "\"%s\" is empty, or neither numbers nor text: it is left out", name);
}

/* The columns of the matrix, if the place has as many names. */
static void
name_matrix (Place *place)
{
  const matvar_t *matrix = place->matrix;
  g_autofree char *name = matrix ? dup_full_name (place, matrix) : NULL;

  if (!matrix)
    return;
  if (!place->names || place->has_several_matrices
      || mat_n_values (place->names) != mat_n_columns (matrix))
    {
      note (place->tables,
            "\"%s\" is a matrix, and no cell array names its %zu columns: it is left out", name,
            mat_n_columns (matrix));
      return;
    }
  for (size_t i = 0; i < mat_n_columns (matrix); i++)
    add_column (place->columns, mat_dup_text (place->names, i), matrix, i * mat_n_rows (matrix),
                mat_n_rows (matrix), false);
  place->are_names_used = true;
}

static guint
count_of_length (const GArray *columns, size_t length)
{
  guint n = 0;

  for (guint i = 0; i < columns->len; i++)
    n += g_array_index (columns, MatColumn, i).length == length;
  return n;
}

/* The length that most columns have; 0 with a fault when two lengths are as frequent. */
static size_t
find_length (const Place *place)
{
  const GArray *columns = place->columns;
  size_t best = 0;
  guint n_best = 0;
  bool is_clear = true;

  for (guint i = 0; i < columns->len; i++)
    {
      size_t length = g_array_index (columns, MatColumn, i).length;
      guint n = count_of_length (columns, length);

      if (n > n_best)
        best = length, n_best = n, is_clear = true;
      else if (n == n_best && length != best)
        is_clear = false;
    }
  if (is_clear || n_best < MIN_COLUMNS)
    return n_best < MIN_COLUMNS ? 0 : best;

  if (!place->tables->fault)
    place->tables->fault = g_strdup_printf (
        "has columns of several lengths%s%s, %u of each: save those of one table in a file of "
        "their own",
        place->name[0] ? " in " : "", place->name, n_best);
  return 0;
}

static void
take_table (Place *place)
{
  size_t length = find_length (place);
  GArray *table = new_columns ();

  for (guint i = 0; i < place->columns->len; i++)
    {
      MatColumn *column = &g_array_index (place->columns, MatColumn, i);

      if (length > 0 && column->length == length)
        add_column (table, g_steal_pointer (&column->name), column->variable, column->first, length,
                    column->is_text);
      else if (!place->are_names_used || column->variable != place->names)
        note (place->tables, "\"%s%s%s\" has %zu values%s: it is left out", place->name,
              place->name[0] ? "." : "", column->name, column->length,
              length > 0 ? ", not as many as the other columns" : "");
    }
  if (table->len == 0)
    {
      g_array_unref (table);
      return;
    }
  g_ptr_array_add (place->tables->tables, table);
  g_ptr_array_add (place->tables->places, g_strdup (place->name));
}

static void
examine (MatTables *tables, const char *name, int depth, matvar_t *const *variables, size_t n)
{
  g_autoptr (GArray) columns = new_columns ();
  Place place = { .tables = tables, .name = name, .depth = depth, .columns = columns };

  for (size_t i = 0; i < n; i++)
    if (variables[i])
      add_variable (&place, variables[i]);
  name_matrix (&place);
  take_table (&place);
}

void
mat_tables_add (MatTables *tables, matvar_t *const *variables, size_t n)
{
  examine (tables, "", 0, variables, n);
}
