/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-gzip.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <stdbool.h>
#include <stdint.h>
#include <zlib.h>

#define CHUNK (64 * 1024)
#define GZIP_WINDOW (15 + 16) /* the largest, with the header of gzip */
#define MAX_GROWTH 300        /* tables of measurements grow to 3 to 50 times their packed size */
#define SMALL (64 * 1024 * 1024)

struct TableGzip
{
  TableGzipSource source;
  gpointer data;
  const char *path;
  z_stream stream;
  char *packed;
  bool at_end;     /* of the packed bytes */
  bool is_between; /* a part has ended and no other has begun */
  uint64_t n_packed, n_unpacked;
};

TableGzip *
table_gzip_new (TableGzipSource source, gpointer data, const char *path)
{
  TableGzip *gzip = g_new0 (TableGzip, 1);

  gzip->source = source;
  gzip->data = data;
  gzip->path = path;
  gzip->packed = g_malloc (CHUNK);
  if (inflateInit2 (&gzip->stream, GZIP_WINDOW) != Z_OK)
    g_error ("zlib cannot be initialized");
  return gzip;
}

void
table_gzip_free (TableGzip *gzip)
{
  if (!gzip)
    return;

  inflateEnd (&gzip->stream);
  g_free (gzip->packed);
  g_free (gzip);
}

static bool
fail (const TableGzip *gzip, const char *why, GError **error)
{
  failure_set (error, "%s is damaged: its gzip data %s; copy or compress it again", gzip->path,
               why);
  return false;
}

static bool
refill (TableGzip *gzip, GError **error)
{
  ssize_t n = 0;

  if (gzip->stream.avail_in > 0 || gzip->at_end)
    return true;
  n = gzip->source (gzip->data, gzip->packed, CHUNK, error);
  if (n < 0)
    return false;
  gzip->at_end = n == 0;
  gzip->n_packed += (uint64_t) n;
  gzip->stream.next_in = (Bytef *) gzip->packed;
  gzip->stream.avail_in = (uInt) n;
  return true;
}

/* Zeros may fill the last block of a tape. Anything else after a part begins another. */
static bool
begin_part (TableGzip *gzip, GError **error)
{
  while (gzip->stream.avail_in > 0 && *gzip->stream.next_in == 0)
    gzip->stream.next_in++, gzip->stream.avail_in--;
  if (gzip->stream.avail_in == 0)
    return true;
  gzip->is_between = false;
  return inflateReset (&gzip->stream) == Z_OK || fail (gzip, "cannot be read", error);
}

static bool
unpack (TableGzip *gzip, GError **error)
{
  int result = inflate (&gzip->stream, Z_NO_FLUSH);

  if (result == Z_STREAM_END)
    gzip->is_between = true;
  else if (result == Z_BUF_ERROR && gzip->at_end)
    return fail (gzip, "end early", error);
  else if (result != Z_OK && result != Z_BUF_ERROR)
    return fail (gzip, "are wrong", error);
  return true;
}

ssize_t
table_gzip_read (TableGzip *gzip, char *to, size_t max, GError **error)
{
  gzip->stream.next_out = (Bytef *) to;
  gzip->stream.avail_out = (uInt) max;

  while (gzip->stream.avail_out == max)
    {
      if (!refill (gzip, error))
        return -1;
      if (gzip->is_between && !begin_part (gzip, error))
        return -1;
      if (gzip->is_between && gzip->at_end)
        return 0;
      if (!gzip->is_between && !unpack (gzip, error))
        return -1;
    }

  size_t n = max - gzip->stream.avail_out;
  gzip->n_unpacked += n;
  if (gzip->n_unpacked > SMALL && gzip->n_unpacked / MAX_GROWTH > gzip->n_packed)
    {
      failure_set (error,
                   "%s grows to more than %d times its size when it is unpacked: it may be damaged "
                   "or hostile; if it is a table, unpack it",
                   gzip->path, MAX_GROWTH);
      return -1;
    }
  return (ssize_t) n;
}
