/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-source.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/table/table-sign.h"
#include "daemon/vestim-estimate/data/table/text-rows.h"
#include "daemon/vestim-estimate/data/table/text-thousands.h"

#include <string.h>

/* The decimal sign of a text file. If the comma does not separate the cells, numbers may have a
 * decimal comma: all of a file or none. */

#define SHOWN_BYTES 40 /* of a cell in a message */

typedef struct
{
  TableSource base;
  TextRows *rows;
  char separator;
  char point; /* decimal point or comma; 0 until a number has shown which */
  TextThousands thousands;
  TableSign sign;
  char *why;        /* (nullable) the last explanation */
  char *sign_fault; /* (nullable) why the sign of the last current is not known */
} TextSource;

/* Numbers */

static void
set_point (TextSource *file, char point)
{
  file->point = point;
  file->base.decimal = point == '.' ? "." : point == ',' ? "," : NULL;
}

/* The first number with a point or comma decides for the whole file: if both were allowed, "1.234"
 * could mean 1234 or 1.234. */
static NumberResult
parse_cell (TextSource *file, int column, double *value)
{
  const TextCell *cell = &file->rows->cells[column];

  if (G_LIKELY (file->point && !file->thousands.is_possible))
    return number_parse (cell->text, cell->length, file->point, value);

  bool has_comma = memchr (cell->text, ',', cell->length) != NULL;
  bool has_point = memchr (cell->text, '.', cell->length) != NULL;
  char point = file->point ? file->point : has_comma ? ',' : '.';
  NumberResult result = number_parse (cell->text, cell->length, point, value);

  if (result != NUMBER_OK)
    return result;
  if (!file->point && has_comma != has_point)
    set_point (file, point);
  if (file->thousands.is_possible)
    text_thousands_see (&file->thousands, cell, column, point, file->rows->line);
  return NUMBER_OK;
}

