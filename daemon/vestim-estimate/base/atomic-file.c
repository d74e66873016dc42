/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/atomic-file.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define TEMPORARY_NAME ".vestim-estimate.tmp"

struct AtomicFile
{
  char *path;
  char *temporary;
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
    unlink (((const AtomicFile *) link->data)->temporary);

  signal (number, SIG_DFL);
  pthread_sigmask (SIG_UNBLOCK, signals, NULL);
  raise (number);
  return NULL;
}

void
atomic_file_clean_up_on_signals (void)
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

static int
create_temporary (const char *path)
{
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  int fd = open (path, flags, 0666);

  /* A killed program may have left one. */
  if (fd < 0 && errno == EEXIST && unlink (path) == 0)
    fd = open (path, flags, 0666);
  return fd;
}

AtomicFile *
atomic_file_open (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, TEMPORARY_NAME, NULL);
  AtomicFile *file = g_new0 (AtomicFile, 1);

  pthread_mutex_lock (&lock);
  int fd = create_temporary (temporary);
  if (fd >= 0)
    under_way = g_list_prepend (under_way, file);
  file->path = g_strdup (path);
  file->temporary = g_steal_pointer (&temporary);
  pthread_mutex_unlock (&lock);

  if (fd < 0)
    {
      failure_set (error, "%s can't be written: %s", path, g_strerror (errno));
      atomic_file_discard (file);
      return NULL;
    }

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

/* Renames the temporary file to its place when it is complete, else removes it. False with errno.
 */
static bool
end_temporary (AtomicFile *file, bool is_complete)
{
  pthread_mutex_lock (&lock);
  bool is_renamed = is_complete && rename (file->temporary, file->path) == 0;
  int why = errno;
  if (!is_renamed && g_list_find (under_way, file))
    unlink (file->temporary);
  under_way = g_list_remove (under_way, file);
  pthread_mutex_unlock (&lock);

  errno = why;
  return is_renamed;
}

void
atomic_file_discard (AtomicFile *file)
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
fail_write (const AtomicFile *file, GError **error)
{
  failure_set (error, "%s can't be written: %s; make room or check the folder", file->path,
               g_strerror (errno));
  return false;
}

bool
atomic_file_flush (AtomicFile *file, GError **error)
{
  if (!ferror (file->stream) && fflush (file->stream) == 0 && fsync (fileno (file->stream)) == 0)
    return true;
  return fail_write (file, error);
}

bool
atomic_file_commit (AtomicFile *file, GError **error)
{
  bool is_there = atomic_file_flush (file, error);

  if (is_there)
    {
      bool is_closed = fclose (g_steal_pointer (&file->stream)) == 0;

      is_there = end_temporary (file, is_closed) || fail_write (file, error);
    }
  atomic_file_discard (file);
  return is_there;
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
