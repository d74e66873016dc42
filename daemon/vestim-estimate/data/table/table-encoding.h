/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* The encodings of text files. */
typedef struct
{
  const char *name;      /* in answers and settings, in which capitals don't matter */
  const char *converter; /* for g_iconv_open(); NULL: UTF-8, which needs none */
  const char *mark;      /* byte order mark; "" without */
  int unit;              /* bytes of which a character has at least one */
} TableEncoding;

/* NULL with `error` when there is no encoding of that name. */
const TableEncoding *table_encoding_named (const char *name, GError **error);

/* The encoding of a text with this begin. The byte order mark decides, then the zero bytes of
 * UTF-16, then whether it is valid UTF-8, then which of the others makes more frequent characters
 * of it. `*is_clear` is false when none of them does: then it is cp1252. */
const TableEncoding *table_encoding_find (const char *text, size_t length, bool *is_clear);
