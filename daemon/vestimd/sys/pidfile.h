/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* server.pid: the decimal PID and a newline, under a POSIX record lock that the daemon holds for
 * life. The lock (F_GETLK names its holder) and the holder's identity show which daemon runs, never
 * the number in the file alone.
 *
 * The record lock ends with the first close() of any descriptor of the file in the process, and is
 * not inherited by fork(): take it in the final process, and never open the file there again. */

typedef enum
{
  PIDFILE_ABSENT,
  PIDFILE_STALE,    /* a file that no process locks; `text` says what is in it */
  PIDFILE_STARTING, /* a vestimd locks it, and has not written its PID yet: it starts, or the disk
                     * is full */
  PIDFILE_RUNNING,  /* locked by `pid`, a vestimd of the same user */
  PIDFILE_HIDDEN,   /* locked by a process of another PID namespace, such as a container */
  PIDFILE_FOREIGN,  /* locked by `pid` (0: unknown), which is not a vestimd of this user */
  PIDFILE_UNKNOWN,  /* cannot be examined; `text` says why */
  PIDFILE_REFUSED,  /* a link, a folder, another user's …; `text` says what to do */
} PidfileState;

typedef struct
{
  PidfileState state;
  pid_t pid;
  char text[1024]; /* what was found, as a sentence; empty for ABSENT */
} PidfileReport;

typedef struct
{
  int fd;
  int folder_fd;
  char *path;
  bool is_written;
} Pidfile;

#define PIDFILE_INIT \
  { \
    -1, -1, NULL, false \
  }

/* Whether a daemon has the lock, or what must be taken for one. */
bool pidfile_is_held (const PidfileReport *report);

/* Examines the file; changes nothing. */
PidfileState pidfile_probe (const char *path, PidfileReport *report);

/* The same, but waits up to `timeout_ms` while the state is about to change: in STARTING, and while
 * a child that was just being started still shares the lock of a killed daemon. */
PidfileState pidfile_probe_wait (const char *path, int timeout_ms, PidfileReport *report);

/* Takes the lock and writes the PID. Taking over a stale file is logged. 0, or -EBUSY with the
 * holder in `report` (RUNNING, STARTING, HIDDEN or FOREIGN), or another -errno with REFUSED. On a
 * full disk it takes the lock and leaves the PID to pidfile_write(). */
int pidfile_take (Pidfile *self, const char *path, PidfileReport *report);

/* Writes the PID if it is not written yet. 0 or -errno. */
int pidfile_write (Pidfile *self);

/* Removes the file, if it is still ours, and releases the lock. Does nothing if it was not taken.
 */
void pidfile_release (Pidfile *self);

/* Removes the files of a daemon that is gone: the PID file and `companion` (server.json). It takes
 * the lock, so that a daemon that starts meanwhile keeps its files. True if there was anything. */
bool pidfile_clean (const char *path, const char *companion);

/* Signals the daemon of `report` (RUNNING), after checking that it still holds the lock. 0 with
 * `*pidfd`, which is readable when the process has ended (-1 on kernels without pidfds); -ESRCH
 * when it is gone, or another -errno. */
int pidfile_signal (const char *path, const PidfileReport *report, int signal, int *pidfd);
