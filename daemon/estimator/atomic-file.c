/* SPDX-License-Identifier: MIT */
#include "estimator/atomic-file.h"

#include "estimator/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_NAME ".vestim-estimate.tmp"

struct AtomicFile
{
  char *path;
  FILE *stream;
};

/* Of the file under way, empty when there is none. It is here, and not in AtomicFile, since a
 * signal handler can be given nothing; that is also why there is only one at a time. */
static char temporary_path[PATH_MAX];

/* Removes what is incomplete, then lets the signal do what it does by itself. */
static void
on_signal (int number)
{
  if (temporary_path[0])
    unlink (temporary_path);
  raise (number);
}

void
atomic_file_clean_up_on_signals (void)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGXCPU };

  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
      struct sigaction before;

      if (sigaction (numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction (numbers[i], &action, NULL);
    }
}

static int
create_temporary (void)
{
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  int fd = open (temporary_path, flags, 0666);

  /* One that a killed run has left behind. */
  if (fd < 0 && errno == EEXIST && unlink (temporary_path) == 0)
    fd = open (temporary_path, flags, 0666);
  return fd;
}

AtomicFile *
atomic_file_open (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int length = snprintf (temporary_path, sizeof temporary_path, "%s/%s", folder, TEMPORARY_NAME);
  int fd = -1;

  if (length < 0 || (size_t) length >= sizeof temporary_path)
    errno = ENAMETOOLONG;
  else
    fd = create_temporary ();

  if (fd < 0)
    {
      failure_set (error, "%s can't be written: %s", path, g_strerror (errno));
      temporary_path[0] = '\0';
      return NULL;
    }

  AtomicFile *file = g_new0 (AtomicFile, 1);
  file->path = g_strdup (path);
  file->stream = fdopen (fd, "w");
  if (!file->stream)
    g_error ("no memory for a stream");
  return file;
}

FILE *
atomic_file_stream (const AtomicFile *file)
{
  return file->stream;
}

static void
free_file (AtomicFile *file)
{
  if (file->stream)
    fclose (file->stream);
  if (temporary_path[0])
    unlink (temporary_path);
  temporary_path[0] = '\0';
  g_free (file->path);
  g_free (file);
}

void
atomic_file_discard (AtomicFile *file)
{
  if (file)
    free_file (file);
}

bool
atomic_file_commit (AtomicFile *file, GError **error)
{
  bool is_written =
      !ferror (file->stream) && fflush (file->stream) == 0 && fsync (fileno (file->stream)) == 0;

  if (fclose (g_steal_pointer (&file->stream)) != 0)
    is_written = false;
  if (is_written && rename (temporary_path, file->path) == 0)
    temporary_path[0] = '\0';
  else
    {
      is_written = false;
      failure_set (error, "%s can't be written: %s; make room or check the folder", file->path,
                   g_strerror (errno));
    }

  free_file (file);
  return is_written;
}

bool
atomic_file_write (const char *path, const void *data, size_t length, GError **error)
{
  AtomicFile *file = atomic_file_open (path, error);

  if (!file)
    return false;

  fwrite (data, 1, length, file->stream);
  return atomic_file_commit (file, error);
}
