/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/flat-json.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NUMBER 64              /* characters */
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The length of the UTF-8 sequence at the start of `size` bytes, 0 when there is none. */
static size_t
utf8_length (const unsigned char *bytes, size_t size)
{
  size_t length = bytes[0] < 0x80   ? 1
                  : bytes[0] < 0xc2 ? 0
                  : bytes[0] < 0xe0 ? 2
                  : bytes[0] < 0xf0 ? 3
                  : bytes[0] < 0xf5 ? 4
                                    : 0;

  if (length > size)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((bytes[i] & 0xc0) != 0x80)
      return 0;
  /* Overlong forms, surrogates, and what is beyond U+10FFFF. */
  if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f)
      || (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f))
    return 0;
  return length;
}

/* ---- The text ---- */

typedef struct
{
  const char *start;
  size_t length;
} Span;

typedef struct
{
  enum
  {
    TYPE_NULL,
    TYPE_BOOL,
    TYPE_NUMBER,
    TYPE_STRING,
  } type;
  Span span; /* a string without its quotes, still escaped */
} Value;

typedef struct
{
  const char *at;
  const char *end;
} TextReader;

static void
skip_space (TextReader *reader)
{
  while (reader->at < reader->end && memchr (" \t\r\n", *reader->at, 4) != NULL)
    reader->at++;
}

static bool
take (TextReader *reader, char expected)
{
  skip_space (reader);
  if (reader->at == reader->end || *reader->at != expected)
    return false;
  reader->at++;
  return true;
}

/* The code of the escape "\u…" at `at`, -1 when it is none. */
static int
read_code (const char *at, const char *end)
{
  char digits[5] = "";

  if (end - at < 6 || at[1] != 'u')
    return -1;
  memcpy (digits, at + 2, 4);
  return strspn (digits, "0123456789ABCDEFabcdef") == 4 ? (int) strtol (digits, NULL, 16) : -1;
}

/* The length of the character or escape at `at`, 0 when it is damaged. It knows only the escapes
 * that the writer makes. */
static size_t
item_length (const char *at, const char *end)
{
  if ((unsigned char) *at < 0x20)
    return 0;
  if (*at != '\\')
    return utf8_length ((const unsigned char *) at, (size_t) (end - at));
  if (end - at >= 2 && (at[1] == '"' || at[1] == '\\'))
    return 2;
  return read_code (at, end) > 0 ? 6 : 0;
}

static bool
read_string (TextReader *reader, Span *span)
{
  if (!take (reader, '"'))
    return false;
  span->start = reader->at;
  while (reader->at < reader->end && *reader->at != '"')
    {
      size_t length = item_length (reader->at, reader->end);

      if (length == 0)
        return false;
      reader->at += length;
    }
  span->length = (size_t) (reader->at - span->start);
  return take (reader, '"');
}

static bool
read_word (TextReader *reader, const char *word)
{
  size_t length = strlen (word);

  if ((size_t) (reader->end - reader->at) < length || memcmp (reader->at, word, length) != 0)
    return false;
  reader->at += length;
  return true;
}

/* Takes the characters of numbers; the conversion shows whether they are one. */
static bool
read_number (TextReader *reader)
{
  const char *start = reader->at;

  while (reader->at < reader->end && memchr ("+-.0123456789Ee", *reader->at, 15) != NULL)
    reader->at++;
  return reader->at > start;
}

static bool
read_value (TextReader *reader, Value *value)
{
  skip_space (reader);
  if (reader->at < reader->end && *reader->at == '"')
    {
      value->type = TYPE_STRING;
      return read_string (reader, &value->span);
    }
  value->span.start = reader->at;
  if (read_word (reader, "null"))
    value->type = TYPE_NULL;
  else if (read_word (reader, "true") || read_word (reader, "false"))
    value->type = TYPE_BOOL;
  else if (read_number (reader))
    value->type = TYPE_NUMBER;
  else
    return false;
  value->span.length = (size_t) (reader->at - value->span.start);
  return true;
}

