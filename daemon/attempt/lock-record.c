/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/lock-record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/flat-json.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/lack.h"

#define SIZE 512                              /* more than the text takes */
#define NUMBER_WIDTH 20                       /* of the largest uint64_t */
#define LOG_BYTES_FROM_END (NUMBER_WIDTH + 2) /* the digits, a brace and the newline */

#define MEMBER(name, kind, member, width) \
  { \
    name, kind, offsetof (LockRecord, member), width \
  }

/* Each value has a fixed width, so the text has one too. `log_bytes` is last, so it can be
 * overwritten in place. */
static const FlatJsonMember members[] = {
  MEMBER ("attempt", FLAT_JSON_INT, attempt, 11),
  MEMBER ("pid", FLAT_JSON_INT, pid, 11),
  MEMBER ("start_time", FLAT_JSON_UINT64, start, NUMBER_WIDTH),
  MEMBER ("boot_id", FLAT_JSON_WORD, boot_id, PROCESS_BOOT_ID),
  MEMBER ("started_at", FLAT_JSON_INT64, started_at, NUMBER_WIDTH),
  MEMBER ("job_pid", FLAT_JSON_INT, job_pid, 11),
  MEMBER ("job_start_time", FLAT_JSON_UINT64, job_start, NUMBER_WIDTH),
  MEMBER ("log_pipe", FLAT_JSON_UINT64, log_pipe, NUMBER_WIDTH),
  MEMBER ("progress_pipe", FLAT_JSON_UINT64, progress_pipe, NUMBER_WIDTH),
  MEMBER ("device", FLAT_JSON_UINT64, device, NUMBER_WIDTH),
  MEMBER ("inode", FLAT_JSON_UINT64, inode, NUMBER_WIDTH),
  MEMBER ("pid_namespace", FLAT_JSON_UINT64, pid_namespace, NUMBER_WIDTH),
  MEMBER ("log_bytes", FLAT_JSON_UINT64, log_bytes, NUMBER_WIDTH),
};
#define N_MEMBERS (sizeof members / sizeof members[0])
#define N_REQUIRED 9 /* older versions write no device, inode and PID namespace */
static const FlatJsonTable table = { members, N_MEMBERS, N_REQUIRED };

static void
identify (int fd, uint64_t *device, uint64_t *inode)
{
  struct stat status;

  if (fstat (fd, &status) == 0)
    {
      *device = (uint64_t) status.st_dev;
      *inode = (uint64_t) status.st_ino;
    }
}

static bool
is_copy (int fd, const LockRecord *record)
{
  uint64_t device = record->device, inode = record->inode;

  identify (fd, &device, &inode);
  return record->inode != 0 && (device != record->device || inode != record->inode);
}

static bool
read_record (int fd, LockRecord *record)
{
  char text[SIZE];
  ssize_t n = fd_read_at (fd, text, sizeof text, 0);

  *record = (LockRecord){ 0 };
  if (n > 0 && flat_json_read (&table, record, text, (size_t) n))
    {
      record->is_copy = is_copy (fd, record);
      return true;
    }
  *record = (LockRecord){ 0 };
  return false;
}

/* ---- The shim ---- */

int
lock_record_lock (int fd)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  if (fcntl (fd, F_SETLK, &lock) == 0)
    return 0;
  return errno == EACCES || errno == EAGAIN ? -EBUSY : -errno;
}

int
lock_record_open (int folder, LockRecord *record)
{
  int fd = fd_make_file (folder, ATTEMPT_LOCK_FILE, O_RDWR);
  int r = fd < 0 ? fd : lock_record_lock (fd);

  *record = (LockRecord){ 0 };
  if (r < 0)
    {
      fd_clear (&fd);
      return r;
    }
  read_record (fd, record);
  return fd;
}

void
lock_record_init (LockRecord *record, int attempt)
{
  Process self;

  *record = (LockRecord){ .attempt = attempt, .pid = getpid () };
  if (process_read (getpid (), &self))
    record->start = self.start;
  process_read_boot_id (record->boot_id);
  record->pid_namespace = process_pid_namespace ();
}

int
lock_record_write (int fd, const LockRecord *record)
{
  char text[SIZE];
  LockRecord identified = *record;
  size_t length;

  identify (fd, &identified.device, &identified.inode);
  length = flat_json_write (&table, &identified, text, sizeof text);
  errno = EIO;
  if (fd_write_at (fd, text, length, 0) < length)
    return -errno;
  return ftruncate (fd, (off_t) length) == 0 ? 0 : -errno;
}

void
lock_record_write_log_bytes (int fd, uint64_t log_bytes)
{
  char text[SIZE];
  size_t length =
      flat_json_write (&table, &(LockRecord){ .log_bytes = log_bytes }, text, sizeof text);
  size_t offset = length - LOG_BYTES_FROM_END;

  fd_write_at (fd, text + offset, NUMBER_WIDTH, offset);
}

/* ---- Everybody ---- */

bool
lock_record_read (int folder, LockRecord *record)
{
  int fd = fd_open_file (folder, ATTEMPT_LOCK_FILE, O_RDONLY);
  bool is_read;

  *record = (LockRecord){ 0 };
  is_read = fd >= 0 && read_record (fd, record);
  fd_clear (&fd);
  return is_read;
}

pid_t
lock_record_find_holder (int folder)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = fd_open_file (folder, ATTEMPT_LOCK_FILE, O_RDONLY);
  int r = fd < 0 ? fd : fcntl (fd, F_GETLK, &lock);

  if (fd >= 0 && r < 0)
    lack_note (errno);
  fd_clear (&fd);
  if (r < 0 || lock.l_type == F_UNLCK)
    return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;
}
