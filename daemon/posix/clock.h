/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Milliseconds since the epoch. */
int64_t clock_wall_ms (void);

/* Milliseconds of a clock that nobody sets. */
int64_t clock_monotonic_ms (void);
