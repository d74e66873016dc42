/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/process-identity.h"

/* Two locks. The record lock on server.pid names its holder, so that `--status` and `--stop` find
 * the daemon. The flock() on the data directory also holds when someone removes or replaces
 * server.pid, so that a second daemon cannot start then. The kernel releases both when the process
 * ends, however it ends; a daemon has both, or none.
 *
 * A PID can be reused, so a PID in the file means nothing without the lock: such a file is stale,
 * even if a process has that PID. The holder of the lock is our daemon only if it runs vestimd
 * as our user (process_is_vestimd()).
 *
 * Programs that only examine the file, or remove a stale one, take the locks for an instant. So
 * pidfile_take() tries again before it reports that another daemon has them. */

#define MODULE "pidfile"

#define TAKE_ATTEMPTS 50
#define RETRY_MS 20
#define PASSING_MS 5000

static PidfileState report_set (PidfileReport *report, PidfileState state, pid_t pid,
                                const char *format, ...) G_GNUC_PRINTF (4, 5);

static PidfileState
report_set (PidfileReport *report, PidfileState state, pid_t pid, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vsnprintf (report->text, sizeof report->text, format, args);
  va_end (args);
  report->state = state;
  report->pid = pid;
  return state;
}

static bool
is_anothers (const char *path)
{
  struct stat info;

  return lstat (path, &info) == 0 && info.st_uid != geteuid ();
}

static PidfileState
report_refusal (PidfileReport *report, const char *path, int r)
{
  const char *why = is_anothers (path) ? "it belongs to another user" : fd_describe_error (r);

  if (r == -EACCES)
    return report_set (report, PIDFILE_UNKNOWN, 0,
                       "%s cannot be examined: %s; run this as the owner of the data directory, "
                       "or name another one with --data-dir",
                       path, why);
  if (fd_error_is_full (r))
    return report_set (report, PIDFILE_REFUSED, 0,
                       "%s cannot be written: %s; free some space, then start again", path, why);
  if (r == -EROFS)
    return report_set (report, PIDFILE_REFUSED, 0,
                       "%s cannot be written: %s; make it writable, or name another directory "
                       "with --data-dir",
                       path, why);
  return report_set (report, PIDFILE_REFUSED, 0,
                     "%s cannot be used: %s; remove it, or name another directory with --data-dir",
                     path, why);
}

/* The descriptor of a regular file of ours, or -errno. Does not block on a FIFO, and follows no
 * link. */
static int
open_checked (const char *path, int flags)
{
  struct stat info;
  int fd = open (path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);
  int r = 0;

  if (fd < 0)
    return errno == ENXIO || errno == EISDIR ? -EINVAL : -errno;
  if (fstat (fd, &info) != 0)
    r = -errno;
  else if (!S_ISREG (info.st_mode))
    r = -EINVAL;
  else if (info.st_uid != geteuid ())
    r = -EPERM;
  if (r == 0)
    return fd;
  close (fd);
  return r;
}

static int
open_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd < 0 ? -errno : fd;
}

static bool
is_still_at (int fd, const char *path)
{
  struct stat held, found;

  return fstat (fd, &held) == 0 && lstat (path, &found) == 0 && held.st_dev == found.st_dev
         && held.st_ino == found.st_ino;
}

static struct flock
whole_file (void)
{
  return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

/* The PID in the file; 0 when it is empty, -1 when it is anything else. */
static pid_t
read_pid (int fd)
{
  char text[32];
  ssize_t n = pread (fd, text, sizeof text - 1, 0);
  guint64 value;

  if (n == 0)
    return 0;
  if (n < 2 || text[n - 1] != '\n')
    return -1;
  text[n - 1] = '\0';
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &value, NULL))
    return -1;
  return (pid_t) value;
}

/* The vestimd that holds the flock() of a folder; 0 when it is unknown. */
static pid_t
find_folder_holder (int folder_fd)
{
  g_autofree char *locks = NULL;
  g_auto (GStrv) lines = NULL;
  struct stat info;

  if (fstat (folder_fd, &info) != 0 || fd_read_file ("/proc/locks", 1 << 20, &locks, NULL) < 0)
    return 0;
  lines = g_strsplit (locks, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      unsigned long inode;
      int pid;

      /* The device is left out: on some file systems it is not the one that stat() gives. */
      if (sscanf (*line, "%*d: FLOCK %*s %*s %d %*x:%*x:%lu", &pid, &inode) == 2
          && inode == (unsigned long) info.st_ino && process_is_vestimd (pid))
        return pid;
    }
  return 0;
}

