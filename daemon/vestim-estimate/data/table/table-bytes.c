/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-bytes.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/base/sha256.h"
#include "daemon/vestim-estimate/data/table/table-encoding.h"
#include "daemon/vestim-estimate/data/table/table-gzip.h"
#include "daemon/vestim-estimate/data/table/table-kinds.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HEAD (64 * 1024) /* shows what the file is, and its encoding */
#define REPLACEMENT "\xef\xbf\xbd"

struct TableBytes
{
  char *path;
  int fd;
  Sha256 *sum;
  char *digest;    /* (nullable) */
  TableGzip *gzip; /* NULL: not compressed */
  char *head;      /* the first bytes, before their conversion */
  size_t head_begin, head_end;
  const TableEncoding *encoding;
  bool is_clear;

  GIConv converter;  /* (GIConv) -1: none */
  char *unconverted; /* HEAD bytes */
  size_t n_unconverted;
  bool at_end; /* nothing more to convert */
};

/* Bytes as on disk; 0 at the end, -1 with `error`. */
static ssize_t
read_raw (gpointer data, char *to, size_t max, GError **error)
{
  TableBytes *bytes = data;
  ssize_t n = 0;

  do
    n = read (bytes->fd, to, max);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    failure_set (error, "%s cannot be read: %s", bytes->path, g_strerror (errno));
  else
    sha256_update (bytes->sum, to, (size_t) n);
  return n;
}

static ssize_t
read_unpacked (TableBytes *bytes, char *to, size_t max, GError **error)
{
  return bytes->gzip ? table_gzip_read (bytes->gzip, to, max, error)
                     : read_raw (bytes, to, max, error);
}

/* The same, beginning with the head. */
static ssize_t
read_encoded (TableBytes *bytes, char *to, size_t max, GError **error)
{
  size_t n = MIN (max, bytes->head_end - bytes->head_begin);

  if (n == 0)
    return read_unpacked (bytes, to, max, error);
  memcpy (to, bytes->head + bytes->head_begin, n);
  bytes->head_begin += n;
  return (ssize_t) n;
}

/* Conversion */

static bool
fill_unconverted (TableBytes *bytes, GError **error)
{
  ssize_t n = read_encoded (bytes, bytes->unconverted + bytes->n_unconverted,
                            HEAD - bytes->n_unconverted, error);

  if (n < 0)
    return false;
  bytes->at_end = n == 0;
  bytes->n_unconverted += (size_t) n;
  return true;
}

/* Converts what fits. A byte that the encoding does not have becomes a replacement character.
 * Returns the number of bytes written. */
static size_t
convert (TableBytes *bytes, char *to, size_t max)
{
  char *in = bytes->unconverted, *out = to;
  size_t n_in = bytes->n_unconverted, n_out = max;

  while (n_in > 0)
    {
      if (g_iconv (bytes->converter, &in, &n_in, &out, &n_out) != (size_t) -1)
        break;
      if (errno != EILSEQ || n_out < strlen (REPLACEMENT))
        break;
      size_t skipped = MIN (n_in, (size_t) bytes->encoding->unit);
      in += skipped, n_in -= skipped;
      memcpy (out, REPLACEMENT, strlen (REPLACEMENT));
      out += strlen (REPLACEMENT), n_out -= strlen (REPLACEMENT);
    }
  memmove (bytes->unconverted, in, n_in);
  bytes->n_unconverted = n_in;
  return max - n_out;
}

static ssize_t
read_converted (TableBytes *bytes, char *to, size_t max, GError **error)
{
  for (;;)
    {
      size_t before = bytes->n_unconverted;
      size_t n = convert (bytes, to, max);

      if (n > 0)
        return (ssize_t) n;
      if (bytes->at_end && bytes->n_unconverted == 0)
        return 0;
      if (bytes->at_end && bytes->n_unconverted == before)
        {
          failure_set (error,
                       "%s ends within a character of %s: the file is damaged; copy it again",
                       bytes->path, bytes->encoding->name);
          return -1;
        }
      if (!bytes->at_end && !fill_unconverted (bytes, error))
        return -1;
    }
}

