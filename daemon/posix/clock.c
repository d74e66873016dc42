/* SPDX-License-Identifier: MIT */
#include "daemon/posix/clock.h"

#include <time.h>

static int64_t
read_ms (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_wall_ms (void)
{
  return read_ms (CLOCK_REALTIME);
}

int64_t
clock_uptime_ms (void)
{
  return read_ms (CLOCK_BOOTTIME);
}

int64_t
clock_monotonic_ms (void)
{
  return read_ms (CLOCK_MONOTONIC);
}

void
clock_pause_ms (unsigned ms)
{
  struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = (long) (ms % 1000) * 1000000 };

  nanosleep (&pause, NULL);
}
