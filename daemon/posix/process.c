/* SPDX-License-Identifier: MIT */
#include "daemon/posix/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"

#define STATUS_SIZE 4096 /* of /proc/PID/status that is read here */

/* `text` is a line of /proc/PID/stat; the name in it may contain anything, parentheses too. */
static bool
parse (const char *text, Process *process)
{
  const char *rest = strrchr (text, ')');

  process->pid = (pid_t) strtol (text, NULL, 10);
  return rest != NULL
         && sscanf (
                rest + 1,
                " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                &process->state, &process->parent, &process->session, &process->start)
                == 4;
}

/* The text of a small file, "" when it cannot be read. */
static void
read_text (int folder, const char *path, char *text, size_t size)
{
  int fd = openat (folder, path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : fd_read_at (fd, text, size - 1, 0);

  if (fd < 0)
    lack_note (errno);
  text[n < 0 ? 0 : n] = '\0';
  fd_clear (&fd);
}

bool
process_read_at (int proc, const char *name, Process *process)
{
  char path[64], text[1024];

  snprintf (path, sizeof path, "%s/stat", name);
  read_text (proc, path, text, sizeof text);
  return text[0] != '\0' && parse (text, process);
}

bool
process_read (pid_t pid, Process *process)
{
  char name[32];

  snprintf (name, sizeof name, "/proc/%d", (int) pid);
  return process_read_at (AT_FDCWD, name, process);
}

void
process_name (pid_t pid, char *name, size_t size)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%d/comm", (int) pid);
  read_text (AT_FDCWD, path, name, size);
  name[strcspn (name, "\n")] = '\0';
  for (char *at = name; *at != '\0'; at++)
    if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
      *at = '?';
  if (name[0] == '\0')
    snprintf (name, size, "?");
}

bool
process_get_owner (pid_t pid, uid_t *owner)
{
  struct stat info;
  char path[64];

  snprintf (path, sizeof path, "/proc/%d", (int) pid);
  if (stat (path, &info) != 0)
    return false;
  *owner = info.st_uid;
  return true;
}

bool
process_is_ours (pid_t pid)
{
  uid_t owner;

  return process_get_owner (pid, &owner) && owner == geteuid ();
}

int
process_open (pid_t pid)
{
  return (int) syscall (SYS_pidfd_open, pid, 0u);
}

static bool
has_ended (int pidfd)
{
  struct pollfd watched = { .fd = pidfd, .events = POLLIN };

  return poll (&watched, 1, 0) != 0;
}

int
process_send_signal (int pidfd, pid_t pid, int signal)
{
  if (pidfd >= 0)
    {
      if (syscall (SYS_pidfd_send_signal, pidfd, signal, NULL, 0u) == 0)
        return 0;
      if (errno != EPERM && errno != ENOSYS)
        return -errno;
      if (has_ended (pidfd))
        return -ESRCH;
    }
  return kill (pid, signal) == 0 ? 0 : -errno;
}

void
process_signal (const Process *process, int signal)
{
  Process now;
  int pidfd = process_open (process->pid);

  /* While the descriptor is open, an equal start time proves that this is the process we mean. */
  if (process_read (process->pid, &now) && now.start == process->start)
    process_send_signal (pidfd, process->pid, signal);
  fd_clear (&pidfd);
}

/* What follows `label` in /proc/PID/status, which is read into `text`; NULL without it. */
static const char *
find_in_status (pid_t pid, const char *label, char text[STATUS_SIZE])
{
  char path[64];
  const char *at;

  snprintf (path, sizeof path, "/proc/%d/status", (int) pid);
  read_text (AT_FDCWD, path, text, STATUS_SIZE);
  at = strstr (text, label);
  return at == NULL ? NULL : at + strlen (label);
}

bool
process_ignores (pid_t pid, int signal)
{
  char text[STATUS_SIZE];
  const char *mask = find_in_status (pid, "\nSigIgn:", text);

  return mask != NULL && (strtoull (mask, NULL, 16) >> (signal - 1) & 1) != 0;
}

pid_t
process_inner_pid (pid_t pid)
{
  char text[STATUS_SIZE], *end;
  const char *at = find_in_status (pid, "\nNSpid:", text);
  pid_t inner = pid;

  if (at == NULL)
    return pid;
  for (long next = strtol (at, &end, 10); end != at; next = strtol (at, &end, 10))
    {
      inner = (pid_t) next;
      at = end;
    }
  return inner;
}

uint64_t
process_pid_namespace (void)
{
  struct stat info;

  return stat ("/proc/self/ns/pid", &info) == 0 ? (uint64_t) info.st_ino : 0;
}

void
process_read_boot_id (char boot_id[PROCESS_BOOT_ID + 1])
{
  char text[64];

  read_text (AT_FDCWD, "/proc/sys/kernel/random/boot_id", text, sizeof text);
  text[strcspn (text, "\n\"")] = '\0';
  snprintf (boot_id, PROCESS_BOOT_ID + 1, "%.36s", text[0] != '\0' ? text : "unknown");
}