ssize_t
table_bytes_read (TableBytes *bytes, char *to, size_t max, GError **error)
{
  if (G_LIKELY (bytes->converter == (GIConv) -1))
    return read_encoded (bytes, to, max, error);
  return read_converted (bytes, to, max, error);
}

/* Opening */

static bool
is_gzip (int fd)
{
  guint8 magic[3] = { 0 };

  return pread (fd, magic, sizeof magic, 0) == (ssize_t) sizeof magic && magic[0] == 0x1f
         && magic[1] == 0x8b && magic[2] == 8;
}

static bool
read_head (TableBytes *bytes, GError **error)
{
  ssize_t n = 1;

  bytes->head = g_malloc (HEAD);
  while (n > 0 && bytes->head_end < HEAD)
    {
      n = read_unpacked (bytes, bytes->head + bytes->head_end, HEAD - bytes->head_end, error);
      if (n > 0)
        bytes->head_end += (size_t) n;
    }
  return n >= 0 && table_kinds_is_text (bytes->head, bytes->head_end, bytes->path, error);
}

static bool
choose_encoding (TableBytes *bytes, const char *name, GError **error)
{
  bytes->is_clear = true;
  bytes->encoding = name ? table_encoding_named (name, error)
                         : table_encoding_find (bytes->head, bytes->head_end, &bytes->is_clear);
  if (!bytes->encoding)
    return false;

  size_t n = strlen (bytes->encoding->mark);
  if (bytes->head_end >= n && memcmp (bytes->head, bytes->encoding->mark, n) == 0)
    bytes->head_begin = n;
  if (!bytes->encoding->converter)
    return true;

  bytes->unconverted = g_malloc (HEAD);
  bytes->converter = g_iconv_open ("UTF-8", bytes->encoding->converter);
  if (bytes->converter != (GIConv) -1)
    return true;
  failure_set (error, "%s has the encoding %s, which this system cannot convert: save it as UTF-8",
               bytes->path, bytes->encoding->name);
  return false;
}

TableBytes *
table_bytes_open (const char *path, const char *encoding, GError **error)
{
  int fd = regular_file_open (path, error);

  if (fd < 0)
    return NULL;

  g_autoptr (TableBytes) bytes = g_new0 (TableBytes, 1);
  bytes->path = g_strdup (path);
  bytes->fd = fd;
  bytes->sum = sha256_new ();
  bytes->converter = (GIConv) -1;
  if (is_gzip (fd))
    bytes->gzip = table_gzip_new (read_raw, bytes, bytes->path);
  if (!read_head (bytes, error) || !choose_encoding (bytes, encoding, error))
    return NULL;
  return g_steal_pointer (&bytes);
}

void
table_bytes_close (TableBytes *bytes)
{
  if (!bytes)
    return;

  if (bytes->converter != (GIConv) -1)
    g_iconv_close (bytes->converter);
  table_gzip_free (bytes->gzip);
  close (bytes->fd);
  sha256_free (bytes->sum);
  g_free (bytes->digest);
  g_free (bytes->head);
  g_free (bytes->unconverted);
  g_free (bytes->path);
  g_free (bytes);
}

const char *
table_bytes_encoding (const TableBytes *bytes)
{
  return bytes->encoding->name;
}

bool
table_bytes_is_encoding_clear (const TableBytes *bytes)
{
  return bytes->is_clear;
}

bool
table_bytes_is_compressed (const TableBytes *bytes)
{
  return bytes->gzip != NULL;
}

const char *
table_bytes_digest (TableBytes *bytes)
{
  g_autofree char *rest = g_malloc (HEAD);

  while (read_raw (bytes, rest, HEAD, NULL) > 0)
    continue;
  if (!bytes->digest)
    bytes->digest = sha256_dup_hex (bytes->sum);
  return bytes->digest;
}
