/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/exit-record.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/flat-json.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"

#define SIZE 4096 /* the room; far more than the text takes */

#define MEMBER(name, kind) \
  { \
#name, FLAT_JSON_##kind, offsetof(ExitRecord, name), 0 \
  }

static const FlatJsonMember members[] = {
  MEMBER (attempt, INT),       MEMBER (exit_code, INT_OR_NULL),
  MEMBER (signal, STRING),     MEMBER (error, STRING),
  MEMBER (stopped, BOOL),      MEMBER (timed_out, BOOL),
  MEMBER (lost, BOOL),         MEMBER (started_at, INT64),
  MEMBER (finished_at, INT64), MEMBER (wall_s, DOUBLE),
  MEMBER (cpu_s, DOUBLE),      MEMBER (max_rss_kb, INT64_OR_NULL),
  MEMBER (log_bytes, UINT64),  MEMBER (out_of_memory, BOOL),
  MEMBER (leftovers, BOOL),    MEMBER (progress_bytes, UINT64),
  MEMBER (fenced, BOOL),
};
static const FlatJsonTable table = { members, sizeof members / sizeof members[0], 1 };

void
exit_record_init (ExitRecord *record, int attempt)
{
  *record = (ExitRecord){
    .attempt = attempt, .exit_code = -1, .wall_s = NAN, .cpu_s = NAN, .max_rss_kb = -1
  };
}

void
exit_record_clear (ExitRecord *record)
{
  free (record->signal);
  free (record->error);
  exit_record_init (record, 0);
}

static char *
name_signal (int signal)
{
  const char *word = sigabbrev_np (signal);
  char *name;
  int n;

  if (word != NULL)
    n = asprintf (&name, "SIG%s", word);
  else if (signal == SIGRTMIN)
    n = asprintf (&name, "SIGRTMIN");
  else if (signal > SIGRTMIN && signal <= SIGRTMAX)
    n = asprintf (&name, "SIGRTMIN+%d", signal - SIGRTMIN);
  else
    n = asprintf (&name, "SIG%d", signal);
  if (n < 0)
    abort ();
  return name;
}

void
exit_record_set_status (ExitRecord *record, int wait_status)
{
  if (WIFEXITED (wait_status))
    record->exit_code = WEXITSTATUS (wait_status);
  else if (WIFSIGNALED (wait_status))
    record->signal = name_signal (WTERMSIG (wait_status));
}

int
exit_record_prepare (int folder)
{
  /* Not truncated: the room that a killed shim reserved is still there. */
  int fd = fd_make_file (folder, ATTEMPT_EXIT_RESERVE, O_WRONLY);
  int r;

  if (fd < 0)
    return fd;
  r = posix_fallocate (fd, 0, SIZE);
  if (r == 0)
    return fd;
  close (fd);
  unlinkat (folder, ATTEMPT_EXIT_RESERVE, 0);
  return -r;
}

static int
write_out (int folder, int fd, const char *text, size_t length)
{
  errno = EIO;
  if (fd_write_at (fd, text, length, 0) < length)
    return -errno;
  if (ftruncate (fd, (off_t) length) != 0 || fsync (fd) != 0)
    return -errno;
  return atomic_file_put_in_place (folder, ATTEMPT_EXIT_RESERVE, ATTEMPT_EXIT_FILE,
                                   ATOMIC_FILE_MAKE_WAY);
}

int
exit_record_commit (int folder, int fd, const ExitRecord *record)
{
  char text[SIZE];
  size_t length = flat_json_write (&table, record, text, sizeof text);
  int r;

  /* A job that emptied, moved or removed its folder took the reserved file along. */
  if (!fd_is_at (folder, ATTEMPT_EXIT_RESERVE, fd))
    {
      close (fd);
      fd = exit_record_prepare (folder);
      if (fd < 0)
        return fd;
    }
  r = write_out (folder, fd, text, length);
  close (fd);
  return r;
}

bool
exit_record_read (int folder, ExitRecord *record)
{
  char text[SIZE];
  int fd = fd_open_file (folder, ATTEMPT_EXIT_FILE, O_RDONLY);
  ssize_t n = fd < 0 ? fd : fd_read_at (fd, text, sizeof text, 0);

  fd_clear (&fd);
  exit_record_init (record, 0);
  if (n <= 0 || !flat_json_read (&table, record, text, (size_t) n) || record->attempt == 0)
    {
      exit_record_clear (record);
      return false;
    }
  if (record->exit_code > 255)
    record->exit_code = -1;
  return true;
}