/* For people: short, valid UTF-8, no control characters. `(transfer full)` */
static char *
dup_cell (const TextCell *cell)
{
  g_autofree char *raw = g_strndup (cell->text, MIN (cell->length, SHOWN_BYTES));
  g_autofree char *text = g_utf8_make_valid (raw, -1);

  for (char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return g_strdup_printf ("\"%s%s\"", g_strstrip (text), cell->length > SHOWN_BYTES ? "…" : "");
}

static const char *
fault_of (const TextSource *file, int column, NumberResult result)
{
  const TextCell *cell = &file->rows->cells[column];
  char other = file->point == ',' ? '.' : ',';
  double ignored = 0;

  if (result == NUMBER_EMPTY)
    return "the cell is empty";
  if (result == NUMBER_NOT_FINITE)
    return "is not finite";
  if (number_parse (cell->text, cell->length, other, &ignored) != NUMBER_OK)
    return "is not a number";
  if (file->separator == ',')
    return "has a decimal comma in a file with commas between cells";
  return other == ',' ? "has a decimal comma, but earlier numbers have a decimal point"
                      : "has a decimal point, but earlier numbers have a decimal comma";
}

/* The type */

static bool
text_recognizes (const guint8 *head, size_t length)
{
  return true;
}

static void
text_close (TableSource *source)
{
  TextSource *file = (TextSource *) source;

  text_rows_close (file->rows);
  text_thousands_clear (&file->thousands);
  table_names_free (source->names);
  g_ptr_array_unref (source->notes);
  g_free (source->is_text);
  g_free (file->why);
  g_free (file->sign_fault);
  g_free (file);
}

static TableResult
refuse_thousands (const TextSource *file, GError **error)
{
  failure_set (error,
               "%s, line %zu, column \"%s\": the numbers seem to have a separator of thousands, as "
               "some have exactly three digits after a %s, and others three before none: export "
               "them without such a separator",
               file->base.path, file->thousands.line,
               file->base.names->titles[file->thousands.column],
               file->point == ',' ? "comma" : "point");
  return TABLE_FAILED;
}

static TableResult
text_next_row (TableSource *source, GError **error)
{
  TextSource *file = (TextSource *) source;
  TableResult result = text_rows_next (file->rows, error);

  if (G_UNLIKELY (result == TABLE_END && text_thousands_are_found (&file->thousands)))
    return refuse_thousands (file, error);
  if (G_UNLIKELY (result == TABLE_END))
    g_ptr_array_extend_and_steal (source->notes, g_ptr_array_ref (file->rows->notes));
  return result;
}

/* The current as it is, or its state, may be wrong. */
static NumberResult
give_sign (TextSource *file, NumberResult result, double *value)
{
  if (result != NUMBER_OK)
    return result;
  g_clear_pointer (&file->sign_fault, g_free);
  file->sign_fault =
      table_sign_apply (&file->sign, &file->rows->cells[file->sign.state], file->rows->line, value);
  return file->sign_fault ? NUMBER_INVALID : NUMBER_OK;
}

static NumberResult
text_number (TableSource *source, int column, double *value)
{
  TextSource *file = (TextSource *) source;
  NumberResult result = parse_cell (file, column, value);

  return G_LIKELY (column != file->sign.current) ? result : give_sign (file, result, value);
}

static const char *
text_text (TableSource *source, int column, size_t *length)
{
  const TextCell *cell = &((TextSource *) source)->rows->cells[column];

  *length = cell->length;
  return cell->text;
}

static const char *
text_explain (TableSource *source, int column, NumberResult result)
{
  TextSource *file = (TextSource *) source;
  g_autofree char *text = dup_cell (&file->rows->cells[column]);
  const char *fault = fault_of (file, column, result);

  g_free (file->why);
  if (column == file->sign.current && file->sign_fault)
    return file->why = g_strdup (file->sign_fault);
  file->why = result == NUMBER_EMPTY ? g_strdup (fault) : g_strconcat (text, " ", fault, NULL);
  return file->why;
}

static size_t
text_place (const TableSource *source)
{
  return ((const TextSource *) source)->rows->line;
}

static const char *
text_digest (const TableSource *source)
{
  return table_bytes_digest (text_rows_bytes (((const TextSource *) source)->rows));
}

static const char *
name_of_separator (char separator)
{
  switch (separator)
    {
    case '\t':
      return "tab";
    case TEXT_BLANKS:
      return "space";
    case ';':
      return ";";
    case '|':
      return "|";
    default:
      return ",";
    }
}

static void
take_encoding (TextSource *file)
{
  const TableBytes *bytes = text_rows_bytes (file->rows);

  file->base.encoding = table_bytes_encoding (bytes);
  if (table_bytes_is_compressed (bytes))
    g_ptr_array_add (file->base.notes, g_strdup ("the file is compressed with gzip"));
  if (!table_bytes_is_encoding_clear (bytes))
    g_ptr_array_add (file->base.notes,
                     g_strdup_printf ("the encoding is not clear and taken as %s: set \"encoding\" "
                                      "if the names are wrong",
                                      file->base.encoding));
}

static bool
take_layout (TextSource *file, GError **error)
{
  const TextLayout *layout = text_rows_layout (file->rows);
  g_autofree char *place = g_strdup_printf ("%s, line %zu", file->base.path, layout->header_line);

  file->base.names = table_names_new ((const char *const *) layout->titles,
                                      (const char *const *) layout->units, place, error);
  file->base.is_text = g_memdup2 (layout->is_text, (size_t) layout->n_columns * sizeof (bool));
  file->base.header_line = layout->header_line;
  file->base.separator = name_of_separator (layout->separator);
  for (guint i = 0; i < layout->notes->len; i++)
    g_ptr_array_add (file->base.notes, g_strdup (layout->notes->pdata[i]));
  file->separator = layout->separator;
  set_point (file, layout->separator == ',' ? '.' : '\0');
  file->base.format = layout->format->name;
  if (!file->base.names)
    return false;

  text_thousands_init (&file->thousands, layout->n_columns, layout->separator);
  file->sign = table_sign_new (layout->format, file->base.names);
  if (file->sign.rule)
    g_ptr_array_add (file->base.notes,
                     g_strdup_printf ("\"%s\" gives \"%s\" its sign: discharge is negative",
                                      file->base.names->titles[file->sign.state],
                                      file->base.names->titles[file->sign.current]));
  return true;
}

static TableSource *
text_open (const char *path, const char *encoding, GError **error)
{
  TextSource *file = g_new0 (TextSource, 1);

  file->base = (TableSource){
    .type = &table_text_source,
    .path = path,
    .row_word = "line",
    .notes = g_ptr_array_new_with_free_func (g_free),
  };
  file->rows = text_rows_open (path, encoding, error);
  if (file->rows)
    take_encoding (file);
  if (file->rows && take_layout (file, error))
    return &file->base;
  text_close (&file->base);
  return NULL;
}

const TableSourceType table_text_source = {
  .recognizes = text_recognizes,
  .open = text_open,
  .close = text_close,
  .next_row = text_next_row,
  .number = text_number,
  .text = text_text,
  .explain = text_explain,
  .place = text_place,
  .digest = text_digest,
};
