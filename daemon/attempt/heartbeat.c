/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/flat-json.h"
#include "daemon/posix/fd.h"

#define SIZE 256 /* more than the text takes */
#define NUMBER_WIDTH 20

#define MEMBER(name, kind) \
  { \
#name, FLAT_JSON_##kind, offsetof(Heartbeat, name), NUMBER_WIDTH \
  }

/* Each number has a fixed width, so one write replaces the text. */
static const FlatJsonMember members[] = {
  MEMBER (beat, UINT64),
  MEMBER (age_ms, INT64),
  MEMBER (started_at, INT64),
};
static const FlatJsonTable table = { members, sizeof members / sizeof members[0], 1 };

static int
write_to (int claim, const Heartbeat *heartbeat, int flags)
{
  char text[SIZE];
  size_t length = flat_json_write (&table, heartbeat, text, sizeof text);
  int fd = fd_open_file (claim, ATTEMPT_HEARTBEAT_FILE, flags);
  int r = 0;

  if (fd < 0)
    return fd;
  errno = EIO;
  if (fd_write_at (fd, text, length, 0) < length || fsync (fd) != 0)
    r = -errno;
  /* A network file system may report only here that it could not write. */
  if (close (fd) != 0 && r == 0)
    r = -errno;
  return r;
}

int
heartbeat_create (int claim, const Heartbeat *heartbeat)
{
  return write_to (claim, heartbeat, O_WRONLY | O_CREAT | O_EXCL);
}

int
heartbeat_write (int claim, const Heartbeat *heartbeat)
{
  return write_to (claim, heartbeat, O_WRONLY);
}

bool
heartbeat_parse (Heartbeat *heartbeat, const char *text, size_t length)
{
  *heartbeat = (Heartbeat){ 0 };
  if (flat_json_read (&table, heartbeat, text, length) && heartbeat->beat > 0)
    return true;
  *heartbeat = (Heartbeat){ 0 };
  return false;
}

bool
heartbeat_read (int claim, Heartbeat *heartbeat)
{
  char text[SIZE];
  int fd = fd_open_file (claim, ATTEMPT_HEARTBEAT_FILE, O_RDONLY);
  ssize_t n = fd < 0 ? fd : fd_read_at (fd, text, sizeof text, 0);

  fd_clear (&fd);
  return heartbeat_parse (heartbeat, text, n < 0 ? 0 : (size_t) n);
}
