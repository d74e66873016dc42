/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Sets `*value` to digits * 10^exponent, correctly rounded. False for the few numbers for which it
 * can't tell, and for very large and very small ones. */
bool number_scale (uint64_t digits, int exponent, double *value);
