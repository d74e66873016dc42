/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/control.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/posix/process.h"
#include "daemon/vestimd/sys/pidfile.h"
#include "daemon/vestimd/sys/signals.h"

#define POLL_MS 20

void
control_clean_up (const DaemonConfig *config, const PidfileReport *report)
{
  if (report->state == PIDFILE_FOREIGN || report->state == PIDFILE_REFUSED
      || report->state == PIDFILE_UNKNOWN || report->state == PIDFILE_HIDDEN)
    fprintf (stderr, "vestimd: %s\n", report->text);
  if (report->state != PIDFILE_STALE && report->state != PIDFILE_ABSENT)
    return;
  if (!pidfile_clean (config->paths->pid_file, config->paths->server_json))
    return;
  if (report->state == PIDFILE_STALE)
    fprintf (stderr, "vestimd: %s; it was removed\n", report->text);
  else
    fprintf (stderr, "vestimd: %s was left over; it was removed\n", config->paths->server_json);
}

/* Without pidfds, PID and start time show it. */
static bool
is_gone (const Process *daemon, int pidfd, int wait_ms)
{
  struct pollfd watched = { .fd = pidfd, .events = POLLIN };
  Process now;

  if (pidfd >= 0)
    return poll (&watched, 1, wait_ms) > 0;
  g_usleep ((gulong) wait_ms * 1000);
  return !process_read (daemon->pid, &now) || now.start != daemon->start || now.state == 'Z'
         || now.state == 'X';
}

static bool
wait_until_gone (const DaemonConfig *config, const Process *daemon, int pidfd)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) (config->timeout_s * G_USEC_PER_SEC);

  while (!is_gone (daemon, pidfd, POLL_MS))
    if (g_get_monotonic_time () >= deadline)
      return false;
  return true;
}

static int
report_not_running (const DaemonConfig *config)
{
  printf ("vestimd is not running (data directory %s)\n", config->paths->home);
  return EXIT_OK;
}

/* A daemon that was killed leaves its files. */
static int
report_stopped (const DaemonConfig *config, pid_t pid)
{
  PidfileReport left;

  pidfile_probe (config->paths->pid_file, &left);
  control_clean_up (config, &left);
  printf ("vestimd has stopped (PID %d)%s\n", (int) pid,
          config->keep_jobs ? "; its jobs continue" : "");
  return EXIT_OK;
}

static int
stop_running (const DaemonConfig *config, const PidfileReport *report)
{
  Process daemon;
  int pidfd = -1;
  int r = process_read (report->pid, &daemon)
              ? pidfile_signal (config->paths->pid_file, report,
                                config->keep_jobs ? SIGNALS_KEEP_JOBS : SIGTERM, &pidfd)
              : -ESRCH;
  bool gone;

  if (r == -ESRCH)
    return report_stopped (config, report->pid);
  if (r < 0)
    {
      fprintf (stderr, "vestimd: PID %d cannot be signalled: %s\n", (int) report->pid,
               g_strerror (-r));
      return EXIT_REFUSED;
    }
  gone = wait_until_gone (config, &daemon, pidfd);
  if (pidfd >= 0)
    close (pidfd);
  if (gone)
    return report_stopped (config, report->pid);
  fprintf (stderr,
           "vestimd: PID %d did not stop within %g s; see its log, or run --stop again to stop it "
           "immediately\n",
           (int) report->pid, config->timeout_s);
  return EXIT_REFUSED;
}

int
control_stop (const DaemonConfig *config)
{
  PidfileReport report;

  pidfile_probe (config->paths->pid_file, &report);
  if (report.state == PIDFILE_RUNNING || report.state == PIDFILE_STARTING)
    return stop_running (config, &report);
  control_clean_up (config, &report);
  /* If the PID file cannot be examined, the daemon may be running. */
  return report.state == PIDFILE_FOREIGN || report.state == PIDFILE_UNKNOWN
                 || report.state == PIDFILE_HIDDEN
             ? EXIT_REFUSED
             : report_not_running (config);
}
