/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/token.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"
#include "daemon/vestimd/sys/log.h"

#define MODULE "token"
#define TOKEN_BYTES (TOKEN_LENGTH / 2)

/* What is wrong with the file; empty when it may be used. */
static const char *
check_file (int fd, const char *path, bool sets_mode)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    return g_strerror (errno);
  if (!S_ISREG (info.st_mode))
    return fd_describe_error (-EINVAL);
  if (info.st_uid != geteuid ())
    return "it belongs to another user";
  if ((info.st_mode & 022) != 0)
    return "other users may write to it";
  if (sets_mode && (info.st_mode & 077) != 0)
    {
      log_warning (MODULE, "other users could read the token, mode set to 0600 path=%s", path);
      if (fchmod (fd, 0600) != 0)
        return g_strerror (errno);
    }
  return "";
}

/* One newline may follow, nothing else. */
static bool
parse (char *text, size_t length)
{
  if (length == TOKEN_LENGTH + 1 && text[TOKEN_LENGTH] == '\n')
    text[TOKEN_LENGTH] = '\0';
  if (strlen (text) != TOKEN_LENGTH)
    return false;
  for (size_t i = 0; i < TOKEN_LENGTH; i++)
    if (!g_ascii_isxdigit (text[i]))
      return false;
  return true;
}

static int
refuse (const char *path, const char *why, int r, char **message)
{
  *message = g_strdup_printf (
      "the token %s is refused: %s; remove it, and the next start creates a new one", path, why);
  return r;
}

static int
read_file (const char *path, bool sets_mode, char **token, char **message)
{
  char text[TOKEN_LENGTH + 3] = "";
  const char *why;
  ssize_t n = 0;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    {
      int r = errno == ENXIO ? -EINVAL : -errno;

      return refuse (path, fd_describe_error (r), r, message);
    }
  why = check_file (fd, path, sets_mode);
  if (why[0] == '\0')
    n = read (fd, text, sizeof text - 1);
  close (fd);
  if (why[0] != '\0')
    return refuse (path, why, -EPERM, message);
  if (n < 0 || !parse (text, (size_t) n))
    return refuse (path, "it does not contain 64 hexadecimal digits", -EBADMSG, message);
  *token = g_strdup (text);
  return 0;
}

int
token_read (const char *path, char **token, char **message)
{
  return read_file (path, true, token, message);
}

int
token_peek (const char *path, char **token, char **message)
{
  return read_file (path, false, token, message);
}

static int
fill_random (uint8_t *bytes, size_t length)
{
  while (length > 0)
    {
      ssize_t n = getrandom (bytes, length, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      bytes += n;
      length -= (size_t) n;
    }
  return 0;
}

/* A crash leaves either no token or a complete one. */
static int
make_token (const char *path, char **token)
{
  uint8_t bytes[TOKEN_BYTES];
  char text[TOKEN_LENGTH + 2];
  int r = fill_random (bytes, sizeof bytes);

  for (size_t i = 0; i < TOKEN_BYTES; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  text[TOKEN_LENGTH] = '\n';
  if (r == 0)
    r = atomic_file_write (AT_FDCWD, path, text, TOKEN_LENGTH + 1, ATOMIC_FILE_FLUSH);
  if (r == 0)
    *token = g_strndup (text, TOKEN_LENGTH);
  return r;
}

int
token_load (const char *path, char **token, char **message)
{
  int r = token_read (path, token, message);

  if (r != -ENOENT)
    return r;
  g_clear_pointer (message, g_free);
  r = make_token (path, token);
  if (r < 0)
    *message =
        lack_is (-r)
            ? g_strdup_printf ("the token %s cannot be created: %s", path, lack_describe (-r))
            : g_strdup_printf ("the token %s cannot be created: %s; check the folder", path,
                               g_strerror (-r));
  return r;
}
