/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/supervisor.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/foreign-process.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/ending.h"
#include "daemon/vestim-run/log-stamps.h"
#include "daemon/vestim-run/pausing.h"

/* One poll() loop over the signals and the two pipes. The shim is the subreaper of the job: it
 * becomes the parent of every orphan. So when it has no child left, no process of the job is left.
 */

#define CHUNK (1 << 16)
#define NEVER INT64_MAX
#define LACK_PAUSE_MS 100 /* before poll() is tried again */
#define LEFT_READS 4      /* of a pipe that leftovers write to: it holds no more */

enum
{
  SOURCE_SIGNALS,
  SOURCE_LOG,
  SOURCE_PROGRESS,
  SOURCE_OOM,
  SOURCE_FENCE,
  N_SOURCES,
};

typedef struct
{
  const SupervisorSpec *spec;
  SupervisorResult *result;
  struct pollfd sources[N_SOURCES]; /* -1: at its end, or there is none */
  LogStamps stamps;
  Ending ending;
  Pausing pausing;
  int64_t timeout_at;
  bool job_ended;
  bool none_left;
  bool is_stuck_reported;
} Supervisor;

/* Those that are halted go on after they got the signal. */
static void
end_all (Supervisor *self)
{
  ending_ask (&self->ending);
  pausing_end (&self->pausing);
}

/* The program has ended, and other processes of the job live. */
static void
end_leftovers (Supervisor *self)
{
  if (!self->spec->keeps_leftovers || self->ending.begun)
    {
      end_all (self);
      return;
    }
  pausing_end (&self->pausing);
  self->result->has_leftovers = true;
}

static void
reap (Supervisor *self)
{
  bool ended_before = self->job_ended;
  pid_t pid;
  int status;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == self->spec->job)
      {
        self->job_ended = true;
        self->result->wait_status = status;
        if (!self->ending.begun)
          self->result->out_of_memory = oom_watch_explains (self->spec->oom_watch, status);
      }
  /* Orphans become our children: without a child there is no descendant. */
  if (pid < 0 && errno == ECHILD)
    self->none_left = true;
  else if (self->job_ended && !ended_before)
    end_leftovers (self);
}

static void
append_to_log (void *user, const char *data, size_t size)
{
  log_writer_append (((Supervisor *) user)->spec->log, data, size);
}

static void
take_log (Supervisor *self, const char *data, size_t size)
{
  if (self->spec->has_timestamps)
    log_stamps_add (&self->stamps, clock_wall_ms (), data, size);
  else
    append_to_log (self, data, size);
}

/* What the user has to know of the job, in its message and in its log. */
static void
report (Supervisor *self, const char *sentence)
{
  progress_writer_add_message (self->spec->progress, sentence);
  take_log (self, sentence, strlen (sentence));
  take_log (self, "\n", 1);
}

/* ---- Pausing ---- */

/* A job that is being ended is not halted any more. */
static void
follow_pause_wish (Supervisor *self)
{
  bool is_wanted = self->spec->is_pause_wanted (self->spec->user);

  if (self->job_ended || self->ending.begun || is_wanted == self->pausing.is_paused)
    return;
  if (is_wanted)
    {
      pausing_begin (&self->pausing);
      return;
    }
  if (self->timeout_at != NEVER)
    self->timeout_at += clock_monotonic_ms () - self->pausing.since;
  pausing_end (&self->pausing);
}

static void
step_pause (Supervisor *self)
{
  ProcessList running = { 0 };
  char sentence[256];

  pausing_step (&self->pausing);
  if (!self->pausing.is_stuck)
    return;
  pausing_find_running (&self->pausing, &running);
  if (foreign_process_describe (&running, FOREIGN_PAUSE, "vestim-run", sentence, sizeof sentence))
    report (self, sentence);
  process_list_clear (&running);
}

/* ---- Events ---- */

static void
on_signals (Supervisor *self)
{
  struct signalfd_siginfo info;
  bool stop = false, has_changed = false, has_wish = false;

  while (read (self->spec->signal_fd, &info, sizeof info) == (ssize_t) sizeof info)
    {
      stop = stop || info.ssi_signo == SIGTERM;
      has_changed = has_changed || info.ssi_signo == SIGIO;
      has_wish = has_wish || info.ssi_signo == SIGUSR1;
    }
  if (has_changed)
    self->spec->on_folder_change (self->spec->user);
  reap (self);
  if (has_wish && !stop)
    follow_pause_wish (self);
  if (!stop || self->none_left || self->result->has_leftovers)
    return;
  if (!self->job_ended && !self->result->timed_out)
    self->result->stopped = true;
  end_all (self);
}

/* Reads once; false when there is nothing now. A pipe at its end is polled no more. The buffer is
 * not on the stack, which a limit may have made small. */
