/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/claim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/flat-json.h"
#include "daemon/attempt/heartbeat.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"

#define SIZE 2048 /* more than the text takes */
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define PLAIN LETTERS "0123456789._+-"
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

#define MEMBER(name, kind, member, width) \
  { \
    name, FLAT_JSON_##kind, offsetof (ClaimOwner, member), width \
  }

static const FlatJsonMember members[] = {
  MEMBER ("attempt", INT, attempt, 0),
  MEMBER ("id", STRING, id, 0),
  MEMBER ("host", STRING, host, 0),
  MEMBER ("boot_id", WORD, boot_id, PROCESS_BOOT_ID),
  MEMBER ("pid", INT, pid, 0),
  MEMBER ("start_time", UINT64, start, 0),
  MEMBER ("pid_namespace", UINT64, pid_namespace, 0),
  MEMBER ("claimed_at", INT64, claimed_at, 0),
  MEMBER ("heartbeat_ms", INT64, heartbeat_ms, 0),
  MEMBER ("fence_ms", INT64, fence_ms, 0),
};
#define N_MEMBERS (sizeof members / sizeof members[0])
static const FlatJsonTable table = { members, N_MEMBERS, N_MEMBERS };

/* ---- Names ---- */

static bool
is_plain (const char *text, size_t most)
{
  size_t length = text == NULL ? 0 : strlen (text);

  return length > 0 && length <= most && strspn (text, PLAIN) == length;
}

bool
claim_id_is_valid (const char *id)
{
  return is_plain (id, CLAIM_MAX_ID);
}

void
claim_format_name (char name[CLAIM_MAX_NAME], int attempt)
{
  snprintf (name, CLAIM_MAX_NAME, ATTEMPT_CLAIM_PREFIX "%d", attempt);
}

int
claim_parse_name (const char *name)
{
  const char *digits = name + strlen (ATTEMPT_CLAIM_PREFIX);
  char *end;
  long attempt;

  if (strncmp (name, ATTEMPT_CLAIM_PREFIX, strlen (ATTEMPT_CLAIM_PREFIX)) != 0 || *digits < '1'
      || *digits > '9')
    return 0;
  errno = 0;
  attempt = strtol (digits, &end, 10);
  return *end == '\0' && errno == 0 && attempt <= INT_MAX ? (int) attempt : 0;
}

int
claim_find_last (int folder)
{
  int fd = openat (folder, ".", FOLDER_FLAGS);
  DIR *names = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *entry;
  int last = 0, r;

  if (names == NULL)
    {
      r = -errno;
      fd_clear (&fd);
      return r;
    }
  for (errno = 0; (entry = readdir (names)) != NULL; errno = 0)
    {
      int attempt = claim_parse_name (entry->d_name);

      last = attempt > last ? attempt : last;
    }
  r = -errno;
  closedir (names);
  return r < 0 ? r : last;
}

/* ---- The shim ---- */

/* Host names have only such characters; anything else would not be read. */
static char *
dup_host (void)
{
  char host[CLAIM_MAX_HOST + 1] = "";

  gethostname (host, CLAIM_MAX_HOST);
  for (char *at = host; *at != '\0'; at++)
    if (strchr (PLAIN, *at) == NULL)
      *at = '-';
  return strdup (host[0] != '\0' ? host : "unknown");
}

void
claim_owner_init (ClaimOwner *owner, int attempt, const char *id)
{
  Process self;

  *owner = (ClaimOwner){
    .attempt = attempt,
    .id = strdup (id),
    .host = dup_host (),
    .pid = getpid (),
    .pid_namespace = process_pid_namespace (),
    .claimed_at = clock_wall_ms (),
    .heartbeat_ms = CLAIM_HEARTBEAT_S * 1000,
    .fence_ms = CLAIM_FENCE_S * 1000,
  };
  if (owner->id == NULL || owner->host == NULL)
    abort ();
  if (process_read (owner->pid, &self))
    owner->start = self.start;
  process_read_boot_id (owner->boot_id);
}

static int
fill (int claim, const ClaimOwner *owner)
{
  char text[SIZE];
  size_t length = flat_json_write (&table, owner, text, sizeof text);
  int r = heartbeat_create (claim, &(Heartbeat){ .beat = 1 });

  return r < 0 ? r : atomic_file_write (claim, ATTEMPT_OWNER_FILE, text, length, ATOMIC_FILE_FLUSH);
}

int
claim_take (int folder, const ClaimOwner *owner)
{
  char name[CLAIM_MAX_NAME];
  int claim, r;

  claim_format_name (name, owner->attempt);
  if (mkdirat (folder, name, 0700) != 0)
    return -errno;
  claim = claim_open (folder, owner->attempt);
  r = claim < 0 ? claim : fill (claim, owner);
  if (r < 0)
    {
      fd_clear (&claim);
      claim_withdraw (folder, owner->attempt);
      return r;
    }
  /* After a crash of the file server the claim must still be there. Some network file systems
   * cannot flush a folder: their server has stored it when mkdir() returns. */
  fsync (folder);
  return claim;
}

int
claim_withdraw (int folder, int attempt)
{
  static const char *const files[] = { ATTEMPT_OWNER_FILE, ATTEMPT_HEARTBEAT_FILE,
                                       ATTEMPT_EXIT_RESERVE };
  char name[CLAIM_MAX_NAME];
  int claim = claim_open (folder, attempt);

  claim_format_name (name, attempt);
  for (size_t i = 0; claim >= 0 && i < sizeof files / sizeof files[0]; i++)
    unlinkat (claim, files[i], 0);
  fd_clear (&claim);
  return unlinkat (folder, name, AT_REMOVEDIR) == 0 ? 0 : -errno;
}

/* ---- Everybody ---- */

int
claim_open (int folder, int attempt)
{
  char name[CLAIM_MAX_NAME];
  int claim;

  claim_format_name (name, attempt);
  claim = openat (folder, name, FOLDER_FLAGS);
  return claim < 0 ? -errno : claim;
}

bool
claim_owner_parse (ClaimOwner *owner, const char *text, size_t length)
{
  *owner = (ClaimOwner){ 0 };
  if (flat_json_read (&table, owner, text, length) && owner->attempt > 0
      && is_plain (owner->id, CLAIM_MAX_ID) && is_plain (owner->host, CLAIM_MAX_HOST)
      && owner->heartbeat_ms > 0 && owner->fence_ms > 0)
    return true;
  claim_owner_clear (owner);
  return false;
}

bool
claim_owner_read (int claim, ClaimOwner *owner)
{
  char text[SIZE];
  int fd = fd_open_file (claim, ATTEMPT_OWNER_FILE, O_RDONLY);
  ssize_t n = fd < 0 ? fd : fd_read_at (fd, text, sizeof text, 0);

  fd_clear (&fd);
  return claim_owner_parse (owner, text, n < 0 ? 0 : (size_t) n);
}

void
claim_owner_clear (ClaimOwner *owner)
{
  free (owner->id);
  free (owner->host);
  *owner = (ClaimOwner){ 0 };
}
