/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"
#include "daemon/vestim-run/end-lost.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/run-job.h"

/* A descriptor that leaks into a job lives as long as the job. */
static void
keep_descriptors (int input_fd, int ready_fd)
{
  const int keep[] = { input_fd, ready_fd };

  fd_close_others (keep, 2);
  for (int i = 0; i < 2; i++)
    if (keep[i] >= 0)
      fcntl (keep[i], F_SETFD, FD_CLOEXEC);
}

static int
refuse (const Options *options, int r)
{
  if (r == -EAGAIN)
    fprintf (stderr, "vestim-run: '%s' is locked: wait until the other vestim-run has ended.\n",
             options->folder);
  else if (r == -EALREADY)
    fprintf (
        stderr,
        "vestim-run: attempt %d or a later one was already started in '%s': use a higher number.\n",
        options->attempt, options->folder);
  else
    fprintf (stderr, "vestim-run: attempt %d in '%s' failed: %s.\n", options->attempt,
             options->folder, strerror (-r));
  if (r == -EAGAIN || r == -EALREADY)
    return SHIM_EXIT_TAKEN;
  return -r > 0 && -r < 127 ? SHIM_EXIT_ERRNO - r : SHIM_EXIT_ERRNO + EIO;
}

int
main (int argc, char **argv)
{
  Options options;
  int r = options_parse (&options, argc, argv);

  if (r != 0 || options.action == ACTION_INFORM)
    return r;
  keep_descriptors (options.input_fd, options.ready_fd);
  r = options.action == ACTION_END ? end_lost (&options) : run_job (&options);
  return r == 0 ? SHIM_EXIT_RECORDED : refuse (&options, r);
}
