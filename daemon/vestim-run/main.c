/* SPDX-License-Identifier: MIT */
#include <fcntl.h>

#include "daemon/posix/fd.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/run.h"

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

int
main (int argc, char **argv)
{
  RunOptions options;
  int r = run_options_parse (&options, argc, argv);

  if (r != 0 || options.action == RUN_ACTION_INFORM)
    return r;
  keep_descriptors (options.input_fd, options.ready_fd);
  return options.action == RUN_ACTION_END ? run_end_lost (&options) : run_job (&options);
}
