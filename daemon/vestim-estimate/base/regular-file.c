/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/regular-file.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *
kind_of_file (mode_t mode)
{
  if (S_ISDIR (mode))
    return "a folder";
  if (S_ISFIFO (mode))
    return "a FIFO";
  if (S_ISSOCK (mode))
    return "a socket";
  return "a device";
}

static void
fail (const char *path, GError **error)
{
  failure_set (error, "%s cannot be read: %s; check the path and its permissions", path,
               g_strerror (errno));
}

/* Checks the type before it opens the file, because opening some devices has side effects, and
 * again after it, because the path may name another file by then. */
int
regular_file_open (const char *path, GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0)
    {
      fail (path, error);
      return -1;
    }
  if (!S_ISREG (info.st_mode))
    {
      failure_set (error, "%s is %s, not a regular file; name a file", path,
                   kind_of_file (info.st_mode));
      return -1;
    }

  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    return fd;
  fail (path, error);
  if (fd >= 0)
    close (fd);
  return -1;
}

FILE *
regular_file_open_stream (const char *path)
{
  int fd = regular_file_open (path, NULL);

  return fd >= 0 ? fdopen (fd, "r") : NULL;
}

bool
regular_file_read_line (FILE *stream, char *line, int size)
{
  return fgets (line, size, stream) && strchr (line, '\n');
}

static bool
append_all (int fd, const char *path, size_t max, GByteArray *bytes, GError **error)
{
  guint8 buffer[16384];
  ssize_t n = 0;

  while ((n = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail (path, error);
          return false;
        }
      if ((size_t) n > max - bytes->len)
        {
          failure_set (error, "%s is longer than %zu bytes", path, max);
          return false;
        }
      g_byte_array_append (bytes, buffer, (guint) n);
    }
  return true;
}

char *
regular_file_read (const char *path, size_t max, size_t *length, GError **error)
{
  int fd = regular_file_open (path, error);

  if (fd < 0)
    return NULL;

  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  bool is_read = append_all (fd, path, max, bytes, error);

  close (fd);
  if (!is_read)
    return NULL;

  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}
