/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log-line.h"
#include "daemon/vestimd/sys/log-writer.h"

#define FLUSH_MS 2000 /* very long for an output that takes lines, even on a busy machine */

/* Where lines go: to the file, to standard error, or to both. */
typedef struct
{
  pthread_mutex_t mutex; /* of `fd` and `has_stderr`; never held during a write() */
  char *path;
  int fd; /* -1: stderr alone. Changed by the writer of the file alone, while that exists */
  long size;
  long limit;
  bool has_stderr; /* descriptor 2 is the file, too */
} LogFile;

static int write_stderr (const char *text, size_t length);
static int write_file (const char *text, size_t length);

static LogFile file = { .mutex = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };
static LogWriter stderr_writer = LOG_WRITER_INIT (write_stderr);
static LogWriter file_writer = LOG_WRITER_INIT (write_file);
static LogLevel max_level = LOG_LEVEL_INFO;

/* ---- Writing; may block ---- */

/* A terminal takes less than all at times, and whoever shares it may have made it non-blocking. */
static int
write_all (int fd, const char *text, size_t length)
{
  while (length > 0)
    {
      struct pollfd watched = { .fd = fd, .events = POLLOUT };
      ssize_t n = write (fd, text, length);

      if (n < 0 && errno == EAGAIN)
        poll (&watched, 1, -1);
      else if (n < 0 && errno != EINTR)
        return -errno;
      text += n > 0 ? n : 0;
      length -= n > 0 ? (size_t) n : 0;
    }
  return 0;
}

static int
write_stderr (const char *text, size_t length)
{
  return write_all (STDERR_FILENO, text, length);
}

static int
open_log (const char *path, int flags, long *size)
{
  struct stat info;
  int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags,
                 0600);
  int r = 0;

  if (fd < 0)
    return -errno;
  if (fstat (fd, &info) != 0)
    r = -errno;
  else if (!S_ISREG (info.st_mode) || info.st_nlink != 1)
    r = -EINVAL;
  else if (info.st_uid != geteuid ())
    r = -EPERM;
  else if ((info.st_mode & 077) != 0 && fchmod (fd, 0600) != 0)
    r = -errno;
  if (r < 0)
    {
      close (fd);
      return r;
    }
  *size = (long) info.st_size;
  return fd;
}

/* When no new file can be made, the old one is used under its new name:
 * nothing is lost, and the next line tries again. */
static void
rotate (void)
{
  long size = 0;
  int fd, old;

  for (int i = LOG_FILES_KEPT; i >= 1; i--)
    {
      g_autofree char *to = g_strdup_printf ("%s.%d", file.path, i);
      g_autofree char *from =
          i == 1 ? g_strdup (file.path) : g_strdup_printf ("%s.%d", file.path, i - 1);

      if (rename (from, to) != 0 && i == 1)
        return;
    }
  fd = open_log (file.path, O_EXCL, &size);
  if (fd < 0)
    return;
  pthread_mutex_lock (&file.mutex);
  old = file.fd;
  file.fd = fd;
  if (file.has_stderr)
    dup2 (fd, STDERR_FILENO);
  pthread_mutex_unlock (&file.mutex);
  file.size = size;
  close (old);
}

static int
write_file (const char *text, size_t length)
{
  if (file.size > 0 && file.size + (long) length > file.limit)
    rotate ();
  file.size += (long) length;
  return write_all (file.fd, text, length);
}

/* ---- Lines ---- */

/* Whether there is a file, and whether stderr is it. */
static bool
has_file (bool *has_stderr)
{
  bool has_it;

  pthread_mutex_lock (&file.mutex);
  has_it = file.fd >= 0;
  *has_stderr = file.has_stderr;
  pthread_mutex_unlock (&file.mutex);
  return has_it;
}

void
log_set_level (LogLevel level)
{
  __atomic_store_n (&max_level, level, __ATOMIC_RELAXED);
}

void
log_line (LogLevel level, const char *module, const char *format, ...)
{
  int saved_errno = errno;
  bool has_stderr;
  LogLine line;
  va_list args;

  if (level > __atomic_load_n (&max_level, __ATOMIC_RELAXED))
    return;
  va_start (args, format);
  log_line_format (&line, level, module, format, args);
  va_end (args);
  if (!has_file (&has_stderr))
    log_writer_add (&stderr_writer, &line);
  else
    {
      log_writer_add (&file_writer, &line);
      if (!has_stderr && level <= LOG_LEVEL_WARNING)
        log_writer_add (&stderr_writer, &line);
    }
  errno = saved_errno;
}

void
log_say (const char *sentence)
{
  LogLine line;

  log_line_set (&line, sentence);
  log_writer_add (&stderr_writer, &line);
}

void
log_transition (const char *name, const char *id, const char *from, const char *to)
{
  log_debug (name, "moved id=%s from=%s to=%s", id != NULL ? id : "-", from, to);
}

/* ---- Outputs ---- */

void
log_start_threads (void)
{
  bool has_stderr;
  int r = log_writer_start (&stderr_writer);

  if (r == 0 && has_file (&has_stderr))
    r = log_writer_start (&file_writer);
  if (r < 0)
    log_warning ("log",
                 "no thread can be started for the log, so a log that nobody reads stops the "
                 "daemon error=%s",
                 strerror (-r));
}

unsigned long
log_count_lost (void)
{
  return log_writer_count_lost (&stderr_writer) + log_writer_count_lost (&file_writer);
}

void
log_stop_threads (void)
{
  log_writer_stop (&file_writer, FLUSH_MS);
  log_writer_stop (&stderr_writer, FLUSH_MS);
}

int
log_open_file (const char *path, long limit)
{
  long size = 0;
  int fd = open_log (path, 0, &size);

  if (fd < 0)
    return fd;
  log_close_file ();
  file.path = g_strdup (path);
  file.size = size;
  file.limit = limit;
  pthread_mutex_lock (&file.mutex);
  file.fd = fd;
  file.has_stderr = false;
  pthread_mutex_unlock (&file.mutex);
  return 0;
}

void
log_take_stderr (void)
{
  if (!log_writer_flush (&stderr_writer, FLUSH_MS))
    log_writer_discard (&stderr_writer); /* they are in the file, too */
  pthread_mutex_lock (&file.mutex);
  if (file.fd >= 0)
    file.has_stderr = dup2 (file.fd, STDERR_FILENO) >= 0;
  pthread_mutex_unlock (&file.mutex);
}

void
log_close_file (void)
{
  if (file_writer.has_thread)
    return; /* it hangs, and has the file */
  pthread_mutex_lock (&file.mutex);
  if (file.fd >= 0)
    close (file.fd);
  file.fd = -1;
  pthread_mutex_unlock (&file.mutex);
  g_clear_pointer (&file.path, g_free);
}
