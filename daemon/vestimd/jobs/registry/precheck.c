/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/precheck.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/registry/base-stamp.h"
#include "daemon/vestimd/jobs/registry/open-error.h"

#define HEADER "SQLite format 3" /* with its NUL */
#define WAL_MAGIC 0x377f0682u    /* the last bit is the byte order */

/* SQLite opens these by itself if they exist. */
static const char *const companions[] = { "-wal", "-shm", "-journal" };

/* `*size` is -1 if the file does not exist. */
static int
check_file (const char *path, off_t *size, char **message)
{
  struct stat st;

  *size = -1;
  if (lstat (path, &st) < 0)
    return errno == ENOENT ? 0 : open_error_errno (message, path, "cannot be examined", errno);
  if (S_ISLNK (st.st_mode))
    return open_error (message,
                       "%s is a symbolic link, which the registry does not follow: replace the "
                       "link with the file, or remove it.",
                       path);
  if (!S_ISREG (st.st_mode))
    return open_error (message, "%s is not a regular file: move it away, then start again.", path);
  if (st.st_uid != geteuid ())
    return open_error (
        message,
        "%s belongs to another user (UID %u): start vestimd as that user, or give the "
        "file to your own (chown).",
        path, (unsigned) st.st_uid);
  if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return open_error (
        message,
        "%s can be written by other users: make sure that nobody changed it, then run chmod "
        "600 on it.",
        path);
  *size = st.st_size;
  return 0;
}

/* The number of bytes read, or -1 with errno set. */
static ssize_t
read_start (const char *path, unsigned char *bytes, size_t size)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  ssize_t n;

  if (fd < 0)
    return -1;
  n = read (fd, bytes, size);
  close (fd);
  return n;
}

/* Without a WAL, the file must consist of whole pages. With one, SQLite checks that. */
static int
check_header (const char *path, off_t size, bool has_wal, char **message)
{
  unsigned char header[100] = { 0 };
  ssize_t n = read_start (path, header, sizeof header);
  unsigned page_size;

  if (n < 0)
    return open_error_errno (message, path, "cannot be read", errno);
  if (size == 0)
    return open_error_damage (message, path, "it is empty");
  if (n < (ssize_t) sizeof header || memcmp (header, HEADER, sizeof HEADER) != 0)
    return open_error_damage (message, path, "it is not a database");
  page_size = (unsigned) header[16] << 8 | header[17];
  if (page_size == 1)
    page_size = 65536;
  if (page_size < 512 || (page_size & (page_size - 1)) != 0)
    return open_error_damage (message, path, "its header is invalid");
  if (!has_wal && size % page_size != 0)
    return open_error_damage (message, path, "it is truncated");
  return 0;
}

/* SQLite treats a WAL with a broken header as empty, and overwrites what was committed. A crash
 * right after the WAL was made leaves zeros. */
static int
check_wal (const char *path, char **message)
{
  unsigned char bytes[4] = { 0 };
  unsigned magic;

  if (read_start (path, bytes, sizeof bytes) < 0)
    return open_error_errno (message, path, "cannot be read", errno);
  magic =
      (unsigned) bytes[0] << 24 | (unsigned) bytes[1] << 16 | (unsigned) bytes[2] << 8 | bytes[3];
  if (magic != 0 && (magic & ~1u) != WAL_MAGIC)
    return open_error_damage (message, path, "it is not a write-ahead log");
  return 0;
}

static int
check_leftover (const char *path, const char *wal, off_t wal_size, char **message)
{
  if (wal_size <= 0)
    return 0;
  return open_error (message,
                     "The registry %s is missing, but its file %s exists: put the registry back, "
                     "or move that file away and start with --new-registry.",
                     path, wal);
}

int
precheck_files (const char *path, bool *exists, char **message)
{
  g_autofree char *wal = g_strconcat (path, companions[0], NULL);
  off_t size, wal_size = -1, other;
  int r = check_file (path, &size, message);

  for (size_t i = 0; r == 0 && i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *companion = g_strconcat (path, companions[i], NULL);

      r = check_file (companion, i == 0 ? &wal_size : &other, message);
    }
  if (r != 0)
    return r;

  *exists = size >= 0;
  if (!*exists)
    return check_leftover (path, wal, wal_size, message);
  r = check_header (path, size, wal_size > 0, message);
  if (r == 0 && wal_size > 0)
    r = check_wal (wal, message);
  if (r == 0 && wal_size > 0)
    r = base_stamp_check (path, message);
  return r;
}
