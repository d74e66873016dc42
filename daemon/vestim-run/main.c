/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/fd.h"
#include "daemon/vestim-run/claimed-folder.h"
#include "daemon/vestim-run/end-lost.h"
#include "daemon/vestim-run/leftovers.h"
#include "daemon/vestim-run/options.h"
#include "daemon/vestim-run/run-job.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SEARCHES_FOR_LEAKS
#endif
#elif defined __SANITIZE_ADDRESS__
#define SEARCHES_FOR_LEAKS
#endif

#ifdef SEARCHES_FOR_LEAKS
#include <sanitizer/lsan_interface.h>

static bool has_daemon;

/* The search for leaks at the exit stops the process with SIGSTOP and waits for that. The SIGCONT
 * of a daemon that stops the job takes the SIGSTOP away, and the shim would never end. So only a
 * shim without a daemon searches. */
int
__lsan_is_turned_off (void)
{
  return has_daemon;
}
#endif

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

/* The claim has its owner before the other host can say so anywhere else. */
static bool
refuse_claimed (const Options *options, int r)
{
  char owner[CLAIM_MAX_ID + CLAIM_MAX_HOST + 32];

  if ((r != -EALREADY && r != -EREMOTE)
      || !claimed_folder_describe_owner (options->folder, options->attempt, owner, sizeof owner))
    return false;
  fprintf (stderr, "vestim-run: attempt %d in '%s' was claimed by %s: %s.\n", options->attempt,
           options->folder, owner,
           r == -EREMOTE ? "end it there" : "use a higher number for another attempt");
  return true;
}

static int
refuse (const Options *options, int r)
{
  if (refuse_claimed (options, r))
    return SHIM_EXIT_TAKEN;
  if (r == -EBUSY)
    fprintf (stderr, "vestim-run: '%s' is locked: wait until the other vestim-run has ended.\n",
             options->folder);
  else if (r == -EREMOTE)
    fprintf (stderr,
             "vestim-run: attempt %d in '%s' was claimed, and its owner is unknown: end it on its "
             "host.\n",
             options->attempt, options->folder);
  else if (r == -EALREADY)
    fprintf (
        stderr,
        "vestim-run: attempt %d or a later one was already started in '%s': use a higher number.\n",
        options->attempt, options->folder);
  else
    fprintf (stderr, "vestim-run: attempt %d in '%s' failed: %s.\n", options->attempt,
             options->folder, strerror (-r));
  if (r == -EBUSY || r == -EALREADY || r == -EREMOTE)
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
#ifdef SEARCHES_FOR_LEAKS
  has_daemon = options.ready_fd >= 0;
#endif
  keep_descriptors (options.input_fd, options.ready_fd);
  if (options.action == ACTION_DRAIN)
    return leftovers_drain ();
  r = options.action == ACTION_END ? end_lost (&options) : run_job (&options);
  return r >= 0 ? r : refuse (&options, r);
}
