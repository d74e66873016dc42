/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/descriptors.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/run.h"

int
main (int argc, char **argv)
{
  RunOptions options;
  int r = run_options_parse (&options, argc, argv);

  if (r != 0 || options.action == RUN_ACTION_INFORM)
    return r;
  descriptors_close_others (options.input_fd, options.ready_fd);
  return options.action == RUN_ACTION_END ? run_end_lost (&options) : run_job (&options);
}
