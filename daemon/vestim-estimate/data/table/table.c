/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/data/table/table-lines.h"
#include "daemon/vestim-estimate/data/table/table-source.h"
#include "daemon/vestim-estimate/data/table/text-cells.h"
#include "daemon/vestim-estimate/data/table/text-layout.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MIN_ROWS 2
#define HEAD_LENGTH 4096

/* The last one takes every file. */
static const TableSourceType *const types[] = { &table_mat_source, &table_text_source };

struct TableFile
{
  char *path;
  TableSource *source;
  size_t n_rows;
  const char **notes; /* those of the source, NULL-terminated */
};

/* -1 with `error`. */
static ssize_t
read_head (const char *path, guint8 *head, GError **error)
{
  int fd = regular_file_open (path, error);
  ssize_t n = -1;

  if (fd < 0)
    return -1;
  do
    n = read (fd, head, HEAD_LENGTH);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    failure_set (error, "%s cannot be read: %s", path, g_strerror (errno));
  close (fd);
  return n;
}

TableFile *
table_open (const char *path, const char *encoding, GError **error)
{
  g_autoptr (TableFile) file = g_new0 (TableFile, 1);
  guint8 head[HEAD_LENGTH];
  ssize_t n = read_head (path, head, error);
  size_t type = 0;

  if (n < 0)
    return NULL;
  while (type + 1 < G_N_ELEMENTS (types) && !types[type]->recognizes (head, (size_t) n))
    type++;

  file->path = g_strdup (path);
  file->source = types[type]->open (file->path, encoding, error);
  return file->source ? g_steal_pointer (&file) : NULL;
}

void
table_close (TableFile *file)
{
  if (!file)
    return;

  if (file->source)
    file->source->type->close (file->source);
  g_free (file->path);
  g_free (file->notes);
  g_free (file);
}

bool
table_may_have_rows (const char *path)
{
  g_autoptr (TableLines) lines = table_lines_open (path, NULL, NULL);
  TextStart start = { 0 };

  if (!lines)
    return true;
  start.text = table_lines_window (lines, &start.length, &start.is_whole);
  start.line_end = table_lines_end (lines);
  return memchr (start.text, '\0', start.length) || text_layout_has_rows (&start);
}

/* Columns */

const char *const *
table_columns (const TableFile *file)
{
  return file->source->names->names;
}

int
table_n_columns (const TableFile *file)
{
  return file->source->names->n_columns;
}

const TableNames *
table_names (const TableFile *file)
{
  return file->source->names;
}

char *
table_place_of_names (const TableFile *file)
{
  size_t line = file->source->header_line;

  return line > 0 ? g_strdup_printf ("%s, line %zu", file->path, line) : g_strdup (file->path);
}

int
table_find_column (const TableFile *file, const char *name, GError **error)
{
  g_autofree char *place = table_place_of_names (file);

  return table_names_find (file->source->names, name, place, error);
}

bool
table_has_column (const TableFile *file, const char *name)
{
  return table_names_has (file->source->names, name);
}

const char *
table_unit (const TableFile *file, int column)
{
  return file->source->names->units[column];
}

bool
table_is_text_column (const TableFile *file, int column)
{
  return file->source->is_text[column];
}

/* Rows */

TableResult
table_next_row (TableFile *file, GError **error)
{
  TableResult result = file->source->type->next_row (file->source, error);

  file->n_rows += result == TABLE_ROW;
  return result;
}

bool
table_number (TableFile *file, int column, double *value, GError **error)
{
  TableSource *source = file->source;
  NumberResult result = source->type->number (source, column, value);

  if (G_LIKELY (result == NUMBER_OK))
    return true;
  failure_set (error, "%s, %s %zu, column \"%s\": %s; correct the cell or remove the line",
               file->path, source->row_word, table_line (file), source->names->titles[column],
               source->type->explain (source, column, result));
  return false;
}

const char *
table_text (TableFile *file, int column, size_t *length)
{
  return file->source->type->text (file->source, column, length);
}

bool
table_cell_is_missing (TableFile *file, int column)
{
  TextCell cell = { 0 };

  cell.text = table_text (file, column, &cell.length);
  return text_cell_is_missing (&cell);
}

size_t
table_n_rows (const TableFile *file)
{
  return file->n_rows;
}

size_t
table_line (const TableFile *file)
{
  return file->source->type->place (file->source);
}

const char *
table_row_word (const TableFile *file)
{
  return file->source->row_word;
}

const char *
table_path (const TableFile *file)
{
  return file->path;
}

bool
table_has_enough_rows (const TableFile *file, GError **error)
{
  if (file->n_rows >= MIN_ROWS)
    return true;

  failure_set (error, "%s has %zu %s below its header; at least %d are needed", file->path,
               file->n_rows, file->n_rows == 1 ? "row" : "rows", MIN_ROWS);
  return false;
}

/* Facts */

size_t
table_header_line (const TableFile *file)
{
  return file->source->header_line;
}

const char *
table_format (const TableFile *file)
{
  return file->source->format;
}

const char *
table_encoding (const TableFile *file)
{
  return file->source->encoding;
}

const char *
table_separator (const TableFile *file)
{
  return file->source->separator;
}

const char *
table_decimal (const TableFile *file)
{
  return file->source->decimal;
}

const char *const *
table_notes (TableFile *file)
{
  const GPtrArray *notes = file->source->notes;

  g_free (file->notes);
  file->notes = g_new0 (const char *, notes->len + 1);
  for (guint i = 0; i < notes->len; i++)
    file->notes[i] = notes->pdata[i];
  return file->notes;
}

const char *
table_digest (const TableFile *file)
{
  return file->source->type->digest (file->source);
}
