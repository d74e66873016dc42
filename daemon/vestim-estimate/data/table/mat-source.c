/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-source.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/isolated.h"
#include "daemon/vestim-estimate/data/table/mat-extract.h"
#include "daemon/vestim-estimate/data/table/mat-head.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A file of MATLAB. A process of its own reads it, as mat-extract.h describes, and leaves its
 * columns in memory. */

#define MAX_COLUMNS 100000
#define MAX_SHOWN 40 /* bytes of a text in a message */

/* Packed files need more memory than their length; measured data rarely pack to less than this part
 * of it. */
#define MAX_PACKING 64
#define MEMORY_OF_ANY_FILE ((size_t) 1 << 30)

typedef struct
{
  const char *at; /* doubles; or texts, the next one for the next row */
  size_t length;  /* of the text of the row read last */
  const char *text;
  double value;
  char written[G_ASCII_DTOSTR_BUF_SIZE];
} MatCells;

typedef struct
{
  TableSource base;
  IsolatedResult result;
  const char *at; /* while it is taken apart */
  size_t n_rows;
  size_t row; /* read last, from 1 */
  MatCells *cells;
  char *digest;
  char *why; /* (nullable) the last explanation */
} MatSource;

/* The result of mat_extract() */

static bool
take_number (MatSource *file, uint64_t *value)
{
  const char *end = file->result.bytes + file->result.length;

  if ((size_t) (end - file->at) < sizeof *value)
    return false;
  memcpy (value, file->at, sizeof *value);
  file->at += sizeof *value;
  return true;
}

static bool
skip (MatSource *file, uint64_t n)
{
  const char *end = file->result.bytes + file->result.length;

  if ((size_t) (end - file->at) < n)
    return false;
  file->at += n;
  return true;
}

