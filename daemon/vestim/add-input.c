/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/add-input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "daemon/vestim/ignored-signal.h"
#include "daemon/vestim/job-action.h"

/* The longest body of a request. */
#define PIECE_BYTES (1024 * 1024)

/* Set by a signal; there is nothing else to do before the next read or request. */
static volatile sig_atomic_t interrupting; /* the signal */

/* Readable after a signal, so that none comes between a look at `interrupting` and the wait. */
static int wake[2] = { -1, -1 };

static void
on_signal (int number)
{
  int kept = errno;

  interrupting = number;
  (void) !write (wake[1], "", 1);
  errno = kept;
}

static void
set_handler (void (*handler) (int))
{
  /* A second signal ends the program at once. */
  const struct sigaction action = { .sa_handler = handler, .sa_flags = (int) SA_RESETHAND };

  if (!signal_is_ignored (SIGINT))
    sigaction (SIGINT, &action, NULL);
  if (!signal_is_ignored (SIGTERM))
    sigaction (SIGTERM, &action, NULL);
}

/* As read(), but returns after a signal, too: -1 with EINTR. */
static ssize_t
read_or_wake (int fd, char *buffer, gsize size)
{
  struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = wake[0], .events = POLLIN } };

  if (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
    return -1;
  if (fds[1].revents == 0)
    return read (fd, buffer, size);
  errno = EINTR;
  return -1;
}

/* Fills `piece` up to its size or the end of the input. -1 with `error`. */
static gssize
read_piece (int fd, char *piece, GError **error)
{
  gsize used = 0;

  while (used < PIECE_BYTES && interrupting == 0)
    {
      ssize_t n = read_or_wake (fd, piece + used, PIECE_BYTES - used);

      if (n == 0)
        break;
      if (n > 0)
        used += (gsize) n;
      else if (errno != EINTR)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                       "The standard input cannot be read: %s.", g_strerror (errno));
          return -1;
        }
    }
  if (interrupting == 0)
    return (gssize) used;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Interrupted.");
  return -1;
}

static bool
send_piece (Session *session, const char *id, const char *piece, gsize length, goffset start,
            bool is_last, GError **error)
{
  VestimRequest *request = job_request ("PUT", id, "/files/" ADD_INPUT_NAME);
  g_autoptr (VestimReply) reply = NULL;
  goffset end = start + (goffset) length;

  request->bytes = g_bytes_new (piece, length);
  if (length > 0 && is_last)
    request->content_range =
        g_strdup_printf ("bytes %" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT "/%" G_GOFFSET_FORMAT,
                         start, end - 1, end);
  else if (length > 0)
    request->content_range =
        g_strdup_printf ("bytes %" G_GOFFSET_FORMAT "-%" G_GOFFSET_FORMAT "/*", start, end - 1);
  else if (start > 0)
    request->content_range = g_strdup_printf ("bytes */%" G_GOFFSET_FORMAT, end);
  reply = session_send (session, request, error);
  return reply != NULL;
}

static bool
send_pieces (Session *session, const char *id, int fd, GError **error)
{
  g_autofree char *piece = g_malloc (PIECE_BYTES);
  goffset start = 0;

  for (;;)
    {
      gssize n = read_piece (fd, piece, error);
      bool is_last = n < PIECE_BYTES;

      if (n < 0 || !send_piece (session, id, piece, (gsize) n, start, is_last, error))
        return false;
      start += n;
      if (is_last)
        return true;
    }
}

void
add_input_catch_signals (void)
{
  /* Without a pipe, the wait for input still ends, unless the signal comes just before it. */
  (void) !pipe2 (wake, O_CLOEXEC | O_NONBLOCK);
  set_handler (on_signal);
}

bool
add_input_send (Session *session, const char *id, int fd, GError **error)
{
  bool done = send_pieces (session, id, fd, error);

  set_handler (SIG_DFL);
  return done;
}

void
add_input_obey (void)
{
  if (interrupting != 0)
    raise (interrupting);
}
