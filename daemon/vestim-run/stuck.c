/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/stuck.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

/* "?" for what is not plain: the name goes into JSON and into the log. */
static void
read_name (pid_t pid, char name[32])
{
  char path[64];
  ssize_t n;
  int fd;

  snprintf (path, sizeof path, "/proc/%d/comm", (int) pid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  n = fd < 0 ? 0 : fd_read_at (fd, name, 31, 0);
  fd_clear (&fd);
  name[n > 0 ? n - 1 : 0] = '\0';
  for (char *at = name; *at != '\0'; at++)
    if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
      *at = '?';
}

/* Names of users come from services that may hang. */
static void
describe_user (uid_t uid, char user[32])
{
  if (uid == 0)
    snprintf (user, 32, "root");
  else
    snprintf (user, 32, "user %u", (unsigned) uid);
}

bool
stuck_describe (const Ending *ending, char *sentence, size_t size)
{
  ProcessList left = { 0 };
  bool is_found = false;

  ending->find (ending->user, &left);
  for (size_t i = 0; i < left.n && !is_found; i++)
    {
      char name[32], user[32];
      uid_t owner;

      is_found = process_get_owner (left.items[i].pid, &owner) && owner != geteuid ();
      if (!is_found)
        continue;
      read_name (left.items[i].pid, name);
      describe_user (owner, user);
      snprintf (sentence, size,
                "The job cannot be ended: process %d (%s) belongs to %s, so vestim-run may not end "
                "it. End it as that user; the job then ends, too.",
                (int) left.items[i].pid, name, user);
    }
  process_list_clear (&left);
  return is_found;
}
