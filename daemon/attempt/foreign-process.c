/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/foreign-process.h"

#include <stdio.h>
#include <unistd.h>

bool
foreign_process_describe (const ProcessList *list, const char *program, char *sentence, size_t size)
{
  for (size_t i = 0; i < list->n; i++)
    {
      char name[64], user[32] = "root";
      pid_t pid = list->items[i].pid;
      uid_t owner;

      if (!process_get_owner (pid, &owner) || owner == geteuid ())
        continue;
      process_name (pid, name, sizeof name);
      /* Not by name: that comes from services that may hang. */
      if (owner != 0)
        snprintf (user, sizeof user, "user %u", (unsigned) owner);
      snprintf (sentence, size,
                "The job cannot be ended: process %d (%s) belongs to %s, so %s may not end it. End "
                "it as that user; the job then ends, too.",
                (int) pid, name, user, program);
      return true;
    }
  return false;
}