static char *
dup_string (const Span *span)
{
  const char *end = span->start + span->length;
  char *string = malloc (span->length + 1); /* no escape is shorter than what it stands for */
  char *to = string;

  if (string == NULL)
    abort ();
  for (const char *at = span->start, *next; at < end; at = next)
    {
      int code = read_code (at, end);

      next = at + item_length (at, end);
      if (*at != '\\')
        to = mempcpy (to, at, (size_t) (next - at));
      else if (code < 0)
        *to++ = at[1];
      else if (code < 0x80)
        *to++ = (char) code;
      else
        to = stpcpy (to, REPLACEMENT);
    }
  *to = '\0';
  return string;
}

/* ---- Values of a struct ---- */

/* The number as text; "" for anything else. */
static void
copy_number (const Value *value, char text[MAX_NUMBER])
{
  bool fits = value->type == TYPE_NUMBER && value->span.length < MAX_NUMBER;

  snprintf (text, MAX_NUMBER, "%.*s", fits ? (int) value->span.length : 0, value->span.start);
}

static bool
take_int64 (int64_t *to, const Value *value, int64_t least, int64_t most)
{
  char text[MAX_NUMBER], *end;
  int64_t number;

  copy_number (value, text);
  errno = 0;
  number = strtoll (text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || number < least || number > most)
    return false;
  *to = number;
  return true;
}

static bool
take_int (int *to, const Value *value)
{
  int64_t number;

  if (!take_int64 (&number, value, 0, INT_MAX))
    return false;
  *to = (int) number;
  return true;
}

static bool
take_uint64 (uint64_t *to, const Value *value)
{
  char text[MAX_NUMBER], *end;
  uint64_t number;

  copy_number (value, text);
  errno = 0;
  number = strtoull (text, &end, 10);
  if (end == text || *end != '\0' || errno != 0 || text[0] == '-')
    return false;
  *to = number;
  return true;
}

static bool
take_double (double *to, const Value *value)
{
  char text[MAX_NUMBER], *end;
  double number;

  copy_number (value, text);
  number = strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (number))
    return false;
  *to = number;
  return true;
}

static bool
take_string (char **to, const Value *value)
{
  if (value->type != TYPE_STRING)
    return false;
  free (*to);
  *to = dup_string (&value->span);
  return true;
}

static bool
take_word (char *to, int width, const Value *value)
{
  Span span = value->span;

  while (span.length > 0 && *span.start == ' ')
    {
      span.start++;
      span.length--;
    }
  if (value->type != TYPE_STRING || span.length > (size_t) width)
    return false;
  for (size_t i = 0; i < span.length; i++)
    if (span.start[i] != '-' && !isalnum ((unsigned char) span.start[i]))
      return false;
  snprintf (to, (size_t) width + 1, "%.*s", (int) span.length, span.start);
  return true;
}

static bool
take_member (const FlatJsonMember *member, void *record, const Value *value)
{
  void *to = (char *) record + member->offset;

  switch (member->kind)
    {
    case FLAT_JSON_INT:
    case FLAT_JSON_INT_OR_NULL:
      return take_int (to, value);
    case FLAT_JSON_INT64:
      return take_int64 (to, value, INT64_MIN, INT64_MAX);
    case FLAT_JSON_INT64_OR_NULL:
      return take_int64 (to, value, 0, INT64_MAX);
    case FLAT_JSON_UINT64:
      return take_uint64 (to, value);
    case FLAT_JSON_DOUBLE:
      return take_double (to, value);
    case FLAT_JSON_BOOL:
      if (value->type == TYPE_BOOL)
        *(bool *) to = value->span.start[0] == 't';
      return value->type == TYPE_BOOL;
    case FLAT_JSON_STRING:
      return take_string (to, value);
    case FLAT_JSON_WORD:
      return take_word (to, member->width, value);
    }
  return false;
}

static uint32_t
take_named (const FlatJsonTable *table, void *record, const Span *name, const Value *value)
{
  for (size_t i = 0; i < table->n; i++)
    {
      const FlatJsonMember *member = &table->members[i];

      if (strlen (member->name) == name->length
          && memcmp (member->name, name->start, name->length) == 0)
        return take_member (member, record, value) ? (uint32_t) 1 << i : 0;
    }
  return 0;
}

