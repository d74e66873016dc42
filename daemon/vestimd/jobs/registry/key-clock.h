/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/posix/process.h"

/* The clock by which idempotency keys expire, in milliseconds. It follows the uptime, which nobody
 * can set and which includes suspension. It does not count the time in which the machine is off,
 * because a wall clock that is wrong after a boot must not make keys expire. */

/* The setting of the registry that continues the clock after a reboot: its value, and the boot and
 * uptime at which it had that value. */
#define KEY_CLOCK_SETTING "key_clock"

typedef struct
{
  char boot_id[PROCESS_BOOT_ID + 1];
  int64_t (*uptime_ms) (void);
  int64_t offset_ms; /* the clock's value at uptime 0; constant once it is initialized */
  int64_t stored_ms; /* the value that is stored with this boot, or INT64_MIN */
} KeyClock;

/* `stored`: (nullable) the setting. `newest_ms`: the time of the newest key; without a key and a
 * setting, where the clock begins. `uptime_ms` is called on threads. */
void key_clock_init (KeyClock *clock, const char *stored, int64_t newest_ms,
                     int64_t (*uptime_ms) (void));

/* From any thread. Never earlier than the newest key. */
int64_t key_clock_now (const KeyClock *clock);

/* Whether the setting must be stored: it is from another boot, or ten minutes old. */
bool key_clock_is_due (const KeyClock *clock);

/* `(transfer full)` the setting to store, which then counts as stored. */
char *key_clock_format (KeyClock *clock);
