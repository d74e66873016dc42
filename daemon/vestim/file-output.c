/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/file-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-text-line.h"

#define MAX_SHOWN 300

static bool
fail (FileOutput *self, const char *action, int number, GError **error)
{
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED, "Cannot %s \"%s\": %s.", action,
               self->shown, g_strerror (number));
  return false;
}

static bool
fail_because_it_exists (FileOutput *self, GError **error)
{
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT,
               "There is already a file \"%s\": choose another name with -o, or replace it with "
               "--force.",
               self->shown);
  return false;
}

static void
remove_part (void *user)
{
  const FileOutput *self = user;

  if (self->part != NULL)
    unlink (self->part);
}

/* The rights of a new file follow the umask. */
static bool
open_part (FileOutput *self, GError **error)
{
  self->part = g_strconcat (self->path, ".part-XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->part, O_WRONLY | O_CLOEXEC, 0666);
  if (self->fd < 0)
    {
      int number = errno;

      g_clear_pointer (&self->part, g_free);
      return fail (self, "create", number, error);
    }
  end_signals_watch (&self->signals, remove_part, self);
  return true;
}

bool
file_output_open (FileOutput *self, char *path, bool may_overwrite, GError **error)
{
  struct stat status;

  self->path = path;
  self->shown = vestim_text_line (path, MAX_SHOWN);
  self->may_overwrite = may_overwrite;
  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    {
      self->fd = open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
      return self->fd >= 0 || fail (self, "write", errno, error);
    }
  if (!may_overwrite && lstat (path, &status) == 0)
    return fail_because_it_exists (self, error);
  return open_part (self, error);
}

bool
file_output_write (FileOutput *self, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t n = write (self->fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (self, "write", errno, error);
      bytes += n;
      length -= (gsize) n;
    }
  return true;
}

/* A file that somebody made meanwhile stays: link() refuses where rename() would replace. Some file
 * systems have no links; there the last look has to do. */
static bool
give_name (FileOutput *self, GError **error)
{
  struct stat status;

  if (!self->may_overwrite && link (self->part, self->path) == 0)
    {
      unlink (self->part);
      return true;
    }
  if (!self->may_overwrite && (errno == EEXIST || lstat (self->path, &status) == 0))
    return fail_because_it_exists (self, error);
  return rename (self->part, self->path) == 0 || fail (self, "write", errno, error);
}

bool
file_output_finish (FileOutput *self, GError **error)
{
  int fd = g_steal_fd (&self->fd);

  if (close (fd) < 0)
    return fail (self, "write", errno, error);
  if (self->part == NULL)
    return true;
  if (!give_name (self, error))
    return false;
  g_clear_pointer (&self->part, g_free);
  return true;
}

void
file_output_clear (FileOutput *self)
{
  end_signals_unwatch (&self->signals);
  if (self->fd >= 0)
    close (self->fd);
  remove_part (self);
  g_free (self->part);
  g_free (self->path);
  g_free (self->shown);
}