/* Without a usable file: a daemon may still have the data directory locked. */
static bool
probe_folder (const char *path, PidfileReport *report)
{
  int fd = open_folder_of (path);
  pid_t pid;

  if (fd < 0)
    return false;
  if (flock (fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
    {
      close (fd);
      return false;
    }
  pid = find_folder_holder (fd);
  close (fd);
  if (pid > 0)
    report_set (report, PIDFILE_RUNNING, pid,
                "vestimd is running with PID %d, but %s is not the file that it created", (int) pid,
                path);
  else
    report_set (report, PIDFILE_FOREIGN, 0,
                "the directory of %s is locked by another process; end that process, or name "
                "another directory with --data-dir",
                path);
  return true;
}

static PidfileState
report_stale (PidfileReport *report, const char *path, pid_t named)
{
  char name[64];

  if (named == 0)
    return report_set (report, PIDFILE_STALE, 0, "%s is stale: it is empty", path);
  if (named < 0)
    return report_set (report, PIDFILE_STALE, 0, "%s is stale: it contains no PID", path);
  if (kill (named, 0) != 0 && errno == ESRCH)
    return report_set (report, PIDFILE_STALE, 0, "%s is stale: PID %d is gone", path, (int) named);
  process_name (named, name, sizeof name);
  return report_set (report, PIDFILE_STALE, 0,
                     "%s is stale: PID %d (%s) exists, but does not lock it", path, (int) named,
                     name);
}

static PidfileState
report_holder (PidfileReport *report, const char *path, pid_t holder, pid_t named)
{
  char name[64];

  if (holder <= 0)
    return report_set (report, PIDFILE_HIDDEN, 0,
                       "%s is locked by a process that cannot be seen from here, such as a vestimd "
                       "in another container; stop it there, or name another directory with "
                       "--data-dir",
                       path);
  if (!process_is_vestimd (holder))
    {
      process_name (holder, name, sizeof name);
      return report_set (report, PIDFILE_FOREIGN, holder,
                         "%s is locked by PID %d (%s), which is not a vestimd of this user; end "
                         "that process, or name another directory with --data-dir",
                         path, (int) holder, name);
    }
  if (named == 0)
    return report_set (report, PIDFILE_STARTING, holder, "vestimd is starting with PID %d",
                       (int) holder);
  if (named != holder && named != process_inner_pid (holder))
    return report_set (report, PIDFILE_RUNNING, holder, "vestimd is running with PID %d, but %s %s",
                       (int) holder, path, named < 0 ? "was overwritten" : "names another process");
  return report_set (report, PIDFILE_RUNNING, holder, "vestimd is running with PID %d",
                     (int) holder);
}

bool
pidfile_is_held (const PidfileReport *report)
{
  return report->state == PIDFILE_RUNNING || report->state == PIDFILE_STARTING
         || report->state == PIDFILE_HIDDEN;
}

PidfileState
pidfile_probe (const char *path, PidfileReport *report)
{
  struct flock lock = whole_file ();
  int fd = open_checked (path, O_RDONLY);
  pid_t named;
  int r;

  if (fd == -ENOENT || fd == -ENOTDIR)
    return probe_folder (path, report) ? report->state
                                       : report_set (report, PIDFILE_ABSENT, 0, "%s", "");
  if (fd < 0)
    return probe_folder (path, report) ? report->state : report_refusal (report, path, fd);
  r = fcntl (fd, F_GETLK, &lock) == 0 ? 0 : -errno;
  named = read_pid (fd);
  close (fd);
  if (r < 0)
    return report_refusal (report, path, r);
  if (lock.l_type != F_UNLCK)
    return report_holder (report, path, lock.l_pid, named);
  if (probe_folder (path, report))
    return report->state;
  return report_stale (report, path, named);
}

/* It will soon change: a start, or the flock() of a killed daemon. A child that the daemon was just
 * starting shares that lock until it executes its program. */
static bool
is_about_to_change (const PidfileReport *report)
{
  return report->state == PIDFILE_STARTING
         || (report->state == PIDFILE_FOREIGN && report->pid == 0);
}

PidfileState
pidfile_probe_wait (const char *path, int timeout_ms, PidfileReport *report)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) timeout_ms * 1000;

  pidfile_probe (path, report);
  while (is_about_to_change (report) && g_get_monotonic_time () < deadline)
    {
      g_usleep (RETRY_MS * 1000);
      pidfile_probe (path, report);
    }
  return report->state;
}

/* Locks the file at `path`, which is made if it is missing. Returns its descriptor; -EAGAIN when it
 * is locked, or was replaced or removed meanwhile; another -errno when it cannot be used. */
