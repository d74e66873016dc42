/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/log-writer.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* Lines are collected in one buffer while the thread writes the other one; then they are swapped.
 * After a dropped line, all lines are dropped until the swap. So the dropped lines are in one
 * place, and a line with their number replaces them. */

/* ---- The thread ---- */

/* The lost lines that were not logged yet. */
typedef struct
{
  unsigned n_unread; /* no room in memory */
  unsigned n_failed; /* write() failed */
  int error;
} Losses;

static void format_losses (LogLine *line, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
format_losses (LogLine *line, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  log_line_format (line, LOG_LEVEL_WARNING, "log", format, args);
  va_end (args);
}

/* Whether the output takes lines; if some were lost, this is tried with the line that says so. */
static bool
report_losses (LogWriter *self, Losses *losses)
{
  unsigned n = losses->n_unread + losses->n_failed;
  LogLine line;

  if (n == 0)
    return true;
  if (losses->n_failed == 0)
    format_losses (&line, "%u messages were dropped: nobody read this output", n);
  else
    format_losses (&line, "%u messages were dropped: they could not be written error=\"%s\"", n,
                   strerror (losses->error));
  if (self->write (line.text, line.length) < 0)
    return false;
  *losses = (Losses){ 0 };
  return true;
}

/* The length of the first whole lines, as many as a pipe takes as one piece. */
static size_t
find_piece (const char *text, size_t length)
{
  const char *end;

  if (length <= LOG_LINE_LIMIT)
    return length;
  end = memrchr (text, '\n', LOG_LINE_LIMIT);
  return (size_t) (end - text) + 1;
}

static unsigned
count_lines (const char *text, size_t length)
{
  unsigned n = 0;

  for (size_t i = 0; i < length; i++)
    n += text[i] == '\n';
  return n;
}

static void
count_failed (LogWriter *self, Losses *losses, unsigned n)
{
  losses->n_failed += n;
  self->n_lost += n;
}

static void
write_batch (LogWriter *self, size_t length, Losses *losses)
{
  size_t piece;

  for (const char *text = self->batch; length > 0; text += piece, length -= piece)
    {
      int r = 0;

      piece = find_piece (text, length);
      if (report_losses (self, losses))
        r = self->write (text, piece);
      else
        count_failed (self, losses, count_lines (text, piece));
      if (r < 0)
        {
          count_failed (self, losses, count_lines (text, piece));
          losses->error = -r;
        }
    }
}

static void *
thread_main (void *user)
{
  LogWriter *self = user;
  Losses losses = { 0 };
  unsigned n_dropped;

  pthread_mutex_lock (&self->mutex);
  while (self->length > 0 || !self->is_stopping)
    {
      char *batch = self->waiting;
      size_t length = self->length;

      if (length == 0)
        {
          pthread_cond_wait (&self->changed, &self->mutex);
          continue;
        }
      self->waiting = self->batch;
      self->batch = batch;
      self->length = 0;
      n_dropped = self->n_dropped;
      self->n_dropped = 0;
      self->is_writing = true;
      pthread_mutex_unlock (&self->mutex);
      write_batch (self, length, &losses);
      losses.n_unread += n_dropped;
      report_losses (self, &losses);
      pthread_mutex_lock (&self->mutex);
      self->is_writing = false;
      pthread_cond_broadcast (&self->changed);
    }
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

/* ---- The other side ---- */

int
log_writer_start (LogWriter *self)
{
  pthread_condattr_t attributes;
  sigset_t all, before;
  int r;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &attributes);
  pthread_condattr_destroy (&attributes);
  self->waiting = g_malloc (LOG_WRITER_ROOM);
  self->batch = g_malloc (LOG_WRITER_ROOM);
  self->length = self->n_dropped = 0;
  self->is_stopping = self->is_writing = false;
  /* Signals are for the loop. And a terminal must not stop the daemon because it writes. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  r = pthread_create (&self->thread, NULL, thread_main, self);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  self->has_thread = r == 0;
  if (r != 0)
    {
      g_clear_pointer (&self->waiting, g_free);
      g_clear_pointer (&self->batch, g_free);
    }
  return -r;
}

void
log_writer_add (LogWriter *self, const LogLine *line)
{
  pthread_mutex_lock (&self->mutex);
  if (!self->has_thread)
    self->write (line->text, line->length);
  else if (self->is_stopping || self->n_dropped > 0
           || self->length + line->length > LOG_WRITER_ROOM)
    {
      self->n_dropped++;
      self->n_lost++;
    }
  else
    {
      memcpy (self->waiting + self->length, line->text, line->length);
      self->length += line->length;
      if (!self->is_writing)
        pthread_cond_broadcast (&self->changed);
    }
  pthread_mutex_unlock (&self->mutex);
}

unsigned long
log_writer_count_lost (const LogWriter *self)
{
  return self->n_lost;
}

/* With the mutex held. */
static bool
wait_until_written (LogWriter *self, int timeout_ms)
{
  struct timespec until;
  int r = 0;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += timeout_ms / 1000;
  until.tv_nsec += timeout_ms % 1000 * 1000000L;
  if (until.tv_nsec >= 1000000000L)
    {
      until.tv_sec++;
      until.tv_nsec -= 1000000000L;
    }
  while (r == 0 && (self->length > 0 || self->is_writing))
    r = pthread_cond_timedwait (&self->changed, &self->mutex, &until);
  return self->length == 0 && !self->is_writing;
}

bool
log_writer_flush (LogWriter *self, int timeout_ms)
{
  bool is_written = true;

  pthread_mutex_lock (&self->mutex);
  if (self->has_thread)
    is_written = wait_until_written (self, timeout_ms);
  pthread_mutex_unlock (&self->mutex);
  return is_written;
}

void
log_writer_discard (LogWriter *self)
{
  pthread_mutex_lock (&self->mutex);
  self->length = self->n_dropped = 0;
  pthread_mutex_unlock (&self->mutex);
}

bool
log_writer_stop (LogWriter *self, int timeout_ms)
{
  bool is_written;

  if (!self->has_thread)
    return true;
  pthread_mutex_lock (&self->mutex);
  self->is_stopping = true;
  pthread_cond_broadcast (&self->changed);
  is_written = wait_until_written (self, timeout_ms);
  pthread_mutex_unlock (&self->mutex);
  if (!is_written)
    {
      pthread_detach (self->thread);
      return false;
    }
  pthread_join (self->thread, NULL);
  pthread_cond_destroy (&self->changed);
  self->has_thread = false;
  g_clear_pointer (&self->waiting, g_free);
  g_clear_pointer (&self->batch, g_free);
  return true;
}
