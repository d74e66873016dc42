/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/leftovers.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define CHUNK 4096
#define LACK_PAUSE_MS 100

/* vfork() waits until the child has its own command line: with ours, and without its parent, it
 * would be taken for the shim of the attempt. */
void
leftovers_leave (int log_reader, int progress_reader)
{
  if (vfork () != 0)
    return;
  setsid ();
  if (dup2 (log_reader, 0) == 0 && dup2 (progress_reader, 1) == 1)
    execl ("/proc/self/exe", "vestim-run", "--drain", (char *) NULL);
  _exit (1);
}

int
leftovers_drain (void)
{
  struct pollfd sources[] = { { 0, POLLIN, 0 }, { 1, POLLIN, 0 } };
  char chunk[CHUNK];

  while (sources[0].fd >= 0 || sources[1].fd >= 0)
    {
      if (poll (sources, 2, -1) < 0 && errno != EINTR)
        poll (NULL, 0, LACK_PAUSE_MS);
      for (int i = 0; i < 2; i++)
        if (sources[i].fd >= 0 && sources[i].revents != 0)
          {
            ssize_t n = read (sources[i].fd, chunk, sizeof chunk);

            if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
              sources[i].fd = -1;
          }
    }
  return 0;
}