/* Every text of the writer begins so; a text that does not is not ours. */
static const char begin[] = "{\"version\":1";

bool
flat_json_read (const FlatJsonTable *table, void *record, const char *text, size_t length)
{
  uint32_t required = (uint32_t) (((uint64_t) 1 << table->n_required) - 1), taken = 0;
  TextReader reader = { .at = text + sizeof begin - 1, .end = text + length };
  bool is_over = false;

  if (length < sizeof begin || memcmp (text, begin, sizeof begin - 1) != 0 || !take (&reader, ','))
    return false;
  while (!is_over)
    {
      Span name;
      Value value;

      if (!read_string (&reader, &name) || !take (&reader, ':') || !read_value (&reader, &value))
        return false;
      taken |= take_named (table, record, &name, &value);
      is_over = take (&reader, '}');
      if (!is_over && !take (&reader, ','))
        return false;
    }
  return (taken & required) == required;
}

/* ---- Writing ---- */

typedef struct
{
  char *data;
  size_t size;
  size_t length; /* over `size` when it did not fit */
} TextWriter;

static void add (TextWriter *writer, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

static void
add (TextWriter *writer, const char *format, ...)
{
  bool fits = writer->length < writer->size;
  va_list arguments;

  va_start (arguments, format);
  writer->length +=
      (size_t) vsnprintf (fits ? writer->data + writer->length : NULL,
                          fits ? writer->size - writer->length : 0, format, arguments);
  va_end (arguments);
}

static void
add_string (TextWriter *writer, const char *string)
{
  const char *end = string == NULL ? NULL : string + strlen (string);

  add (writer, string == NULL ? "null" : "\"");
  for (const char *at = string; at < end;)
    {
      size_t n = utf8_length ((const unsigned char *) at, (size_t) (end - at));

      if (n == 0)
        add (writer, "\\ufffd");
      else if (*at == '"' || *at == '\\')
        add (writer, "\\%c", *at);
      else if ((unsigned char) *at < 0x20)
        add (writer, "\\u%04x", *at);
      else
        add (writer, "%.*s", (int) n, at);
      at += n == 0 ? 1 : n;
    }
  if (string != NULL)
    add (writer, "\"");
}

static void
add_member (TextWriter *writer, const FlatJsonMember *member, const void *record)
{
  const void *from = (const char *) record + member->offset;
  bool is_null = (member->kind == FLAT_JSON_INT_OR_NULL && *(const int *) from < 0)
                 || (member->kind == FLAT_JSON_INT64_OR_NULL && *(const int64_t *) from < 0)
                 || (member->kind == FLAT_JSON_DOUBLE && !isfinite (*(const double *) from));

  add (writer, ",\"%s\":", member->name);
  if (is_null)
    {
      add (writer, "null");
      return;
    }
  switch (member->kind)
    {
    case FLAT_JSON_INT:
    case FLAT_JSON_INT_OR_NULL:
      add (writer, "%*d", member->width, *(const int *) from);
      break;
    case FLAT_JSON_INT64:
    case FLAT_JSON_INT64_OR_NULL:
      add (writer, "%*" PRId64, member->width, *(const int64_t *) from);
      break;
    case FLAT_JSON_UINT64:
      add (writer, "%*" PRIu64, member->width, *(const uint64_t *) from);
      break;
    case FLAT_JSON_DOUBLE:
      add (writer, "%.6f", *(const double *) from);
      break;
    case FLAT_JSON_BOOL:
      add (writer, *(const bool *) from ? "true" : "false");
      break;
    case FLAT_JSON_STRING:
      add_string (writer, *(char *const *) from);
      break;
    case FLAT_JSON_WORD:
      add (writer, "\"%*s\"", member->width, (const char *) from);
      break;
    }
}

size_t
flat_json_write (const FlatJsonTable *table, const void *record, char *buffer, size_t size)
{
  TextWriter writer = { .data = buffer, .size = size };

  add (&writer, "%s", begin);
  for (size_t i = 0; i < table->n; i++)
    add_member (&writer, &table->members[i], record);
  add (&writer, "}\n");
  return writer.length < size ? writer.length : 0;
}
