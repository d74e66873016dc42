/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/mat-text.h"

#include <stdint.h>
#include <string.h>

size_t
mat_n_rows (const matvar_t *variable)
{
  return variable->rank == 2 ? variable->dims[0] : 0;
}

size_t
mat_n_columns (const matvar_t *variable)
{
  return variable->rank == 2 ? variable->dims[1] : 0;
}

size_t
mat_n_values (const matvar_t *variable)
{
  size_t n = 0;

  if (__builtin_mul_overflow (mat_n_rows (variable), mat_n_columns (variable), &n))
    return 0;
  return n;
}

static bool
has_data (const matvar_t *variable, size_t size)
{
  size_t n = 0;

  return variable->data && (size_t) variable->data_size == size
         && !__builtin_mul_overflow (mat_n_values (variable), size, &n) && n <= variable->nbytes;
}

/* 0 for a class without numbers. */
static size_t size_of_number (enum matio_classes class)
{
  static const size_t sizes[] = {
    [MAT_C_DOUBLE] = 8, [MAT_C_SINGLE] = 4, [MAT_C_INT8] = 1,  [MAT_C_UINT8] = 1,
    [MAT_C_INT16] = 2,  [MAT_C_UINT16] = 2, [MAT_C_INT32] = 4, [MAT_C_UINT32] = 4,
    [MAT_C_INT64] = 8,  [MAT_C_UINT64] = 8,
  };

  return (size_t) class < G_N_ELEMENTS (sizes) ? sizes[class] : 0;
}

bool
mat_is_number (const matvar_t *variable)
{
  size_t size = size_of_number (variable->class_type);

  return size > 0 && !variable->isComplex && has_data (variable, size);
}

bool
mat_is_char (const matvar_t *variable)
{
  return variable->class_type == MAT_C_CHAR && mat_n_values (variable) > 0
         && has_data (variable, (size_t) variable->data_size) && variable->data_size <= 2;
}

/* An empty cell is an empty text. */
static bool
is_row_of_text (const matvar_t *cell)
{
  return cell && ((mat_is_char (cell) && cell->dims[0] == 1) || mat_n_values (cell) == 0);
}

bool
mat_is_cell_of_text (const matvar_t *variable)
{
  size_t n = mat_n_values (variable);

  if (variable->class_type != MAT_C_CELL || !has_data (variable, sizeof (matvar_t *)))
    return false;
  for (size_t i = 0; i < n; i++)
    if (!is_row_of_text (((matvar_t **) variable->data)[i]))
      return false;
  return n > 0;
}

#define READ(type) ((const type *) variable->data)[index]

double
mat_number (const matvar_t *variable, size_t index)
{
  switch (variable->class_type)
    {
    case MAT_C_DOUBLE:
      return READ (double);
    case MAT_C_SINGLE:
      return READ (float);
    case MAT_C_INT8:
      return READ (int8_t);
    case MAT_C_UINT8:
      return READ (uint8_t);
    case MAT_C_INT16:
      return READ (int16_t);
    case MAT_C_UINT16:
      return READ (uint16_t);
    case MAT_C_INT32:
      return READ (int32_t);
    case MAT_C_UINT32:
      return READ (uint32_t);
    case MAT_C_INT64:
      return (double) READ (int64_t);
    case MAT_C_UINT64:
      return (double) READ (uint64_t);
    case MAT_C_EMPTY:
    case MAT_C_CELL:
    case MAT_C_STRUCT:
    case MAT_C_OBJECT:
    case MAT_C_CHAR:
    case MAT_C_SPARSE:
    case MAT_C_FUNCTION:
    case MAT_C_OPAQUE:
      break;
    }
  g_assert_not_reached ();
}

/* Characters lie column by column. */
static char *
dup_row (const matvar_t *variable, size_t row)
{
  size_t n_rows = variable->dims[0], n = variable->dims[1];
  GString *text = g_string_new (NULL);

  if (variable->data_type == MAT_T_UTF8 && n_rows == 1)
    g_string_append_len (text, variable->data, (gssize) variable->nbytes);
  else
    for (size_t i = 0; i < n; i++)
      {
        size_t index = i * n_rows + row;
        gunichar c = variable->data_size == 1 ? READ (uint8_t) : READ (uint16_t);

        g_string_append_unichar (text, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
      }

  g_autofree char *raw = g_string_free (text, FALSE);
  return g_strchomp (g_utf8_make_valid (raw, -1));
}

char *
mat_dup_text (const matvar_t *variable, size_t index)
{
  const matvar_t *cell = variable;

  if (variable->class_type != MAT_C_CELL)
    return dup_row (variable, index);
  cell = ((matvar_t **) variable->data)[index];
  return mat_n_values (cell) > 0 ? dup_row (cell, 0) : g_strdup ("");
}
