/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/mat-head.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/base/sha256.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_LENGTH 128 /* text, version and byte order */
#define VERSION_AT 124
#define ORDER_AT 126
#define READ_LENGTH (256 * 1024)

static const guint8 hdf5_magic[] = { 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

static bool
is_hdf5 (const guint8 *head, size_t length)
{
  return length >= sizeof hdf5_magic && memcmp (head, hdf5_magic, sizeof hdf5_magic) == 0;
}

/* The two characters "MI" are one number, so they show the byte order. */
static bool
is_big_endian (const guint8 *head)
{
  return head[ORDER_AT] == 'M';
}

static unsigned
version_of (const guint8 *head)
{
  const guint8 *at = head + VERSION_AT;

  return is_big_endian (head) ? (unsigned) (at[0] << 8 | at[1]) : (unsigned) (at[1] << 8 | at[0]);
}

/* "MATLAB 5.0 MAT-file, …", also by other programs. */
static bool
is_mat (const guint8 *head, size_t length)
{
  static const char word[] = " MAT-file";

  return length >= 10 + strlen (word) && memcmp (head, "MATLAB", strlen ("MATLAB")) == 0
         && memcmp (head + 10, word, strlen (word)) == 0;
}

bool
mat_head_recognizes (const guint8 *head, size_t length)
{
  return is_mat (head, length) || is_hdf5 (head, length);
}

static uint32_t
word_at (const guint8 *at, bool is_big)
{
  uint32_t word = 0;

  for (int i = 0; i < 4; i++)
    word |= (uint32_t) at[i] << (is_big ? 24 - 8 * i : 8 * i);
  return word;
}

/* A file of version 5 is a list of elements: type, length, content. The library reads a file that
 * is cut off as if what is missing were zeros. */
static bool
is_whole (int fd, const guint8 *head, size_t length)
{
  size_t at = HEAD_LENGTH;
  guint8 tag[8];

  while (at < length)
    {
      if (pread (fd, tag, sizeof tag, (off_t) at) != sizeof tag)
        return false;
      at += sizeof tag + word_at (tag + 4, is_big_endian (head));
    }
  return at == length;
}

static bool
check (int fd, const char *path, MatHead *head, GError **error)
{
  guint8 bytes[HEAD_LENGTH] = { 0 };
  ssize_t n = pread (fd, bytes, sizeof bytes, 0);

  if (is_hdf5 (bytes, sizeof bytes))
    {
      failure_set (error,
                   "%s is an HDF5 file that MATLAB did not write: save its columns as CSV, or as "
                   "MATLAB 7.3",
                   path);
      return false;
    }
  unsigned version = version_of (bytes);
  if (n == HEAD_LENGTH && version != 0x100 && version != 0x200)
    {
      failure_set (error, "%s is in an unknown version of MATLAB's format: save it with -v7", path);
      return false;
    }
  head->format = version == 0x200 ? "MATLAB 7.3" : "MATLAB 5";
  if (n < HEAD_LENGTH || (version == 0x100 && !is_whole (fd, bytes, head->length)))
    {
      failure_set (error, "%s is incomplete: its last bytes are missing; get the file again", path);
      return false;
    }
  return true;
}

static bool
find_digest (int fd, const char *path, MatHead *head, GError **error)
{
  g_autoptr (Sha256) sum = sha256_new ();
  g_autofree guint8 *bytes = g_malloc (READ_LENGTH);
  ssize_t n = 0;

  while ((n = read (fd, bytes, READ_LENGTH)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      sha256_update (sum, bytes, (size_t) n);
  if (n < 0)
    {
      failure_set (error, "%s cannot be read: %s", path, g_strerror (errno));
      return false;
    }
  head->digest = sha256_dup_hex (sum);
  return true;
}

bool
mat_head_read (const char *path, MatHead *head, GError **error)
{
  int fd = regular_file_open (path, error);
  struct stat info;

  if (fd < 0)
    return false;

  bool is_good = fstat (fd, &info) == 0;
  if (!is_good)
    failure_set (error, "%s cannot be read: %s", path, g_strerror (errno));
  else
    {
      head->length = (size_t) info.st_size;
      head->changed_at = info.st_mtim;
      is_good = check (fd, path, head, error) && find_digest (fd, path, head, error);
    }
  close (fd);
  return is_good;
}

bool
mat_head_is_unchanged (const char *path, const MatHead *head, GError **error)
{
  struct stat info;

  if (stat (path, &info) == 0 && (size_t) info.st_size == head->length
      && info.st_mtim.tv_sec == head->changed_at.tv_sec
      && info.st_mtim.tv_nsec == head->changed_at.tv_nsec)
    return true;
  failure_set (error, "%s has changed while it was read: read it again", path);
  return false;
}
