/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/key-clock.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DUE_MS (10 * 60 * 1000)

/* In the same boot the clock has gone on since; in another one it goes on from the stored value. */
void
key_clock_init (KeyClock *clock, const char *stored, int64_t newest_ms, int64_t (*uptime_ms) (void))
{
  char boot_id[PROCESS_BOOT_ID + 1] = "";
  int64_t value_ms = INT64_MIN, then_ms = 0;
  int64_t now_ms = uptime_ms ();

  process_read_boot_id (clock->boot_id);
  clock->uptime_ms = uptime_ms;
  clock->stored_ms = INT64_MIN;
  if (stored != NULL
      && sscanf (stored, "%" SCNd64 " %36s %" SCNd64, &value_ms, boot_id, &then_ms) == 3
      && strcmp (boot_id, clock->boot_id) == 0 && then_ms <= now_ms)
    {
      clock->stored_ms = value_ms;
      value_ms += now_ms - then_ms;
    }
  clock->offset_ms = MAX (value_ms, newest_ms) - now_ms;
}

int64_t
key_clock_now (const KeyClock *clock)
{
  return clock->offset_ms + clock->uptime_ms ();
}

bool
key_clock_is_due (const KeyClock *clock)
{
  return clock->stored_ms == INT64_MIN || key_clock_now (clock) - clock->stored_ms >= DUE_MS;
}

char *
key_clock_format (KeyClock *clock)
{
  int64_t uptime_ms = clock->uptime_ms ();

  clock->stored_ms = clock->offset_ms + uptime_ms;
  return g_strdup_printf ("%" PRId64 " %s %" PRId64, clock->stored_ms, clock->boot_id, uptime_ms);
}
