/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <poll.h>

#include "daemon/vestim-run/attempt.h"
#include "daemon/vestim-run/ending.h"
#include "daemon/vestim-run/lost-processes.h"
#include "daemon/vestim-run/run.h"
#include "daemon/vestim-run/supervisor.h"

#define LOOK_MS 20

static void
find_lost (void *user, ProcessList *found)
{
  lost_processes_find (user, found);
}

/* They are not our children, so that nothing tells when they are gone but looking again. */
static void
end_all (const LostProcesses *lost)
{
  Ending ending = { .find = find_lost, .user = (void *) lost };
  ProcessList left = { 0 };

  for (find_lost ((void *) lost, &left); left.n > 0; find_lost ((void *) lost, &left))
    {
      if (!ending.begun)
        ending_ask (&ending);
      else if (ending_now () >= ending.next_at)
        ending_step (&ending);
      poll (NULL, 0, LOOK_MS);
    }
  process_list_clear (&left);
  ending_clear (&ending);
}

static int
record_loss (Attempt *attempt, const RunOptions *options)
{
  ExitRecord record = {
    .attempt = options->attempt,
    .lost = true,
    .started_at = attempt->last.attempt == options->attempt ? attempt->last.started_at : 0,
    .finished_at = attempt_wall_clock (),
    .wall_s = NAN,
    .cpu_s = NAN,
    .max_rss_kb = -1,
    .log_bytes = attempt->last.log_bytes,
  };
  int fd = exit_record_prepare (attempt->folder);

  return fd < 0 ? fd : exit_record_commit (attempt->folder, fd, &record);
}

int
run_end_lost (const RunOptions *options)
{
  Attempt attempt;
  LostProcesses lost;
  int signal_fd = supervisor_block_signals ();
  int r = signal_fd < 0 ? signal_fd : attempt_open (&attempt, options);

  if (signal_fd < 0 || r == -EAGAIN)
    return attempt_refuse (options, r);
  /* A job may have taken its folder away; its processes are known by their marks all the same. */
  lost_processes_init (&lost, &attempt.last, options);
  end_all (&lost);
  lost_processes_clear (&lost);
  if (r == 0 && exit_record_attempt (attempt.folder) < options->attempt)
    r = record_loss (&attempt, options);
  return r == 0 ? RUN_EXIT_RECORDED : attempt_refuse (options, r);
}