static int
lock_file (const char *path)
{
  struct flock lock = whole_file ();
  int fd = open_checked (path, O_RDWR | O_CREAT);
  int r;

  if (fd < 0)
    return fd;
  if (fcntl (fd, F_SETLK, &lock) != 0)
    r = errno == EACCES ? -EAGAIN : -errno;
  else
    r = is_still_at (fd, path) ? 0 : -EAGAIN;
  if (r == 0)
    return fd;
  close (fd);
  return r;
}

static int
lock_folder_of (const char *path)
{
  int fd = open_folder_of (path);
  int r;

  if (fd < 0)
    return fd;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  r = -errno; /* EWOULDBLOCK is EAGAIN */
  close (fd);
  return r;
}

/* Both locks, or none. */
static int
lock_both (const char *path, int *folder_fd)
{
  int fd = lock_file (path);
  struct stat info;

  if (fd < 0)
    return fd;
  *folder_fd = lock_folder_of (path);
  if (*folder_fd >= 0)
    return fd;
  if (fstat (fd, &info) == 0 && info.st_size == 0)
    unlink (path); /* made just now: the daemon that has the folder has lost its own */
  close (fd);
  return *folder_fd;
}

static int
write_pid (int fd)
{
  char text[32];
  int length = snprintf (text, sizeof text, "%d\n", (int) getpid ());

  if (ftruncate (fd, 0) != 0 || fchmod (fd, 0600) != 0)
    return -errno;
  if (pwrite (fd, text, (size_t) length, 0) != length)
    return errno != 0 ? -errno : -ENOSPC;
  return 0;
}

static void
log_takeover (int fd, const char *path)
{
  PidfileReport stale;
  struct stat info;

  if (fstat (fd, &info) != 0 || info.st_size == 0)
    return;
  report_stale (&stale, path, read_pid (fd));
  log_warning (MODULE, "taking over: %s", stale.text);
}

static bool
is_held_by_another (const char *path, PidfileReport *report)
{
  return pidfile_probe_wait (path, PASSING_MS, report) == PIDFILE_FOREIGN
         || pidfile_is_held (report);
}

int
pidfile_take (Pidfile *self, const char *path, PidfileReport *report)
{
  int folder_fd = -1;
  int fd = -EAGAIN;
  int r;

  for (int i = 0; i < TAKE_ATTEMPTS; i++)
    {
      fd = lock_both (path, &folder_fd);
      if (fd != -EAGAIN)
        break;
      /* The last holder may be about to end, so one look is not enough. */
      if (i > 0 && is_held_by_another (path, report))
        return -EBUSY;
      g_usleep (RETRY_MS * 1000);
    }
  if (fd < 0)
    {
      report_refusal (report, path, fd);
      return fd;
    }
  log_takeover (fd, path);
  self->fd = fd;
  self->folder_fd = folder_fd;
  self->path = g_strdup (path);
  r = pidfile_write (self);
  if (fd_error_is_full (r))
    return 0;
  if (r < 0)
    {
      report_refusal (report, path, r);
      pidfile_release (self);
    }
  return r;
}

int
pidfile_write (Pidfile *self)
{
  int r = self->is_written ? 0 : write_pid (self->fd);

  self->is_written = r == 0;
  return r;
}

void
pidfile_release (Pidfile *self)
{
  if (self->fd < 0)
    return;
  if (is_still_at (self->fd, self->path))
    unlink (self->path);
  close (self->fd);
  close (self->folder_fd);
  self->fd = -1;
  self->folder_fd = -1;
  g_clear_pointer (&self->path, g_free);
}

bool
pidfile_clean (const char *path, const char *companion)
{
  struct stat info;
  int folder_fd = -1;
  bool had_file = lstat (path, &info) == 0;
  bool had_companion = lstat (companion, &info) == 0;
  int fd;

  if (!had_file && !had_companion)
    return false;
  fd = lock_both (path, &folder_fd);
  if (fd < 0)
    return false;
  if (had_companion)
    unlink (companion);
  unlink (path);
  close (fd);
  close (folder_fd);
  return true;
}

int
pidfile_signal (const char *path, const PidfileReport *report, int signal, int *pidfd)
{
  PidfileReport again;
  int r;

  *pidfd = process_open (report->pid);
  if (*pidfd < 0 && errno == ESRCH)
    return -ESRCH;
  /* The pidfd names one process for good. If that PID holds the lock now, it is this process. Where
   * there are no pidfds, or a container's profile refuses them, the lock alone has to do: its
   * holder is the daemon at this moment. */
  if (pidfile_probe (path, &again) != PIDFILE_RUNNING || again.pid != report->pid)
    r = -ESRCH;
  else
    r = process_send_signal (*pidfd, report->pid, signal);
  if (r < 0 && *pidfd >= 0)
    {
      close (*pidfd);
      *pidfd = -1;
    }
  return r;
}
