/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process-list.h"

/* Numbers are padded with blanks in front, which JSON allows there. */
#define FORMAT \
  "{\"version\":1,\"attempt\":%11d,\"pid\":%11d,\"start_time\":%20llu,\"boot_id\":\"%36s\"," \
  "\"started_at\":%20" PRId64 \
  ",\"job_pid\":%11d,\"job_start_time\":%20llu,\"log_pipe\":%20" PRIu64 \
  ",\"progress_pipe\":%20" PRIu64 ",\"log_bytes\":%20" PRIu64 "}\n"

#define PARSE \
  "{\"version\":1,\"attempt\":%d,\"pid\":%d,\"start_time\":%llu,\"boot_id\":\"%36[^\"]\"," \
  "\"started_at\":%" SCNd64 ",\"job_pid\":%d,\"job_start_time\":%llu,\"log_pipe\":%" SCNu64 \
  ",\"progress_pipe\":%" SCNu64 ",\"log_bytes\":%" SCNu64

#define N_FIELDS 10
#define SIZE 512 /* more than the text takes */
#define LOG_BYTES_WIDTH 20
#define LOG_BYTES_FROM_END (LOG_BYTES_WIDTH + 2) /* the digits, a brace and the newline */

static int
format (const RunRecord *record, char text[SIZE])
{
  return snprintf (text, SIZE, FORMAT, record->attempt, (int) record->pid, record->start,
                   record->boot_id, record->started_at, (int) record->job_pid, record->job_start,
                   record->log_pipe, record->progress_pipe, record->log_bytes);
}

static void
parse (const char *text, RunRecord *record)
{
  if (sscanf (text, PARSE, &record->attempt, &record->pid, &record->start, record->boot_id,
              &record->started_at, &record->job_pid, &record->job_start, &record->log_pipe,
              &record->progress_pipe, &record->log_bytes)
          != N_FIELDS
      || record->attempt < 0)
    *record = (RunRecord){ 0 };
}

int
run_record_lock (int fd)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  if (fcntl (fd, F_SETLK, &lock) == 0)
    return 0;
  return errno == EACCES ? -EAGAIN : -errno;
}

int
run_record_open (int folder, RunRecord *record)
{
  char text[SIZE] = "";
  int fd = fd_make_file (folder, "run.lock", O_RDWR);
  ssize_t n;
  int r;

  *record = (RunRecord){ 0 };
  if (fd < 0)
    return fd;
  r = run_record_lock (fd);
  if (r < 0)
    {
      close (fd);
      return r;
    }
  n = fd_read_at (fd, text, sizeof text - 1, 0);
  if (n > 0)
    parse (text, record);
  return fd;
}

int
run_record_write (int fd, const RunRecord *record)
{
  char text[SIZE];
  size_t length = (size_t) format (record, text);

  errno = EIO;
  if (fd_write_at (fd, text, length, 0) < length)
    return -errno;
  return ftruncate (fd, (off_t) length) == 0 ? 0 : -errno;
}

void
run_record_write_log_bytes (int fd, uint64_t log_bytes)
{
  char text[SIZE];
  uint64_t offset = (uint64_t) format (&(RunRecord){ 0 }, text) - LOG_BYTES_FROM_END;

  snprintf (text, sizeof text, "%20" PRIu64, log_bytes);
  fd_write_at (fd, text, LOG_BYTES_WIDTH, offset);
}

void
run_record_init (RunRecord *record, int attempt)
{
  Process self;

  *record = (RunRecord){ .attempt = attempt, .pid = getpid () };
  if (process_read (getpid (), &self))
    record->start = self.start;
  process_read_boot_id (record->boot_id);
}
