/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <sys/types.h>

/* Unpacks what gzip compressed, as a stream in fixed memory. Several parts one after the other are
 * one text (RFC 1952, 2.2). */
typedef struct TableGzip TableGzip;

/* Reads up to `max` compressed bytes; 0 at the end, -1 with `error`. */
typedef ssize_t (*TableGzipSource) (gpointer data, char *to, size_t max, GError **error);

/* `(transfer full)`. The path is for sentences, and must stay. */
TableGzip *table_gzip_new (TableGzipSource source, gpointer data, const char *path);
void table_gzip_free (TableGzip *gzip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TableGzip, table_gzip_free)

/* The same for unpacked bytes. Damage is an error, and so is a file that grows as no table of
 * measurements does. */
ssize_t table_gzip_read (TableGzip *gzip, char *to, size_t max, GError **error);
