/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* xoshiro256**: the same numbers for a seed on every machine. */
typedef struct
{
  uint64_t state[4];
} Random;

void random_init (Random *random, uint64_t seed);
uint64_t random_next (Random *random);
uint32_t random_below (Random *random, uint32_t limit); /* 0 to limit - 1, each as likely */
double random_uniform (Random *random);                 /* in [0, 1) */
double random_normal (Random *random);                  /* mean 0, variance 1 */
void random_shuffle (Random *random, uint32_t *values, uint32_t n);
