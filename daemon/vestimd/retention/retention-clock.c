/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/retention/retention-clock.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
retention_clock_init (KeyClock *clock, const char *stored, int64_t wall_ms,
                      int64_t (*uptime_ms) (void))
{
  char this_boot[PROCESS_BOOT_ID + 1] = "", boot[PROCESS_BOOT_ID + 1] = "";
  int64_t value_ms = 0, at_least = wall_ms;

  process_read_boot_id (this_boot);
  if (stored != NULL && sscanf (stored, "%" SCNd64 " %36s", &value_ms, boot) == 2)
    at_least = strcmp (boot, this_boot) == 0 ? value_ms
                                             : MIN (wall_ms, value_ms + RETENTION_CLOCK_MAX_OFF_MS);
  key_clock_init (clock, stored, at_least, uptime_ms);
}
