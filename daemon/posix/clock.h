/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Milliseconds since the epoch. */
int64_t clock_wall_ms (void);

/* Milliseconds since the machine was started, also those in which it was suspended. */
int64_t clock_uptime_ms (void);

/* Milliseconds of a clock that nobody sets. */
int64_t clock_monotonic_ms (void);

/* Blocks. It needs neither memory nor a descriptor. */
void clock_pause_ms (unsigned ms);