static bool
take_in (Supervisor *self, int source)
{
  static char buffer[CHUNK];
  ssize_t n = read (self->sources[source].fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return errno == EINTR;
  if (n <= 0)
    {
      self->sources[source].fd = -1;
      return false;
    }
  if (source == SOURCE_LOG)
    take_log (self, buffer, (size_t) n);
  else
    progress_writer_feed (self->spec->progress, buffer, (size_t) n);
  return true;
}

/* The user would wonder why the job does not end. */
static void
report_stuck (Supervisor *self)
{
  ProcessList left = { 0 };
  char sentence[256];

  self->ending.find (self->ending.user, &left);
  self->is_stuck_reported =
      foreign_process_describe (&left, FOREIGN_END, "vestim-run", sentence, sizeof sentence);
  process_list_clear (&left);
  if (self->is_stuck_reported)
    report (self, sentence);
}

static void
on_time (Supervisor *self)
{
  int64_t now = clock_monotonic_ms ();

  if (self->pausing.is_paused)
    {
      if (now >= self->pausing.next_at)
        step_pause (self);
      return;
    }
  if (now >= self->timeout_at && !self->job_ended)
    {
      self->timeout_at = NEVER;
      self->result->timed_out = !self->result->stopped;
      end_all (self);
    }
  if (self->ending.begun && now >= self->ending.next_at)
    {
      ending_step (&self->ending);
      reap (self);
      if (!self->none_left && !self->is_stuck_reported && ending_is_stuck (&self->ending))
        report_stuck (self);
    }
}

/* The report comes last: it may hang on the same disk. */
static void
on_fence (Supervisor *self)
{
  char sentence[256];

  self->sources[SOURCE_FENCE].fd = -1;
  self->timeout_at = NEVER;
  self->result->fenced = !self->job_ended;
  ending_limit_grace (&self->ending, CLAIM_END_MS);
  end_all (self);
  fence_describe (self->spec->fence, sentence, sizeof sentence);
  report (self, sentence);
}

static int
time_to_wait (const Supervisor *self)
{
  int64_t until = self->pausing.is_paused ? self->pausing.next_at
                  : self->job_ended       ? NEVER
                                          : self->timeout_at;
  int64_t rest;

  if (self->ending.begun && self->ending.next_at < until)
    until = self->ending.next_at;
  if (until == NEVER)
    return -1;
  rest = until - clock_monotonic_ms ();
  return rest < 0 ? 0 : rest > INT_MAX ? INT_MAX : (int) rest;
}

static int
turn (Supervisor *self)
{
  int n = poll (self->sources, N_SOURCES, time_to_wait (self));

  if (n < 0 && lack_is (errno))
    {
      clock_pause_ms (LACK_PAUSE_MS);
      return 0;
    }
  if (n < 0)
    return errno == EINTR ? 0 : -errno;
  for (int source = SOURCE_LOG; source <= SOURCE_PROGRESS; source++)
    if (self->sources[source].fd >= 0 && self->sources[source].revents != 0)
      take_in (self, source);
  if (self->sources[SOURCE_OOM].revents != 0 && !oom_watch_look (self->spec->oom_watch))
    self->sources[SOURCE_OOM].fd = -1;
  if (self->sources[SOURCE_SIGNALS].revents != 0)
    on_signals (self);
  if (self->sources[SOURCE_FENCE].revents != 0)
    on_fence (self);
  on_time (self);
  return 0;
}

/* All writers of the job have ended, so that the pipes hold the rest already. A pipe that some
 * other process keeps open is not waited for. Leftovers may write without end. */
static void
drain (Supervisor *self)
{
  for (int source = SOURCE_LOG; source <= SOURCE_PROGRESS; source++)
    for (int n = 0; (!self->result->has_leftovers || n < LEFT_READS)
                    && self->sources[source].fd >= 0 && take_in (self, source);
         n++)
      ;
}

const int supervisor_ignored[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGALRM,   SIGUSR2, SIGTSTP,
                                   SIGTTIN, SIGTTOU, SIGXFSZ, SIGXCPU, SIGVTALRM, SIGPROF, 0 };

void
supervisor_reset_signals (void)
{
  for (int number = 1; number < _NSIG; number++)
    signal (number, SIG_DFL);
}

int
supervisor_block_signals (void)
{
  sigset_t set;
  int fd;

  for (const int *ignored = supervisor_ignored; *ignored != 0; ignored++)
    signal (*ignored, SIG_IGN);
  signal (SIGCHLD, SIG_DFL); /* if it were ignored, there would be no exit status */
  signal (SIGUSR1, SIG_DFL);
  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGCHLD);
  sigaddset (&set, SIGIO);
  sigaddset (&set, SIGUSR1);
  sigprocmask (SIG_SETMASK, &set, NULL);
  fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

int
supervisor_run (const SupervisorSpec *spec, SupervisorResult *result)
{
  const char *group = job_group_exists (spec->group) ? spec->group->path : NULL;
  Supervisor self = {
    .spec = spec,
    .result = result,
    .sources = { { spec->signal_fd, POLLIN, 0 },
                 { spec->log_pipe, POLLIN, 0 },
                 { spec->progress_pipe, POLLIN, 0 },
                 { spec->oom_watch->fd, POLLPRI, 0 },
                 { spec->fence == NULL ? -1 : fence_get_fd (spec->fence), POLLIN, 0 } },
    .stamps = { .write = append_to_log },
    .ending = { .find = ending_find_descendants,
                .group = group,
                .signal = spec->stop_signal,
                .grace_ms = spec->stop_grace_ms },
    .pausing = { .find = ending_find_descendants, .group = group },
    .timeout_at = NEVER,
  };
  int r = 0;

  *result = (SupervisorResult){ 0 };
  if (spec->timeout_s > 0 && spec->timeout_s < 1e12)
    self.timeout_at = clock_monotonic_ms () + (int64_t) ceil (spec->timeout_s * 1000);
  self.stamps.user = &self;
  follow_pause_wish (&self);
  while (!self.none_left && !result->has_leftovers && r == 0)
    r = turn (&self);
  drain (&self);
  pausing_end (&self.pausing);
  ending_clear (&self.ending);
  return r;
}
