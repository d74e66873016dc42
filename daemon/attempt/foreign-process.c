/* SPDX-License-Identifier: MIT */
#include "daemon/attempt/foreign-process.h"

#include <stdio.h>
#include <unistd.h>

/* The parts of the sentence. */
static const struct
{
  const char *what;
  const char *deed;
  const char *advice;
} texts[] = {
  [FOREIGN_END] = { "cannot be ended", "end", "End it as that user; the job then ends, too" },
  [FOREIGN_PAUSE] = { "is not paused completely", "halt", "It goes on" },
};

bool
foreign_process_describe (const ProcessList *list, ForeignDeed deed, const char *program,
                          char *sentence, size_t size)
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
      snprintf (
          sentence, size, "The job %s: process %d (%s) belongs to %s, so %s may not %s it. %s.",
          texts[deed].what, (int) pid, name, user, program, texts[deed].deed, texts[deed].advice);
      return true;
    }
  return false;
}
