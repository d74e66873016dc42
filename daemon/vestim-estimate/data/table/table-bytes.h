/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The text of a file as a stream of UTF-8: what gzip compressed is unpacked, other encodings are
 * converted, a byte order mark is removed. Uses a fixed amount of memory. A UTF-8 file is read
 * straight into the caller's memory. */
typedef struct TableBytes TableBytes;

/* `(transfer full)`; NULL with `error`, also when the file is no text. `encoding` (nullable: found
 * out) is a name of table-encoding.h. */
TableBytes *table_bytes_open (const char *path, const char *encoding, GError **error);
void table_bytes_close (TableBytes *bytes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableBytes, table_bytes_close)

/* The number of bytes written to `to`, at most `max`, which is at least 16. 0 at the end, -1 with
 * `error`. */
ssize_t table_bytes_read (TableBytes *bytes, char *to, size_t max, GError **error);

const char *table_bytes_encoding (const TableBytes *bytes);
bool table_bytes_is_encoding_clear (const TableBytes *bytes);
bool table_bytes_is_compressed (const TableBytes *bytes);

/* Reads what is left. The SHA-256 of the file as it is on disk, in hexadecimal digits, owned by
 * `bytes`. */
const char *table_bytes_digest (TableBytes *bytes);