/* (nullable) `(transfer full)` without control characters. */
static char *
take_string (MatSource *file)
{
  uint64_t length = 0;
  const char *text = NULL;

  if (!take_number (file, &length))
    return NULL;
  text = file->at;
  if (!skip (file, length))
    return NULL;

  char *copy = g_strndup (text, length);
  for (char *c = copy; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return copy;
}

static bool
take_names (MatSource *file, uint64_t n, GError **error)
{
  g_auto (GStrv) titles = g_new0 (char *, n + 1);
  bool *is_text = g_new0 (bool, n);
  uint64_t word = 0;

  file->base.is_text = is_text;
  for (uint64_t i = 0; i < n; i++)
    {
      titles[i] = take_string (file);
      if (!titles[i] || !take_number (file, &word))
        return false;
      is_text[i] = word != 0;
    }
  file->base.names = table_names_new ((const char *const *) titles, NULL, file->base.path, error);
  return file->base.names != NULL;
}

static bool
take_notes (MatSource *file)
{
  uint64_t n = 0;

  if (!take_number (file, &n))
    return false;
  for (; n > 0; n--)
    {
      char *note = take_string (file);

      if (!note)
        return false;
      g_ptr_array_add (file->base.notes, note);
    }
  return true;
}

static bool
take_columns (MatSource *file)
{
  uint64_t length = 0;

  file->cells = g_new0 (MatCells, file->base.names->n_columns);
  for (int i = 0; i < file->base.names->n_columns; i++)
    {
      file->cells[i].at = file->at;
      if (!file->base.is_text[i] && !skip (file, file->n_rows * sizeof (double)))
        return false;
      for (size_t row = 0; file->base.is_text[i] && row < file->n_rows; row++)
        if (!take_number (file, &length) || !skip (file, length))
          return false;
    }
  return true;
}

/* False with `error` if it is a sentence about the file, or without. */
static bool
take_table (MatSource *file, GError **error)
{
  uint64_t is_fault = 0, n_columns = 0;

  file->at = file->result.bytes;
  if (take_number (file, &is_fault) && is_fault)
    {
      g_autofree char *fault = take_string (file);

      if (fault)
        failure_set (error, "%s %s", file->base.path, fault);
      return false;
    }
  return take_number (file, &file->n_rows) && take_number (file, &n_columns)
         && n_columns <= MAX_COLUMNS && file->n_rows <= file->result.length
         && take_names (file, n_columns, error) && take_notes (file) && take_columns (file);
}

static void
extract (FILE *out, void *user)
{
  mat_extract (user, out);
}

static bool
read_table (MatSource *file, size_t file_length, GError **error)
{
  size_t max_memory = MEMORY_OF_ANY_FILE + MAX_PACKING * file_length;
  GError *fault = NULL;

  switch (isolated_run (extract, (void *) file->base.path, max_memory, &file->result))
    {
    case ISOLATED_DONE:
      if (take_table (file, &fault))
        return true;
      if (!fault)
        failure_set (&fault, "%s cannot be read: the result of the reading is incomplete",
                     file->base.path);
      g_propagate_error (error, fault);
      return false;
    case ISOLATED_CRASHED:
      failure_set (error,
                   "%s is damaged: its reading broke off; get the file again, or save it again",
                   file->base.path);
      return false;
    case ISOLATED_LIMITED:
      failure_set (error,
                   "%s needs more memory or time than its length explains: it may be damaged; save "
                   "its columns as CSV",
                   file->base.path);
      return false;
    case ISOLATED_FAILED:
      break;
    }
  failure_set (error, "%s cannot be read: no process for its reading could be started",
               file->base.path);
  return false;
}

/* The type */

static void
mat_close (TableSource *source)
{
  MatSource *file = (MatSource *) source;

  isolated_clear (&file->result);
  table_names_free (source->names);
  g_ptr_array_unref (source->notes);
  g_free (source->is_text);
  g_free (file->cells);
  g_free (file->digest);
  g_free (file->why);
  g_free (file);
}

static void
read_cell (MatCells *cell, bool is_text)
{
  uint64_t length = 0;

  if (!is_text)
    {
      memcpy (&cell->value, cell->at, sizeof cell->value);
      cell->at += sizeof cell->value;
      return;
    }
  memcpy (&length, cell->at, sizeof length);
  cell->text = cell->at + sizeof length;
  cell->length = length;
  cell->at = cell->text + length;
}

static TableResult
mat_next_row (TableSource *source, GError **error)
{
  MatSource *file = (MatSource *) source;

  if (file->row == file->n_rows)
    return TABLE_END;
  file->row++;
  for (int i = 0; i < source->names->n_columns; i++)
    read_cell (&file->cells[i], source->is_text[i]);
  return TABLE_ROW;
}

static NumberResult
mat_number (TableSource *source, int column, double *value)
{
  const MatCells *cell = &((MatSource *) source)->cells[column];

  if (source->is_text[column])
    return number_parse (cell->text, cell->length, '.', value);
  *value = cell->value;
  return isfinite (cell->value) ? NUMBER_OK : NUMBER_NOT_FINITE;
}

static const char *
mat_text (TableSource *source, int column, size_t *length)
{
  MatCells *cell = &((MatSource *) source)->cells[column];

  if (!source->is_text[column])
    {
      g_ascii_dtostr (cell->written, sizeof cell->written, cell->value);
      cell->text = cell->written;
      cell->length = strlen (cell->written);
    }
  *length = cell->length;
  return cell->text;
}

static const char *
mat_explain (TableSource *source, int column, NumberResult result)
{
  MatSource *file = (MatSource *) source;
  size_t length = 0;
  const char *text = mat_text (source, column, &length);
  g_autofree char *raw = g_strndup (text, MIN (length, MAX_SHOWN));
  g_autofree char *shown = g_utf8_make_valid (raw, -1);

  g_free (file->why);
  file->why = result == NUMBER_EMPTY
                  ? g_strdup ("the cell is empty")
                  : g_strdup_printf ("\"%s\" is %s", shown,
                                     result == NUMBER_NOT_FINITE ? "not finite" : "not a number");
  return file->why;
}

static size_t
mat_place (const TableSource *source)
{
  return ((const MatSource *) source)->row;
}

static const char *
mat_digest (const TableSource *source)
{
  return ((const MatSource *) source)->digest;
}

static TableSource *
mat_open (const char *path, const char *encoding, GError **error)
{
  MatSource *file = g_new0 (MatSource, 1);
  MatHead head = { 0 };

  file->base = (TableSource){
    .type = &table_mat_source,
    .path = path,
    .row_word = "row",
    .notes = g_ptr_array_new_with_free_func (g_free),
  };
  if (mat_head_read (path, &head, error) && read_table (file, head.length, error)
      && mat_head_is_unchanged (path, &head, error))
    {
      file->base.format = head.format;
      file->digest = head.digest;
      return &file->base;
    }
  g_free (head.digest);
  mat_close (&file->base);
  return NULL;
}

const TableSourceType table_mat_source = {
  .recognizes = mat_head_recognizes,
  .open = mat_open,
  .close = mat_close,
  .next_row = mat_next_row,
  .number = mat_number,
  .text = mat_text,
  .explain = mat_explain,
  .place = mat_place,
  .digest = mat_digest,
};
