/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* At most PIPE_BUF, which a pipe takes as one piece, so that lines of several writers never mix. */
#define LINE_LIMIT 4096

static const char *const level_names[] = {
  [LOG_LEVEL_ERROR] = "error",
  [LOG_LEVEL_WARNING] = "warning",
  [LOG_LEVEL_INFO] = "info",
  [LOG_LEVEL_DEBUG] = "debug",
};

/* Where lines go. Any thread may log, so `mutex` guards all of it. */
typedef struct
{
  pthread_mutex_t mutex;
  char *path;
  int fd; /* -1: stderr alone */
  long size;
  long limit;
  bool has_stderr; /* descriptor 2 is the file, too */
} LogSink;

static LogSink sink = { .mutex = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };
static LogLevel max_level = LOG_LEVEL_INFO;

typedef struct
{
  char text[LINE_LIMIT];
  size_t length;
  bool is_cut;
} LogText;

static const char cut_mark[] = "…";

static void
append (LogText *line, const char *bytes, size_t length)
{
  /* Room is left for the mark and the newline. */
  if (line->is_cut || line->length + length > sizeof line->text - sizeof cut_mark)
    {
      line->is_cut = true;
      return;
    }
  memcpy (line->text + line->length, bytes, length);
  line->length += length;
}

static void
append_escaped_byte (LogText *line, unsigned char byte)
{
  char escaped[8];

  if (byte == '\n')
    append (line, "\\n", 2);
  else if (byte == '\t')
    append (line, "\\t", 2);
  else if (byte == '\r')
    append (line, "\\r", 2);
  else
    append (line, escaped, (size_t) snprintf (escaped, sizeof escaped, "\\x%02x", byte));
}

/* Escapes control characters, also those above 0x7f, and invalid UTF-8: a terminal would act on
 * them.
 */
static void
append_escaped (LogText *line, const char *text)
{
  while (*text != '\0' && !line->is_cut)
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c >= 0x20 && c < 0x7f)
        append (line, text++, 1);
      else if (c >= 0xa0 && c < (gunichar) -2)
        {
          size_t length = (size_t) (g_utf8_next_char (text) - text);

          append (line, text, length);
          text += length;
        }
      else
        append_escaped_byte (line, (unsigned char) *text++);
    }
}

static void
append_head (LogText *line, LogLevel level, const char *module)
{
  struct timespec now;
  struct tm tm;
  char head[96];
  int length;

  clock_gettime (CLOCK_REALTIME, &now);
  gmtime_r (&now.tv_sec, &tm);
  length = snprintf (head, sizeof head,
                     "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s %.32s: ", tm.tm_year + 1900,
                     tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                     now.tv_nsec / 1000000, level_names[level], module);
  append (line, head, MIN ((size_t) length, sizeof head - 1));
}

/* A line that cannot be written is lost: an error could not be reported anywhere else. */
static void
write_line (int fd, const LogText *line)
{
  ssize_t n;

  do
    n = write (fd, line->text, line->length);
  while (n < 0 && errno == EINTR);
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

/* Called with the mutex held. When no new file can be made, the old one is used under its new name:
 * nothing is lost, and the next line tries again. */
static void
rotate (void)
{
  long size = 0;
  int fd;

  for (int i = LOG_FILES_KEPT; i >= 1; i--)
    {
      g_autofree char *to = g_strdup_printf ("%s.%d", sink.path, i);
      g_autofree char *from =
          i == 1 ? g_strdup (sink.path) : g_strdup_printf ("%s.%d", sink.path, i - 1);

      if (rename (from, to) != 0 && i == 1)
        return;
    }
  fd = open_log (sink.path, O_EXCL, &size);
  if (fd < 0)
    return;
  close (sink.fd);
  sink.fd = fd;
  sink.size = size;
  if (sink.has_stderr)
    dup2 (fd, STDERR_FILENO);
}

static void
write_to_sink (LogLevel level, const LogText *line)
{
  pthread_mutex_lock (&sink.mutex);
  if (sink.fd >= 0)
    {
      if (sink.size > 0 && sink.size + (long) line->length > sink.limit)
        rotate ();
      write_line (sink.fd, line);
      sink.size += (long) line->length;
    }
  if (sink.fd < 0 || (!sink.has_stderr && level <= LOG_LEVEL_WARNING))
    write_line (STDERR_FILENO, line);
  pthread_mutex_unlock (&sink.mutex);
}

void
log_set_level (LogLevel level)
{
  __atomic_store_n (&max_level, level, __ATOMIC_RELAXED);
}

bool
log_level_parse (const char *word, LogLevel *level)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (level_names); i++)
    if (strcmp (word, level_names[i]) == 0)
      {
        *level = (LogLevel) i;
        return true;
      }
  return false;
}

void
log_line (LogLevel level, const char *module, const char *format, ...)
{
  int saved_errno = errno;
  char message[LINE_LIMIT];
  LogText line;
  va_list args;
  int length;

  if (level > __atomic_load_n (&max_level, __ATOMIC_RELAXED))
    return;
  line.length = 0; /* the text is not cleared */
  line.is_cut = false;
  va_start (args, format);
  length = vsnprintf (message, sizeof message, format, args);
  va_end (args);
  append_head (&line, level, module);
  if (length >= 0)
    append_escaped (&line, message);
  if (line.is_cut || length >= (int) sizeof message)
    {
      memcpy (line.text + line.length, cut_mark, sizeof cut_mark - 1);
      line.length += sizeof cut_mark - 1;
    }
  line.text[line.length++] = '\n';
  write_to_sink (level, &line);
  errno = saved_errno;
}

void
log_transition (const char *name, const char *id, const char *from, const char *to)
{
  log_debug (name, "moved id=%s from=%s to=%s", id != NULL ? id : "-", from, to);
}

int
log_open_file (const char *path, long limit)
{
  long size = 0;
  int fd = open_log (path, 0, &size);

  if (fd < 0)
    return fd;
  log_close_file ();
  pthread_mutex_lock (&sink.mutex);
  sink.fd = fd;
  sink.path = g_strdup (path);
  sink.size = size;
  sink.limit = limit;
  sink.has_stderr = false;
  pthread_mutex_unlock (&sink.mutex);
  return 0;
}

void
log_take_stderr (void)
{
  pthread_mutex_lock (&sink.mutex);
  if (sink.fd >= 0)
    sink.has_stderr = dup2 (sink.fd, STDERR_FILENO) >= 0;
  pthread_mutex_unlock (&sink.mutex);
}

void
log_close_file (void)
{
  pthread_mutex_lock (&sink.mutex);
  if (sink.fd >= 0)
    close (sink.fd);
  sink.fd = -1;
  g_clear_pointer (&sink.path, g_free);
  pthread_mutex_unlock (&sink.mutex);
}
