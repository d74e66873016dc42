/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Structs as JSON objects without nested values. A const table says where each member lies, and
 * both the writer and the reader follow it. Plain C, without GLib. Any program may have changed the
 * text, so that the reader checks all of it. */

typedef enum
{
  FLAT_JSON_INT,           /* int, from 0 */
  FLAT_JSON_INT_OR_NULL,   /* int, -1 is null */
  FLAT_JSON_INT64,         /* int64_t */
  FLAT_JSON_INT64_OR_NULL, /* int64_t from 0, -1 is null */
  FLAT_JSON_UINT64,        /* uint64_t */
  FLAT_JSON_DOUBLE,        /* double with 6 decimals, NAN is null */
  FLAT_JSON_BOOL,          /* bool */
  FLAT_JSON_STRING,        /* char *, NULL is null; the reader allocates it */
  FLAT_JSON_WORD,          /* char[width + 1] of letters, digits and hyphens */
} FlatJsonKind;

typedef struct
{
  const char *name;
  FlatJsonKind kind;
  size_t offset; /* in the struct */
  int width;     /* numbers and words are padded to it with blanks in front; 0: not */
} FlatJsonMember;

typedef struct
{
  const FlatJsonMember *members;
  size_t n;          /* at most 32 */
  size_t n_required; /* the first ones; an object without them is not ours */
} FlatJsonTable;

/* Writes `{"version":1,…}` and a newline with a NUL into `buffer`; the length without the NUL, 0
 * when `size` is too small. Bytes of a string that are not UTF-8 become U+FFFD. */
size_t flat_json_write (const FlatJsonTable *table, const void *record, char *buffer, size_t size);

/* Fills the struct from the object at the start of `text`, which need not end with a NUL. The text
 * must begin with `{"version":1,`; what follows the object is ignored. A member that is missing or
 * has another type leaves the struct as it was. False for a damaged text and when a required member
 * is missing; part of the struct may be filled then. */
bool flat_json_read (const FlatJsonTable *table, void *record, const char *text, size_t length);
