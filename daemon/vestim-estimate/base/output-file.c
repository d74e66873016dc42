/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/output-file.h"

#include "daemon/posix/atomic-file.h"
#include "daemon/vestim-estimate/base/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_NAME ".vestim-estimate.tmp"

struct OutputFile
{
  char *path;
  char *temporary; /* NULL: the stream leads to the place itself */
  FILE *stream;
};

/* The files that are being written. The thread that ends the program on a signal removes them. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GList *under_way;

/* Waits for a signal, removes the incomplete files, then lets the signal take its default action.
 * This is a thread because a signal handler must not take the list's lock. */
static void *
watch_signals (void *data)
{
  g_autofree sigset_t *signals = data;
  int number = 0;

  if (sigwait (signals, &number) != 0)
    return NULL;

  pthread_mutex_lock (&lock);
  for (const GList *link = under_way; link; link = link->next)
    unlink (((const OutputFile *) link->data)->temporary);

  signal (number, SIG_DFL);
  pthread_sigmask (SIG_UNBLOCK, signals, NULL);
  raise (number);
  return NULL;
}

void
output_file_clean_up_on_signals (void)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGXCPU };
  sigset_t *signals = g_new (sigset_t, 1);
  pthread_t watcher;

  sigemptyset (signals);
  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      struct sigaction before;

      if (sigaction (numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaddset (signals, numbers[i]);
    }

  pthread_sigmask (SIG_BLOCK, signals, NULL);
  if (pthread_create (&watcher, NULL, watch_signals, signals) == 0)
    pthread_detach (watcher);
  else
    {
      pthread_sigmask (SIG_UNBLOCK, signals, NULL);
      g_free (signals);
    }
}

OutputFile *
output_file_open (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, TEMPORARY_NAME, NULL);
  OutputFile *file = g_new0 (OutputFile, 1);

  pthread_mutex_lock (&lock);
  int fd = atomic_file_create (AT_FDCWD, temporary, 0666);
  if (fd >= 0)
    under_way = g_list_prepend (under_way, file);
  file->path = g_strdup (path);
  file->temporary = g_steal_pointer (&temporary);
  pthread_mutex_unlock (&lock);

  if (fd < 0)
    {
      failure_set (error, "%s cannot be written: %s", path, g_strerror (-fd));
      output_file_discard (file);
      return NULL;
    }

  file->stream = fdopen (fd, "w");
  if (!file->stream)
    g_error ("no memory for a stream");
  return file;
}

static bool
is_same_file (const struct stat *info, int fd)
{
  struct stat other;

  return fstat (fd, &other) == 0 && other.st_dev == info->st_dev && other.st_ino == info->st_ino;
}

/* The number in "/dev/fd/3" and the like; -1 for any other path. Its file may have no name. */
static int
descriptor_of_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *real = realpath (folder, NULL);
  g_autofree char *own = g_strdup_printf ("/proc/%d/fd", (int) getpid ());
  guint64 number = 0;

  return g_strcmp0 (real, own) == 0
                 && g_ascii_string_to_unsigned (name, 10, 0, INT_MAX, &number, NULL)
             ? (int) number
             : -1;
}

/* The program's own descriptor to which the path leads; -1: none. */
static int
own_descriptor (const char *path, const struct stat *info)
{
  const int own[] = { STDOUT_FILENO, STDERR_FILENO, descriptor_of_path (path) };

  for (size_t i = 0; i < G_N_ELEMENTS (own); i++)
    if (own[i] >= 0 && is_same_file (info, own[i]))
      return own[i];
  return -1;
}

/* Writes to what cannot be replaced. A descriptor of the program is duplicated, because to open
 * /dev/stdout again would begin at the start of its file. */
static OutputFile *
write_in_place (const char *path, int own, GError **error)
{
  int fd =
      own >= 0 ? fcntl (own, F_DUPFD_CLOEXEC, 0) : open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    {
      failure_set (error, "%s cannot be written: %s", path, g_strerror (errno));
      return NULL;
    }

  OutputFile *file = g_new0 (OutputFile, 1);

  fflush (stdout);
  file->path = g_strdup (path);
  file->stream = fdopen (fd, "w");
  if (!file->stream)
    g_error ("no memory for a stream");
  return file;
}

/* The new file gets the mode and, if we may give it away, the owner of the file that it replaces.
 */
static OutputFile *
replace (const char *path, const struct stat *info, GError **error)
{
  g_autofree char *real = realpath (path, NULL);
  OutputFile *file = output_file_open (real ? real : path, error);

  if (file && fchown (fileno (file->stream), info->st_uid, info->st_gid) == 0)
    (void) fchmod (fileno (file->stream), info->st_mode & 0777);
  return file;
}

OutputFile *
output_file_open_named (const char *path, GError **error)
{
  struct stat info;
  int own;

  if (stat (path, &info) != 0)
    {
      if (lstat (path, &info) != 0)
        return output_file_open (path, error);
      failure_set (error, "%s is a link that leads to no file: name a file", path);
      return NULL;
    }
  if (S_ISDIR (info.st_mode))
    {
      failure_set (error, "%s is a folder: name a file", path);
      return NULL;
    }
  own = own_descriptor (path, &info);
  return own >= 0 || !S_ISREG (info.st_mode) ? write_in_place (path, own, error)
                                             : replace (path, &info, error);
}

FILE *
output_file_stream (const OutputFile *file)
{
  return file->stream;
}

/* Renames the temporary file to its place when it is complete, removes it otherwise. 0 or -errno.
 */
static int
end_temporary (OutputFile *file, bool is_complete)
{
  int r = -ECANCELED;

  if (!file->temporary)
    return 0;

  pthread_mutex_lock (&lock);
  if (is_complete)
    r = atomic_file_put_in_place (AT_FDCWD, file->temporary, file->path, ATOMIC_FILE_PLAIN);
  if (r < 0 && g_list_find (under_way, file))
    unlink (file->temporary);
  under_way = g_list_remove (under_way, file);
  pthread_mutex_unlock (&lock);
  return r;
}

void
output_file_discard (OutputFile *file)
{
  if (!file)
    return;

  if (file->stream)
    fclose (file->stream);
  end_temporary (file, false);
  g_free (file->path);
  g_free (file->temporary);
  g_free (file);
}

static bool
fail_write (const OutputFile *file, int code, GError **error)
{
  failure_set (error, "%s cannot be written: %s; free some space or check the folder", file->path,
               g_strerror (code));
  return false;
}

bool
output_file_flush (OutputFile *file, GError **error)
{
  if (!ferror (file->stream) && fflush (file->stream) == 0
      && (!file->temporary || fsync (fileno (file->stream)) == 0))
    return true;
  return fail_write (file, errno, error);
}

bool
output_file_commit (OutputFile *file, GError **error)
{
  bool is_there = output_file_flush (file, error);

  if (is_there)
    {
      int r = fclose (g_steal_pointer (&file->stream)) == 0 ? 0 : -errno;
      int r_put = end_temporary (file, r == 0);

      r = r < 0 ? r : r_put;
      is_there = r == 0 || fail_write (file, -r, error);
    }
  output_file_discard (file);
  return is_there;
}

static bool
write_all (OutputFile *file, const void *data, size_t length, GError **error)
{
  if (!file)
    return false;

  fwrite (data, 1, length, file->stream);
  return output_file_commit (file, error);
}

bool
output_file_write (const char *path, const void *data, size_t length, GError **error)
{
  return write_all (output_file_open (path, error), data, length, error);
}

bool
output_file_write_named (const char *path, const void *data, size_t length, GError **error)
{
  return write_all (output_file_open_named (path, error), data, length, error);
}
