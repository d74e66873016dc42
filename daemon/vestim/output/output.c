/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

G_DEFINE_QUARK (vestim - output - error - quark, output_error)

/* GIO ignores SIGPIPE for its sockets. For the output, nothing but the end makes sense. */
static void
end_by_sigpipe (void)
{
  signal (SIGPIPE, SIG_DFL);
  raise (SIGPIPE);
}

/* Another program may have made the descriptor non-blocking. */
static bool
wait_for_room (void)
{
  struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };

  return poll (&room, 1, -1) >= 0 || errno == EINTR;
}

bool
output_write (const char *text, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t n = write (STDOUT_FILENO, text, length);

      if (n >= 0)
        {
          text += n;
          length -= (gsize) n;
          continue;
        }
      if (errno == EINTR || (errno == EAGAIN && wait_for_room ()))
        continue;
      if (errno == EPIPE)
        end_by_sigpipe ();
      g_set_error (error, OUTPUT_ERROR, OUTPUT_ERROR_WRITE, "The output cannot be written: %s: %s",
                   g_strerror (errno),
                   errno == ENOSPC || errno == EDQUOT
                       ? "make room on the disk, or write to another one."
                       : "check where it goes.");
      return false;
    }
  return true;
}

bool
output_flush (GString *text, GError **error)
{
  bool done = output_write (text->str, text->len, error);

  g_string_truncate (text, 0);
  return done;
}
