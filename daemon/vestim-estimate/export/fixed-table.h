/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* 2^30 times the sigmoid of 0, -1/4, -1/2 to -16. */
#define FIXED_TABLE_LENGTH 65
extern const int32_t fixed_sigmoid_table[FIXED_TABLE_LENGTH];
